import { expect, test } from "vitest";
import { type CallFacts, outcomeOf } from "./past-call";

const called: CallFacts = {
  isMine: false,
  calledAt: 1_000,
  lifetimeMs: 60_000,
  answeredAt: null,
  rejectedAt: null,
  endedAt: null,
};

test.each([
  ["rings", called, 2_000, "now", null],
  ["was missed after its time", called, 70_000, "missed", null],
  ["was missed when the caller gave up", { ...called, endedAt: 9_000 }, 9_500, "missed", null],
  [
    "was not answered, for the caller",
    { ...called, isMine: true, endedAt: 9_000 },
    9_500,
    "unanswered",
    null,
  ],
  ["was declined", { ...called, rejectedAt: 4_000 }, 9_500, "declined", null],
  ["is going on", { ...called, answeredAt: 4_000 }, 90_000, "now", null],
  ["lasted a while", { ...called, answeredAt: 4_000, endedAt: 34_000 }, 90_000, "spoken", 30_000],
  ["has clocks that disagree", { ...called, answeredAt: 4_000, endedAt: 3_000 }, 90_000, "spoken", 0],
] as const)("a call that %s", (_, facts, now, outcome, durationMs) => {
  expect(outcomeOf(facts, now)).toEqual({ outcome, durationMs });
});
