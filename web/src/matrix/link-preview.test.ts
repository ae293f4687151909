import { expect, test } from "vitest";
import { previewOf } from "./link-preview";

test("a page is shown by what it says of itself", () => {
  const answer = {
    "og:title": " Note  G ",
    "og:description": "About the\nengine",
    "og:site_name": "Wikipedia",
    "og:image": "mxc://example.org/abc",
    "og:image:width": 640,
    "og:image:height": 480,
  };
  expect(previewOf(answer)).toEqual({
    title: "Note G",
    description: "About the engine",
    site: "Wikipedia",
    image: { mxc: "mxc://example.org/abc", width: 640, height: 480 },
  });
});

test("a page that says nothing has no preview, and a picture from elsewhere is left out", () => {
  expect(previewOf({})).toBeNull();
  expect(previewOf({ "og:title": 7 })).toBeNull();
  expect(previewOf({ "og:image": "https://example.org/track.png" })).toBeNull();
  expect(previewOf({ "og:title": "A", "og:image": "https://example.org/track.png" })?.image).toBeNull();
});
