const SQUARE_PX = 512;
const QUALITY = 0.88;

async function draw(
  bitmap: ImageBitmap,
  width: number,
  height: number,
  [left, top, partWidth, partHeight]: readonly [number, number, number, number],
  type: string,
): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("pictures cannot be drawn here");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, left, top, partWidth, partHeight, 0, 0, width, height);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))),
      type,
      QUALITY,
    );
  });
}

/** The middle of a picture as a small square. Drawing it anew leaves out where and with what it was taken. */
export async function squarePicture(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const side = Math.min(bitmap.width, bitmap.height);
  const target = Math.min(SQUARE_PX, side);
  const part = [(bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side] as const;
  return draw(bitmap, target, target, part, "image/jpeg");
}

export interface Drawn {
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
}

/** A picture drawn anew, no larger than `max` pixels on its longer side. */
export async function redrawn(file: Blob, max: number, type = "image/jpeg"): Promise<Drawn> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, max / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const blob = await draw(bitmap, width, height, [0, 0, bitmap.width, bitmap.height], type);
  return { blob, width, height };
}
