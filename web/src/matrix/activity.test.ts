import { expect, test } from "vitest";
import { activityOf } from "./activity";

const NOW = 1_000_000;

test("somebody is there, or was there some time ago, or shows nothing of it", () => {
  expect(activityOf({ presence: "online", last_active_ago: 5_000 }, NOW)).toEqual({ isNow: true, at: null });
  expect(activityOf({ presence: "unavailable", currently_active: true }, NOW)?.isNow).toBe(true);
  expect(activityOf({ presence: "unavailable", last_active_ago: 60_000 }, NOW)).toEqual({
    isNow: false,
    at: NOW - 60_000,
  });
  expect(activityOf({ presence: "offline" }, NOW)).toBe(null);
});
