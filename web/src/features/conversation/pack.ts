/** The pictures that come with the app, drawn for it. */
export interface PackPicture {
  readonly name: PackName;
  readonly url: string;
}

/** A picture that was chosen, ready to be sent. */
export interface Picked {
  readonly file: File;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

const NAMES = [
  "hello",
  "happy",
  "laugh",
  "love",
  "thanks",
  "wink",
  "wow",
  "think",
  "sad",
  "angry",
  "sleepy",
  "party",
] as const;
type PackName = (typeof NAMES)[number];

const MOVING = ["hello", "happy", "love", "laugh", "sad", "party"] as const;

const drawn = import.meta.glob<string>("./pack/*.{svg,gif}", {
  query: "?url",
  import: "default",
  eager: true,
});

function pictures(names: readonly PackName[], ending: string): readonly PackPicture[] {
  return names.flatMap((name) => {
    const url = drawn[`./pack/${name}.${ending}`];
    return url ? [{ name, url }] : [];
  });
}

export const stickers = pictures(NAMES, "svg");
export const moving = pictures(MOVING, "gif");

const STICKER_PX = 384;

/** A picture as a file that every client can show: some leave SVG out, and rightly. */
export async function pictureFile({ name, url }: PackPicture): Promise<Picked> {
  if (!url.includes(".svg")) {
    const blob = await (await fetch(url)).blob();
    const { width, height } = await createImageBitmap(blob);
    return { file: new File([blob], `${name}.gif`, { type: "image/gif" }), width, height };
  }
  const image = new Image(STICKER_PX, STICKER_PX);
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = STICKER_PX;
  canvas.height = STICKER_PX;
  canvas.getContext("2d")?.drawImage(image, 0, 0, STICKER_PX, STICKER_PX);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("the sticker can't be drawn");
  const file = new File([blob], `${name}.png`, { type: "image/png" });
  return { file, width: STICKER_PX, height: STICKER_PX };
}
