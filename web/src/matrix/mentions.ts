/** Somebody who can be mentioned. */
export interface Mentioned {
  readonly userId: string;
  readonly name: string;
}

/** The beginning of a name after an @ right before the caret; `null` where nobody is being mentioned. */
export function mentionAt(text: string, caret: number): { from: number; term: string } | null {
  const parts = /(?:^|\s)@([^\s@]{0,40})$/u.exec(text.slice(0, caret));
  return parts ? { from: caret - (parts[1] ?? "").length - 1, term: parts[1] ?? "" } : null;
}

/** Those of the people whose `@name` is in the text. */
export function mentionedIn(text: string, people: readonly Mentioned[]): readonly Mentioned[] {
  return people.filter(({ name }) => text.includes(`@${name}`));
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Makes links of the mentions in a text that is HTML already. */
export function withMentions(html: string, people: readonly Mentioned[]): string {
  // The longest first, so that @Ann does not cut @Anna in two.
  const byLength = [...people].sort((a, b) => b.name.length - a.name.length);
  return byLength.reduce((text, { name, userId }) => {
    const shown = name.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
    const link = `<a href="https://matrix.to/#/${encodeURIComponent(userId)}">${shown}</a>`;
    return text.replaceAll(`@${shown}`, link);
  }, html);
}
