import { expect, test } from "vitest";
import { envelopeMarks } from "./view-once";

const content = { file: { url: "mxc://a/1" }, info: { thumbnail_file: { url: "mxc://a/2" } } };

test("a message says nothing on its outside unless its files are to go", () => {
  expect(envelopeMarks(content, false)).toEqual({});
});

test("files of messages that disappear are named", () => {
  expect(envelopeMarks(content, true)).toEqual({ "org.aside.media": ["mxc://a/1", "mxc://a/2"] });
  expect(envelopeMarks({ body: "hello" }, true)).toEqual({});
});

test("what is to be seen once says so", () => {
  expect(envelopeMarks({ ...content, "org.aside.view_once": true }, false)).toEqual({
    "org.aside.media": ["mxc://a/1", "mxc://a/2"],
    "org.aside.view_once": true,
  });
});
