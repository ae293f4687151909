import { expect, test } from "vitest";
import type { Message } from "@/matrix/message";
import { prependedTo, rowsOf } from "./rows";

const NOON = new Date(2026, 4, 1, 12).getTime();
const MINUTE = 60_000;

function message(id: string, senderId: string, at: number): Message {
  return {
    key: id,
    eventId: id,
    senderId,
    senderName: senderId,
    isMine: senderId === "me",
    at,
    body: { kind: "text", style: "normal", text: id, html: null },
    delivery: "sent",
    isEdited: false,
    replyTo: null,
    reactions: [],
    readers: [],
  };
}

const options = { isStart: false, readUpTo: null };

function shape(rows: ReturnType<typeof rowsOf>): string[] {
  return rows.map((row) => {
    if (row.kind !== "message") return row.kind;
    return `${row.place.isFirst ? "[" : ""}${row.key}${row.place.isLast ? "]" : ""}`;
  });
}

test("what one person writes in a few minutes belongs together", () => {
  const messages = [
    message("a", "bob", NOON),
    message("b", "bob", NOON + MINUTE),
    message("c", "me", NOON + 2 * MINUTE),
    message("d", "me", NOON + 9 * MINUTE),
  ];
  expect(shape(rowsOf(messages, options))).toEqual(["day", "[a", "b]", "[c]", "[d]"]);
});

test("each day has its line", () => {
  const messages = [message("a", "bob", NOON), message("b", "bob", NOON + 24 * 60 * MINUTE)];
  expect(shape(rowsOf(messages, options))).toEqual(["day", "[a]", "day", "[b]"]);
});

test("the unread ones begin with a line, which breaks up a group", () => {
  const messages = [message("a", "bob", NOON), message("b", "bob", NOON + MINUTE)];
  expect(shape(rowsOf(messages, { isStart: true, readUpTo: "a" }))).toEqual([
    "start",
    "day",
    "[a]",
    "new",
    "[b]",
  ]);
});

test("what I wrote myself is never new", () => {
  const messages = [message("a", "bob", NOON), message("b", "me", NOON + MINUTE)];
  expect(shape(rowsOf(messages, { isStart: false, readUpTo: "a" }))).toEqual(["day", "[a]", "[b]"]);
});

test("rows that come before are counted, and rows that come after are not", () => {
  const later = [message("c", "bob", NOON)];
  const both = [message("a", "me", NOON - 2 * MINUTE), message("b", "me", NOON - MINUTE), ...later];
  expect(prependedTo(rowsOf(later, options), rowsOf(both, options))).toBe(2);
  expect(prependedTo(rowsOf(later, options), rowsOf([...later, message("d", "me", NOON)], options))).toBe(0);
});
