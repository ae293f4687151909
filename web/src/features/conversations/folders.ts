import { type ConversationRow, isUnread } from "@/matrix/row";

/** What the list shows of the inbox. */
export type Filter = "all" | "unread" | "groups" | "archived";

interface Folders {
  readonly inbox: readonly ConversationRow[];
  readonly archived: readonly ConversationRow[];
  readonly requests: readonly ConversationRow[];
  readonly everything: readonly ConversationRow[];
}

export function foldersOf(rows: readonly ConversationRow[]): Folders {
  const ours = rows.filter((row) => row.folder === "inbox");
  return {
    inbox: ours.filter((row) => !row.isArchived),
    archived: ours.filter((row) => row.isArchived),
    requests: rows.filter((row) => row.folder === "requests"),
    everything: rows,
  };
}

/** The rows that a filter and a search leave. Every word must begin some word of the name. */
export function matching(
  rows: readonly ConversationRow[],
  filter: Filter,
  term: string,
): readonly ConversationRow[] {
  const words = wordsOf(term);
  if (words.length === 0 && (filter === "all" || filter === "archived")) return rows;
  return rows.filter((row) => {
    if (filter === "unread" && !isUnread(row)) return false;
    if (filter === "groups" && row.kind !== "group") return false;
    const names = wordsOf(`${row.name} ${row.personId ?? ""}`);
    return words.every((word) => names.some((name) => name.startsWith(word)));
  });
}

/** Without accents, so that `zoe` finds `Zoë`. */
function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}
