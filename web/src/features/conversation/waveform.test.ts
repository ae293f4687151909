import { expect, test } from "vitest";
import { levelled, resampled } from "./waveform";

test("a waveform is cut into as many parts as are wanted, and peaks stay", () => {
  expect(resampled([1, 9, 2, 3], 2)).toEqual([9, 3]);
  expect(resampled([5], 3)).toEqual([5, 5, 5]);
  expect(resampled([], 2)).toEqual([0, 0]);
});

test("a quiet voice is raised, and silence stays silent", () => {
  expect(levelled([0, 256, 512])).toEqual([0, 512, 1024]);
  expect(levelled([0, 0])).toEqual([0, 0]);
});
