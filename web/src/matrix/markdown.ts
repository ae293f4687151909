/** The few signs that people type in messages: **bold**, *italic*, ~~struck~~, `code`, code blocks, quotes and lists. */

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

function inline(text: string): string {
  // Code is taken out first, because nothing in it means anything.
  const parts = text.split(/(`[^`\n]+`)/);
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return `<code>${escaped(part.slice(1, -1))}</code>`;
      return escaped(part)
        .replace(/\*\*(?=\S)([^\n]*?\S)\*\*/g, "<strong>$1</strong>")
        .replace(/~~(?=\S)([^\n]*?\S)~~/g, "<del>$1</del>")
        .replace(/(^|[^\w*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![\w*])/g, "$1<em>$2</em>")
        .replace(/(^|[^\w_])_(?=[^\s_])([^_\n]*?[^\s_])_(?![\w_])/g, "$1<em>$2</em>");
    })
    .join("");
}

function paragraph(lines: readonly string[]): string {
  return lines.map(inline).join("<br>");
}

interface Block {
  readonly matches: (line: string) => boolean;
  readonly html: (lines: readonly string[]) => string;
}

const BLOCKS: readonly Block[] = [
  {
    matches: (line) => /^>\s?/.test(line),
    html: (lines) => `<blockquote>${paragraph(lines.map((line) => line.replace(/^>\s?/, "")))}</blockquote>`,
  },
  {
    matches: (line) => /^[-*]\s+\S/.test(line),
    html: (lines) =>
      `<ul>${lines.map((line) => `<li>${inline(line.replace(/^[-*]\s+/, ""))}</li>`).join("")}</ul>`,
  },
  {
    matches: (line) => /^\d{1,3}[.)]\s+\S/.test(line),
    html: (lines) => {
      const first = Number.parseInt(lines[0] ?? "1", 10);
      const items = lines.map((line) => `<li>${inline(line.replace(/^\d+[.)]\s+/, ""))}</li>`).join("");
      return first === 1 ? `<ol>${items}</ol>` : `<ol start="${first}">${items}</ol>`;
    },
  },
];

function blocks(text: string): string {
  const html: string[] = [];
  let plain: string[] = [];
  const flush = () => {
    if (plain.length > 0) html.push(paragraph(plain));
    plain = [];
  };
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? "";
    const block = BLOCKS.find((block) => block.matches(line));
    if (!block) {
      plain.push(line);
      index += 1;
      continue;
    }
    flush();
    let end = index;
    while (end < lines.length && block.matches(lines[end] ?? "")) end += 1;
    html.push(block.html(lines.slice(index, end)));
    index = end;
  }
  flush();
  return html.join("");
}

/** The text as HTML that looks the same. */
export function plainHtml(text: string): string {
  return text.split("\n").map(escaped).join("<br>");
}

/** The text as HTML; `null` where it says nothing that the plain text does not. */
export function toHtml(text: string): string | null {
  const parts = text.split(/```(?:[\w+-]*\n)?([\s\S]*?)```/);
  const html = parts
    .map((part, index) =>
      index % 2 === 1
        ? `<pre><code>${escaped(part.replace(/\n$/, ""))}</code></pre>`
        : blocks(part.replace(/^\n|\n$/g, "")),
    )
    .join("");
  const isPlain = html === plainHtml(text);
  return isPlain ? null : html;
}
