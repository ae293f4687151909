import { expect, test } from "vitest";
import { mentionAt, mentionedIn, withMentions } from "./mentions";

test("a name is sought after an @ that begins a word", () => {
  expect(mentionAt("hello @an", 9)).toEqual({ from: 6, term: "an" });
  expect(mentionAt("@", 1)).toEqual({ from: 0, term: "" });
  expect(mentionAt("ann@example", 11)).toBeNull();
  expect(mentionAt("@ann said", 9)).toBeNull();
});

test("who is mentioned is told, and nobody else", () => {
  const people = [
    { userId: "@ann:x", name: "Ann" },
    { userId: "@bob:x", name: "Bob" },
  ];
  expect(mentionedIn("hi @Bob", people)).toEqual([people[1]]);
});

test("a mention is a link, whatever is in the name", () => {
  const people = [
    { userId: "@ann:x", name: "Ann" },
    { userId: "@anna:x", name: "Anna <3" },
  ];
  expect(withMentions("@Anna &lt;3 and @Ann", people)).toBe(
    '<a href="https://matrix.to/#/%40anna%3Ax">Anna &lt;3</a> and <a href="https://matrix.to/#/%40ann%3Ax">Ann</a>',
  );
});
