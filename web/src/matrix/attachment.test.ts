import { expect, test } from "vitest";
import { decryptFile, encryptFile } from "./attachment";

const plain = new TextEncoder().encode("a picture").buffer as ArrayBuffer;

test("what was encrypted can be decrypted", async () => {
  const { data, file } = await encryptFile(plain);
  expect(new Uint8Array(data)).not.toEqual(new Uint8Array(plain));
  const opened = await decryptFile(data, { ...file, url: "mxc://x/y" });
  expect(new TextDecoder().decode(opened)).toBe("a picture");
});

test("what was changed on its way is refused", async () => {
  const { data, file } = await encryptFile(plain);
  new Uint8Array(data)[0] = (new Uint8Array(data)[0] ?? 0) ^ 1;
  await expect(decryptFile(data, { ...file, url: "mxc://x/y" })).rejects.toThrow("changed on its way");
});
