import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { Archive, type Said } from "./archive";

const said = (eventId: string, text: string, more: Partial<Said> = {}): Said => ({
  eventId,
  roomId: "!a",
  senderId: "@ada",
  rootId: null,
  at: 1,
  text,
  ...more,
});
const texts = async (archive: Archive, term: string) => (await archive.find(term, 9)).map(({ text }) => text);

test("all words are found in any order, without accents and capitals, the newest first", async () => {
  const archive = new Archive("words");
  archive.keep(said("$1", "Ein Café in Köln", { at: 1 }));
  archive.keep(said("$2", "Köln, ein CAFE", { at: 2 }));
  archive.keep(said("$3", "Ein Café"));
  expect(await texts(archive, "koln café")).toEqual(["Köln, ein CAFE", "Ein Café in Köln"]);
  expect(await archive.find("ein", 2)).toHaveLength(2);
  expect(await texts(archive, "tee")).toEqual([]);
});

test("an edit counts whenever it comes, and only from whoever wrote the message", async () => {
  const archive = new Archive("edits");
  const edit = (targetId: string, text: string, more: Partial<Said>) =>
    archive.change({ ...said(`${targetId}e`, text, more), targetId });
  archive.keep(said("$1", "tea at five"));
  edit("$1", "tea at six", { at: 5 });
  edit("$1", "tea at four", { at: 4 });
  edit("$1", "tea at nine", { at: 9, senderId: "@eve" });
  // Whoever reads backwards sees the edit first.
  edit("$2", "tea at eight", { at: 8 });
  expect(await texts(archive, "tea")).toEqual(["tea at six"]);
  archive.keep(said("$2", "tea at seven", { at: 2 }));
  archive.keep(said("$1", "tea at five"));
  expect(await texts(archive, "tea")).toEqual(["tea at eight", "tea at six"]);
  edit("$3", "tea never", { senderId: "@eve" });
  archive.keep(said("$3", "tea now", { at: 3 }));
  expect(await texts(archive, "tea")).toEqual(["tea now", "tea at eight", "tea at six"]);
});

test("what is taken back is gone, and so is a conversation of which more may be", async () => {
  const archive = new Archive("gone");
  archive.keep(said("$1", "tea", { at: 1 }));
  archive.keep(said("$2", "tea again", { at: 2 }));
  archive.keep(said("$3", "tea elsewhere", { at: 3, roomId: "!b" }));
  await archive.setDepth("!a", "t1");
  await archive.setDepth("!b", null);
  archive.forget("$1");
  expect(await texts(archive, "tea")).toEqual(["tea elsewhere", "tea again"]);
  archive.forgetRoom("!a");
  expect(await texts(archive, "tea")).toEqual(["tea elsewhere"]);
  expect([await archive.depthOf("!a"), await archive.depthOf("!b")]).toEqual([undefined, null]);
});

test("it is still there when it is opened again, until all is forgotten", async () => {
  const archive = new Archive("again");
  archive.keep(said("$1", "tea"));
  await archive.find("tea", 1);
  const again = new Archive("again");
  expect(await texts(again, "tea")).toEqual(["tea"]);
  await again.delete();
  await archive.delete();
  await expect(again.find("tea", 1)).rejects.toThrow();
  expect(await texts(new Archive("again"), "tea")).toEqual([]);
});
