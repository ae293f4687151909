import { expect, test } from "vitest";
import { fieldValue, suggestions } from "./later";

const at = (day: number, hour: number, minute = 0) => new Date(2026, 4, day, hour, minute).getTime();

function offered(now: number) {
  return suggestions(now).map(({ what, at }) => [what, fieldValue(at)]);
}

test("on a Wednesday noon four times are offered", () => {
  expect(offered(at(6, 12))).toEqual([
    ["hour", "2026-05-06T13:00"],
    ["evening", "2026-05-06T18:00"],
    ["morning", "2026-05-07T08:00"],
    ["monday", "2026-05-11T08:00"],
  ]);
});

test("what has nearly passed is not offered, nor the same time twice", () => {
  expect(offered(at(6, 17, 45)).map(([what]) => what)).toEqual(["hour", "morning", "monday"]);
  // On a Sunday, tomorrow is Monday.
  expect(offered(at(10, 12)).map(([what]) => what)).toEqual(["hour", "evening", "morning"]);
});
