import { expect, test } from "vitest";
import { message } from "@/matrix/message.fixture";
import { firstNewOf, messagesOf, prependedTo, rowsOf } from "./rows";

const NOON = new Date(2026, 4, 1, 12).getTime();
const MINUTE = 60_000;

const options = { isStart: false, firstNew: null, isGroup: false };

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
  expect(shape(rowsOf(messages, { ...options, isStart: true, firstNew: firstNewOf(messages, "a") }))).toEqual(
    ["start", "day", "[a]", "new", "[b]"],
  );
});

test("what I wrote myself is never new, and neither is what was read", () => {
  const messages = [message("a", "bob", NOON), message("b", "me", NOON + MINUTE)];
  expect(firstNewOf(messages, "a")).toBeNull();
  expect(firstNewOf([...messages, message("c", "bob", NOON)], "a")).toBe("c");
  expect(firstNewOf(messages, null)).toBeNull();
});

test("between two people nobody has to be told who came", () => {
  const notice = { what: "joined", who: "bob", by: "bob" } as const;
  const messages = [
    { ...message("a", "bob", NOON), body: { kind: "notice", notice } as const },
    message("b", "bob", NOON),
  ];
  expect(shape(rowsOf(messages, options))).toEqual(["day", "[b]"]);
  expect(shape(rowsOf(messages, { ...options, isGroup: true }))).toEqual(["day", "[a]", "[b]"]);
});

test("rows that come before are counted, and rows that come after are not", () => {
  const later = [message("c", "bob", NOON)];
  const both = [message("a", "me", NOON - 2 * MINUTE), message("b", "me", NOON - MINUTE), ...later];
  expect(prependedTo(rowsOf(later, options), rowsOf(both, options))).toBe(2);
  expect(prependedTo(rowsOf(later, options), rowsOf([...later, message("d", "me", NOON)], options))).toBe(0);
});

function photo(id: string, senderId: string, albumId: string | null) {
  const source = { mxc: `mxc://example.org/${id}` };
  const size = { sizeBytes: null, width: null, height: null, durationMs: null };
  const file = { name: id, caption: null, source, thumbnail: null, ...size };
  return message(id, senderId, NOON, { albumId, body: { kind: "image", file } });
}

test("pictures that were sent together stand in one row, and others do not", () => {
  const messages = [
    photo("a", "bob", "trip"),
    photo("b", "bob", "trip"),
    photo("c", "bob", "cats"),
    photo("d", "carol", "cats"),
    photo("e", "carol", null),
    { ...photo("f", "bob", "once"), isViewOnce: true },
    photo("g", "bob", "once"),
  ];
  const albums = rowsOf(messages, options).flatMap((row) => {
    const ids = messagesOf(row).map(({ eventId }) => eventId);
    return ids.length > 0 ? [ids.join("")] : [];
  });
  expect(albums).toEqual(["ab", "c", "d", "e", "f", "g"]);
});

test("no album is larger than one looks through", () => {
  const messages = Array.from({ length: 12 }, (_, index) => photo(`${index}`, "bob", "trip"));
  expect(rowsOf(messages, options).map((row) => messagesOf(row).length)).toEqual([0, 10, 2]);
});

test("a row about which nothing changed is the same object", () => {
  const messages = [message("a", "bob", NOON), photo("b", "bob", "trip"), photo("c", "bob", "trip")];
  const [, text, album] = rowsOf(messages, options);
  const [, textAgain, albumAgain] = rowsOf([...messages, message("d", "carol", NOON)], options);
  expect([textAgain, albumAgain]).toEqual([text, album]);
  expect(textAgain).toBe(text);
});
