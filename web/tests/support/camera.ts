import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES = 5;
const WHITE = 235;
const BLACK = 16;
const NO_COLOUR = 128;

/** A film that a browser takes for what its camera sees; another one may take its place before the camera is turned on. */
export interface Film {
  readonly path: string;
  readonly show: (code: boolean[][] | null) => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function makeFilm(): Promise<Film> {
  const folder = await mkdtemp(join(tmpdir(), "aside-film-"));
  const path = join(folder, "camera.y4m");
  const show = (code: boolean[][] | null) => writeFile(path, film(code));
  await show(null);
  return { path, show, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The dark squares of the code that a page shows. */
export async function codeOn(page: Page): Promise<boolean[][]> {
  const code = page.getByRole("dialog").getByRole("img", { name: "Code for the other device" });
  await code.waitFor();
  const side = await code.evaluate((svg) => (svg as SVGSVGElement).viewBox.baseVal.width);
  const path = (await code.locator("path").getAttribute("d")) ?? "";
  const rows = Array.from({ length: side }, () => Array<boolean>(side).fill(false));
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h/g)) {
    const row = rows[Number(y)];
    if (row) row[Number(x)] = true;
  }
  return rows;
}

/** Some equal frames of a code in the middle of a white wall, as uncompressed YUV. */
function film(code: boolean[][] | null): Buffer {
  const light = Buffer.alloc(WIDTH * HEIGHT, WHITE);
  const side = code?.length ?? 0;
  const scale = side > 0 ? Math.floor((HEIGHT - 40) / side) : 0;
  const [left, top] = [(WIDTH - side * scale) >> 1, (HEIGHT - side * scale) >> 1];
  code?.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (!isDark) return;
      for (let line = 0; line < scale; line += 1) {
        const from = (top + y * scale + line) * WIDTH + left + x * scale;
        light.fill(BLACK, from, from + scale);
      }
    });
  });
  const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, NO_COLOUR);
  const frame = [Buffer.from("FRAME\n"), light, colour];
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES}:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame).flat()]);
}
