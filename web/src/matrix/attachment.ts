/** Files in encrypted conversations: AES-CTR with a key of their own (specification, 11.12.1.3). */

export interface EncryptedFile {
  readonly url: string;
  readonly v: "v2";
  readonly key: JsonWebKey;
  readonly iv: string;
  readonly hashes: { readonly sha256: string };
}

export async function encryptFile(
  plain: ArrayBuffer,
): Promise<{ data: ArrayBuffer; file: Omit<EncryptedFile, "url"> }> {
  const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
  const iv = new Uint8Array(16);
  // The second half counts blocks and begins at nought, so that it never runs over.
  crypto.getRandomValues(iv.subarray(0, 8));
  const data = await crypto.subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, key, plain);
  const jwk = await crypto.subtle.exportKey("jwk", key);
  const sha256 = toBase64(await crypto.subtle.digest("SHA-256", data));
  return { data, file: { v: "v2", key: jwk, iv: toBase64(iv.buffer), hashes: { sha256 } } };
}

/** Refused where what arrived is not what was sent. */
export async function decryptFile(data: ArrayBuffer, file: EncryptedFile): Promise<ArrayBuffer> {
  const sha256 = toBase64(await crypto.subtle.digest("SHA-256", data));
  if (sha256 !== file.hashes.sha256.replace(/=+$/, "")) throw new Error("the file was changed on its way");
  const key = await crypto.subtle.importKey("jwk", file.key, { name: "AES-CTR" }, false, ["decrypt"]);
  const counter = fromBase64(file.iv);
  return crypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, key, data);
}

/** Without padding, as the specification has it. */
export function toBase64(bytes: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text).replace(/=+$/, "");
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const standard = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
}
