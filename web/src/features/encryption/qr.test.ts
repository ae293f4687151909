import { expect, test } from "vitest";
import { drawCode, readCode } from "./qr";

const SCALE = 4;

function pictureOf(code: boolean[][]): ImageData {
  const side = code.length * SCALE;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [y, row] of code.entries()) {
    for (const [x, isDark] of row.entries()) {
      if (!isDark) continue;
      for (let dy = 0; dy < SCALE; dy += 1) {
        const at = ((y * SCALE + dy) * side + x * SCALE) * 4;
        for (let dx = 0; dx < SCALE; dx += 1) data.fill(0, at + dx * 4, at + dx * 4 + 3);
      }
    }
  }
  return { data, width: side, height: side, colorSpace: "srgb" } as ImageData;
}

test("bytes of every value come back from a code", () => {
  const bytes = Uint8Array.from({ length: 140 }, (_, index) => (index * 37 + 200) % 256);
  expect([...(readCode(pictureOf(drawCode(bytes))) ?? [])]).toEqual([...bytes]);
});

test("a picture without a code says nothing", () => {
  const data = new Uint8ClampedArray(64 * 64 * 4).fill(255);
  expect(readCode({ data, width: 64, height: 64, colorSpace: "srgb" } as ImageData)).toBeNull();
});
