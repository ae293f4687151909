import { Cell } from "./observable";

const KEY = "aside.drafts";

type Drafts = Readonly<Record<string, string>>;

function load(): Drafts {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Drafts;
  } catch {
    return {};
  }
}

/** What was written and not sent yet, by conversation, and by thread of it. */
export const drafts = new Cell<Drafts>(load());

export function draftKey(roomId: string, rootId: string | null): string {
  return rootId ? `${roomId} ${rootId}` : roomId;
}

export function keepDraft(key: string, text: string): void {
  const { [key]: before, ...others } = drafts.get();
  if ((before ?? "") === text) return;
  const next = text.trim() ? { ...others, [key]: text } : others;
  localStorage.setItem(KEY, JSON.stringify(next));
  drafts.set(next);
}

export function forgetDrafts(): void {
  localStorage.removeItem(KEY);
  drafts.set({});
}
