import { expect, test } from "vitest";
import { wordsOf } from "./preview";

test("formatted text is previewed as its words", () => {
  expect(wordsOf("<p><strong>Bold</strong> and <code>code</code></p><ul><li>one</li><li>two</li></ul>")).toBe(
    "Bold and code one two",
  );
  expect(wordsOf("first<br>second &amp; third")).toBe("first second & third");
  expect(wordsOf("<mx-reply><blockquote>before</blockquote></mx-reply>after")).toBe("after");
});
