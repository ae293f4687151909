import { expect, test } from "vitest";
import { firstLink } from "./links";

test.each([
  ["See https://example.org/a?b=c#d and https://other.example", "https://example.org/a?b=c#d"],
  ["example.org is a page", "http://example.org/"],
  ["Write to ada@example.org", null],
  ["https://matrix.to/#/@ada:example.org", null],
  ["ftp://example.org/file", null],
  ["No link", null],
])("the first page that is linked in “%s”", (text, link) => {
  expect(firstLink(text)).toBe(link);
});
