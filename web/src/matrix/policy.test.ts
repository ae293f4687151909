import { expect, test } from "vitest";
import { textLength } from "./policy";

test("a text is as long as the rules count it", () => {
  const text = "né👍";
  expect([textLength(text, "chars"), textLength(text, "utf16"), textLength(text, "bytes")]).toEqual([
    3, 4, 7,
  ]);
});
