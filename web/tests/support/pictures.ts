import type { Page } from "playwright-core";

interface Picture {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A picture of one colour, as a file that somebody could choose. */
export async function picture(
  page: Page,
  name: string,
  colour: string,
  width = 320,
  height = 200,
): Promise<Picture> {
  const png = await page.evaluate(
    ({ colour, width, height }) => {
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext("2d");
      if (context) {
        context.fillStyle = colour;
        context.fillRect(0, 0, width, height);
      }
      return canvas.toDataURL("image/png").split(",")[1] ?? "";
    },
    { colour, width, height },
  );
  return { name, mimeType: "image/png", buffer: Buffer.from(png, "base64") };
}
