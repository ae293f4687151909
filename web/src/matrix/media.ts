import { useEffect, useState } from "react";
import { decryptFile, type EncryptedFile } from "./attachment";
import type { Session } from "./session";

/** Where a file is: its address, and how it is decrypted where it is encrypted. */
export interface MediaSource {
  readonly mxc: string;
  readonly file?: EncryptedFile | undefined;
  readonly mimetype?: string | undefined;
}

export interface Size {
  readonly width: number;
  readonly height: number;
  readonly method?: "crop" | "scale";
}

/** Pictures kept as object URLs; the one that was not looked at for longest goes first. */
const KEPT_MAX = 400;

/** What may be shown in this page. Anything else a stranger could let run here, so it is only ever saved. */
const SHOWABLE =
  /^(image\/(png|jpe?g|gif|webp|avif)|video\/(mp4|webm|ogg|quicktime)|audio\/(mpeg|mp4|aac|ogg|webm|wav|x-wav|flac|opus))$/;

/** Files of the server, fetched with the person's token, decrypted here, and kept for as long as they are looked at. */
export class Media {
  readonly #session: Session;
  readonly #kept = new Map<string, Promise<string>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** An address that an element can show. */
  url(source: MediaSource, size?: Size): Promise<string> {
    const key = `${source.mxc} ${source.file ? "" : JSON.stringify(size ?? "")}`;
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const url = this.blob(source, size).then((blob) => URL.createObjectURL(blob));
    this.#kept.set(key, url);
    url.catch(() => this.#kept.delete(key));
    this.#forgetOldest();
    return url;
  }

  async blob(source: MediaSource, size?: Size): Promise<Blob> {
    const address = mediaPath(source.mxc, source.file ? undefined : size);
    if (!address) throw new Error("not an address of media");
    const headers = { Authorization: `Bearer ${this.#session.accessToken}` };
    const response = await fetch(address, { headers });
    if (!response.ok) throw new Error(`media answered ${response.status}`);
    if (!source.file) return response.blob();
    const plain = await decryptFile(await response.arrayBuffer(), source.file);
    const mimetype = (source.mimetype ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    return new Blob([plain], { type: SHOWABLE.test(mimetype) ? mimetype : "application/octet-stream" });
  }

  /** Uploads and says how far it has come, from 0 to 1. */
  upload(data: Blob, progress?: (share: number) => void, signal?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/_matrix/media/v3/upload");
      request.setRequestHeader("Authorization", `Bearer ${this.#session.accessToken}`);
      request.setRequestHeader("Content-Type", data.type || "application/octet-stream");
      request.upload.onprogress = ({ loaded, total }) => progress?.(total ? loaded / total : 0);
      request.onload = () => {
        const answer = parse(request.responseText);
        if (request.status === 200 && answer.content_uri) resolve(answer.content_uri);
        else reject(new UploadRefused(answer.errcode ?? "M_UNKNOWN", request.status));
      };
      request.onerror = () => reject(new UploadRefused("UNREACHABLE", 0));
      request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
      signal?.addEventListener("abort", () => request.abort());
      request.send(data);
    });
  }

  #forgetOldest(): void {
    for (const [key, url] of this.#kept) {
      if (this.#kept.size <= KEPT_MAX) return;
      this.#kept.delete(key);
      void url.then((url) => URL.revokeObjectURL(url)).catch(() => {});
    }
  }
}

export class UploadRefused extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number) {
    super(code);
    this.code = code;
    this.status = status;
  }
}

function parse(text: string): { content_uri?: string; errcode?: string } {
  try {
    return JSON.parse(text) as { content_uri?: string; errcode?: string };
  } catch {
    return {};
  }
}

/** The path that serves an `mxc://` address, as a thumbnail where a size is asked for. */
export function mediaPath(mxc: string, size?: Size): string | null {
  const parts = /^mxc:\/\/([^/]+)\/([^/?#]+)$/.exec(mxc);
  if (!parts) return null;
  const [, server, id] = parts as unknown as [string, string, string];
  const address = `${encodeURIComponent(server)}/${encodeURIComponent(id)}`;
  if (!size) return `/_matrix/client/v1/media/download/${address}`;
  const ratio = Math.min(2, Math.ceil(window.devicePixelRatio || 1));
  const { width, height, method = "crop" } = size;
  return `/_matrix/client/v1/media/thumbnail/${address}?width=${width * ratio}&height=${height * ratio}&method=${method}`;
}

interface Shown {
  readonly url?: string;
  readonly failed?: boolean;
}

/** The address of a picture or file for an element, once it is there. */
export function useMedia(media: Media | null, source: MediaSource | null, size?: Size): Shown {
  const [shown, setShown] = useState<Shown & { mxc?: string }>({});
  const mxc = source?.mxc;
  const width = size?.width;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address names the content; the objects are made anew.
  useEffect(() => {
    if (!media || !source || !mxc) return;
    let isCurrent = true;
    media.url(source, size).then(
      (url) => isCurrent && setShown({ url, mxc }),
      () => isCurrent && setShown({ failed: true, mxc }),
    );
    return () => {
      isCurrent = false;
    };
  }, [media, mxc, width]);
  // A picture of before is not shown for the one that is being loaded.
  return shown.mxc === mxc ? shown : {};
}
