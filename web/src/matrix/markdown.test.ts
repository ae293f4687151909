import { expect, test } from "vitest";
import { toHtml } from "./markdown";

test.each([
  ["plain text stays plain", "Hello & good < morning", null],
  ["bold and italic", "**bold** and *italic*", "<strong>bold</strong> and <em>italic</em>"],
  ["a product is no italic", "2 * 3 * 4", null],
  ["a file name is no italic", "snake_case_name", null],
  ["struck out", "~~no~~", "<del>no</del>"],
  ["nothing means anything in code", "`**x** <b>`", "<code>**x** &lt;b&gt;</code>"],
  ["a block of code", "```js\na < b\n```", "<pre><code>a &lt; b</code></pre>"],
  ["a quote", "> so it is\nyes", "<blockquote>so it is</blockquote>yes"],
  ["a list", "- one\n- two", "<ul><li>one</li><li>two</li></ul>"],
  ["a list that begins later", "3. three\n4. four", '<ol start="3"><li>three</li><li>four</li></ol>'],
  ["lines", "one\n**two**", "one<br><strong>two</strong>"],
  ["what looks like HTML", "**<script>**", "<strong>&lt;script&gt;</strong>"],
])("%s", (_, text, html) => {
  expect(toHtml(text)).toBe(html);
});
