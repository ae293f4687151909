import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Person } from "./browser";

/** What moves has come to rest by then. */
const REST_MS = 450;
const QUALITY = 0.9;

/** Pictures of screens, for those who look after how they look. */
export class Album {
  readonly #folder: string;
  /** Pictures that the documentation shows, and where it keeps them. */
  readonly #kept: ReadonlySet<string>;
  readonly #keptIn: string;
  readonly #painter: Page;

  private constructor(folder: string, painter: Page, kept: readonly string[], keptIn: string) {
    this.#folder = folder;
    this.#painter = painter;
    this.#kept = new Set(kept);
    this.#keptIn = keptIn;
  }

  static async open(
    browser: Browser,
    folder: string,
    kept: readonly string[],
    keptIn: string,
  ): Promise<Album> {
    for (const path of [folder, keptIn]) mkdirSync(path, { recursive: true });
    return new Album(folder, await browser.newPage(), kept, keptIn);
  }

  async shot({ page }: Person, name: string): Promise<void> {
    await page.waitForTimeout(REST_MS);
    const png = await page.screenshot({ path: join(this.#folder, `${name}.png`) });
    if (this.#kept.has(name)) await writeFile(join(this.#keptIn, `${name}.webp`), await this.#small(png));
  }

  /** In light and in dark. */
  async both(person: Person, name: string): Promise<void> {
    await this.shot(person, `${name}-light`);
    await person.page.emulateMedia({ colorScheme: "dark" });
    await this.shot(person, `${name}-dark`);
    await person.page.emulateMedia({ colorScheme: "light" });
  }

  /** The same picture with fewer bytes. */
  async #small(png: Buffer): Promise<Buffer> {
    const from = `data:image/png;base64,${png.toString("base64")}`;
    const webp = await this.#painter.evaluate(
      async ([from, quality]) => {
        const image = new Image();
        image.src = from;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        canvas.getContext("2d")?.drawImage(image, 0, 0);
        return canvas.toDataURL("image/webp", quality).split(",")[1] ?? "";
      },
      [from, QUALITY] as const,
    );
    return Buffer.from(webp, "base64");
  }
}
