import type { Room } from "matrix-js-sdk";
import { expect, test } from "vitest";
import { message } from "./message.fixture";
import { Summaries, threadOf } from "./threads";

/** A room in which each person has read these messages. */
function roomWhere(read: Readonly<Record<string, readonly string[]>>): Room {
  const room = {
    findEventById: () => undefined,
    hasUserReadEvent: (userId: string, eventId: string) => read[userId]?.includes(eventId) ?? false,
    getJoinedMembers: () => Object.keys(read).map((userId) => ({ userId })),
    client: { getUserId: () => "me" },
  };
  return room as unknown as Room;
}

const root = message("root", "bob");
const replies = [
  message("1", "bob", 1),
  message("2", "me", 2),
  message("3", "bob", 3),
  message("4", "bob", 4),
];

test("a thread's summary counts the replies, and those after the last one that I read", () => {
  const summaries = new Summaries(roomWhere({ me: ["1", "2", "3"], bob: [] }), "me");
  const threads = new Map([["root", replies]]);
  const [withThread, other] = summaries.addTo([root, message("other", "bob")], threads);
  expect(withThread?.thread).toMatchObject({ count: 4, unread: 1, at: 4, senderName: "bob" });
  expect(other?.thread).toBeNull();
  expect(summaries.unread(threads)).toEqual(["root"]);
});

test("a root about whose thread nothing changed stays the same object", () => {
  const summaries = new Summaries(roomWhere({ me: [], bob: [] }), "me");
  const [first] = summaries.addTo([root], new Map([["root", replies]]));
  const [second] = summaries.addTo([root], new Map([["root", [...replies]]]));
  expect(second).toBe(first);
  const [third] = summaries.addTo([root], new Map([["root", [...replies, message("5", "bob", 5)]]]));
  expect(third?.thread?.count).toBe(5);
});

test("what was read in a thread has its marks there, and counts for what is before it", () => {
  const room = roomWhere({ me: [], bob: ["1", "2"], carol: ["1", "2", "3", "4"] });
  const mine = [message("1", "me"), message("2", "me"), message("3", "me"), message("4", "me")];
  const shown = threadOf("root", [root], new Map([["root", mine]]), room);
  expect(shown.map(({ eventId, delivery, readers }) => [eventId, delivery, readers])).toEqual([
    ["root", "sent", []],
    ["1", "read", []],
    ["2", "read", ["bob"]],
    ["3", "read", []],
    ["4", "read", ["carol"]],
  ]);
});

test("a thread is about everything that was sent together with its root", () => {
  const album = ["a", "b"].map((id) => message(id, "bob", 0, { albumId: "trip" }));
  const other = message("c", "bob", 0, { albumId: "cats" });
  const shown = threadOf("a", [...album, other], new Map(), roomWhere({ me: [], bob: [] }));
  expect(shown.map(({ eventId }) => eventId)).toEqual(["a", "b"]);
});
