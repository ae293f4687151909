import { encodeQR } from "qr";
import { decodeQR } from "qr/decode.js";

/** Codes of Matrix hold bytes; the library takes text, of which each letter stands for one byte here. */
function textOf(bytes: Uint8Array | Uint8ClampedArray): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** The dark squares of a code with the light border that it needs, row by row. */
export function drawCode(bytes: Uint8Array | Uint8ClampedArray): boolean[][] {
  return encodeQR(textOf(bytes), "raw", { encoding: "byte", ecc: "medium", border: 4, textEncoder: bytesOf });
}

/** What a code in a picture says, if there is one. */
export function readCode(picture: ImageData): Uint8ClampedArray | null {
  try {
    return Uint8ClampedArray.from(bytesOf(decodeQR(picture, { textDecoder: textOf })));
  } catch {
    return null;
  }
}
