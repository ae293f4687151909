import { expect, test } from "vitest";
import { type Ballot, tally } from "./poll";

const options = [
  { id: "1", text: "Tea" },
  { id: "2", text: "Coffee" },
];
const ballot = (voter: string, at: number, ...choices: string[]): Ballot => ({ voter, at, choices });
const NEVER = Number.POSITIVE_INFINITY;

function votes(ballots: readonly Ballot[], { max = 1, endedAt = NEVER } = {}) {
  const result = tally(options, max, ballots, "@me", endedAt);
  return { votes: result.options.map((option) => option.votes), voters: result.voters };
}

test("the last ballot of each counts", () => {
  const ballots = [ballot("@a", 1, "1"), ballot("@b", 2, "1"), ballot("@a", 3, "2")];
  expect(votes(ballots)).toEqual({ votes: [1, 1], voters: 2 });
});

test("what comes after the end doesn't count", () => {
  expect(votes([ballot("@a", 1, "1"), ballot("@a", 9, "2")], { endedAt: 5 })).toEqual({
    votes: [1, 0],
    voters: 1,
  });
});

test("no more choices count than are allowed, and each once", () => {
  expect(votes([ballot("@a", 1, "1", "2")])).toEqual({ votes: [1, 0], voters: 1 });
  expect(votes([ballot("@a", 1, "1", "1", "2")], { max: 2 })).toEqual({ votes: [1, 1], voters: 1 });
});

test("an empty ballot takes a vote back, and one for something else counts for nothing", () => {
  expect(votes([ballot("@a", 1, "1"), ballot("@a", 2)])).toEqual({ votes: [0, 0], voters: 0 });
  expect(votes([ballot("@a", 1, "7")])).toEqual({ votes: [0, 0], voters: 0 });
});

test("my own choice is marked", () => {
  expect(
    tally(options, 1, [ballot("@me", 1, "2")], "@me", NEVER).options.map(({ isMine }) => isMine),
  ).toEqual([false, true]);
});
