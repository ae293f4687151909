import { expect, test } from "vitest";
import type { ConversationRow } from "@/matrix/row";
import { byNewest } from "@/matrix/row";
import { foldersOf, matching } from "./folders";

function row(name: string, changes: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id: `!${name}`,
    kind: "person",
    folder: "inbox",
    name,
    avatar: null,
    personId: `@${name.toLowerCase()}:example.org`,
    last: null,
    at: 0,
    unread: 0,
    mentions: 0,
    isMarkedUnread: false,
    isEncrypted: true,
    isMuted: false,
    isPinned: false,
    isArchived: false,
    typing: [],
    ...changes,
  };
}

const names = (rows: readonly ConversationRow[]) => rows.map(({ name }) => name);

test("what is pinned comes first, then what is newest", () => {
  const rows = [row("old", { at: 1 }), row("new", { at: 2 }), row("pinned", { at: 0, isPinned: true })];
  expect(names(rows.sort(byNewest))).toEqual(["pinned", "new", "old"]);
});

test("each row is in one folder", () => {
  const folders = foldersOf([row("a"), row("b", { isArchived: true }), row("c", { folder: "requests" })]);
  expect([names(folders.inbox), names(folders.archived), names(folders.requests)]).toEqual([
    ["a"],
    ["b"],
    ["c"],
  ]);
});

test("a search wants the beginning of words, and takes accents lightly", () => {
  const rows = [row("Zoë Müller"), row("Zacharias"), row("Amuller")];
  expect(names(matching(rows, "all", "zoe mul"))).toEqual(["Zoë Müller"]);
  expect(names(matching(rows, "all", "z"))).toEqual(["Zoë Müller", "Zacharias"]);
});

test("unread is also what was marked so", () => {
  const rows = [row("a", { unread: 2 }), row("b", { isMarkedUnread: true }), row("c")];
  expect(names(matching(rows, "unread", ""))).toEqual(["a", "b"]);
});
