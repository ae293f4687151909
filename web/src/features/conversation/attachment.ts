import type { Attachment } from "@/matrix/send";
import { redrawn } from "@/ui/picture";

/** Longer sides of what is sent and of its small version. */
const PICTURE_PX = 2560;
const THUMBNAIL_PX = 640;
/** Below this, a picture is its own small version. */
const SMALL_BYTES = 60_000;
const WAIT_MS = 10_000;

/** Finds out what a file is and how it is shown. A picture is drawn anew, so that it does not tell where it was taken. */
export async function attachmentOf(file: File): Promise<Attachment> {
  try {
    if (file.type === "image/gif" || file.type === "image/webp") return await animated(file);
    if (file.type.startsWith("image/") && file.type !== "image/svg+xml") return await picture(file);
    if (file.type.startsWith("video/")) return await video(file);
    if (file.type.startsWith("audio/")) return await audio(file);
  } catch {
    // What the browser cannot show is sent as it is.
  }
  return { file, kind: "file", info: {} };
}

async function picture(file: File): Promise<Attachment> {
  const type = file.type === "image/png" ? "image/png" : "image/jpeg";
  const drawn = await redrawn(file, PICTURE_PX, type);
  const name = type === "image/jpeg" ? file.name.replace(/\.\w+$/, ".jpg") : file.name;
  const clean = new File([drawn.blob], name, { type });
  const info = { w: drawn.width, h: drawn.height };
  if (clean.size < SMALL_BYTES) return { file: clean, kind: "image", info };
  return { file: clean, kind: "image", info, thumbnail: await small(clean) };
}

/** Drawing it anew would stop it. */
async function animated(file: File): Promise<Attachment> {
  const bitmap = await createImageBitmap(file);
  return { file, kind: "image", info: { w: bitmap.width, h: bitmap.height } };
}

async function small(file: Blob) {
  const drawn = await redrawn(file, THUMBNAIL_PX);
  return { data: drawn.blob, info: { w: drawn.width, h: drawn.height } };
}

async function video(file: File): Promise<Attachment> {
  const element = document.createElement("video");
  element.muted = true;
  element.preload = "auto";
  return withUrl(file, async (url) => {
    element.src = url;
    await happens(element, "loadeddata");
    element.currentTime = Math.min(1, element.duration / 3);
    await happens(element, "seeked");
    const bitmap = await createImageBitmap(element);
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    const frame = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
    const info = { w: element.videoWidth, h: element.videoHeight, duration: milliseconds(element.duration) };
    return { file, kind: "video", info, ...(frame && { thumbnail: await small(frame) }) };
  });
}

async function audio(file: File): Promise<Attachment> {
  const element = document.createElement("audio");
  return withUrl(file, async (url) => {
    element.src = url;
    await happens(element, "loadedmetadata");
    return { file, kind: "audio", info: { duration: milliseconds(element.duration) } };
  });
}

function milliseconds(seconds: number): number | undefined {
  return Number.isFinite(seconds) ? Math.round(seconds * 1000) : undefined;
}

async function withUrl<T>(file: File, work: (url: string) => Promise<T>): Promise<T> {
  const url = URL.createObjectURL(file);
  try {
    return await work(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function happens(element: HTMLMediaElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event}`)), WAIT_MS);
    element.addEventListener("error", () => reject(new Error("it cannot be played")), { once: true });
    element.addEventListener(
      event,
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
