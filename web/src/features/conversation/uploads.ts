import { type DragEvent, useMemo, useRef, useState } from "react";
import { t } from "@/i18n";
import type { Account } from "@/matrix/account";
import { ALBUM, NO_FORWARD, VIEW_ONCE } from "@/matrix/forward";
import { UploadRefused } from "@/matrix/media";
import { type Answered, type Attachment, sendFile } from "@/matrix/send";
import type { InThread } from "@/matrix/threads";
import { attachmentOf } from "./attachment";
import { type Chosen, useChosen } from "./chosen";
import { usePolicy } from "./policy";

/** A file on its way. */
export interface Upload {
  readonly id: number;
  readonly name: string;
  /** From 0 to 1. */
  readonly share: number;
  readonly problem: string | null;
  /** Tries once more, where that may help. */
  readonly again: (() => void) | null;
  readonly cancel: () => void;
}

export interface UploadOptions {
  readonly answered: Answered | null;
  /** The others are asked not to pass it on. */
  readonly isKept?: boolean;
  /** It is gone after one look. */
  readonly isOnce?: boolean;
  /** What is said about the files; it stands with the first. */
  readonly caption?: string;
}

export interface Uploads {
  readonly list: readonly Upload[];
  readonly isDropping: boolean;
  /** Files that were chosen and are sent with the text. */
  readonly chosen: Chosen;
  readonly add: (files: readonly File[], options: UploadOptions) => void;
  /** Sends what was prepared already, such as a voice message. */
  readonly send: (attachment: Attachment, answered: Answered | null) => void;
  readonly dropTarget: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

/** Files that are being sent, one after the other, so that they arrive in their order. */
export function useUploads(account: Account, roomId: string, thread: InThread | null = null): Uploads {
  const [list, setList] = useState<readonly Upload[]>([]);
  const [isDropping, setDropping] = useState(false);
  const lastId = useRef(0);
  const queue = useRef(Promise.resolve());
  const chosen = useChosen();
  const place = useRef(thread);
  place.current = thread;
  const togetherMax = usePolicy()?.togetherMax ?? -1;

  return useMemo(() => {
    const change = (id: number, change: Partial<Upload>) =>
      setList((list) => list.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)));
    const remove = (id: number) => setList((list) => list.filter((upload) => upload.id !== id));
    const addOne = (name: string, prepare: () => Promise<Attachment>, answered: Answered | null) => {
      lastId.current += 1;
      const id = lastId.current;
      const abort = new AbortController();
      const cancel = () => {
        abort.abort();
        remove(id);
      };
      const start = async () => {
        if (abort.signal.aborted) return;
        try {
          const attachment = await prepare();
          const progress = (share: number) => change(id, { share });
          const belonging = { answered, thread: place.current };
          await sendFile(account, roomId, attachment, belonging, progress, abort.signal);
          remove(id);
        } catch (error) {
          if (!abort.signal.aborted) change(id, refusedBy(error, again));
        }
      };
      const again = () => {
        change(id, { share: 0, problem: null, again: null });
        queue.current = queue.current.then(start);
      };
      setList((list) => [...list, { id, name, share: 0, problem: null, again: null, cancel }]);
      queue.current = queue.current.then(start);
    };
    const add = (files: readonly File[], { answered, caption, isKept, isOnce }: UploadOptions) => {
      const more = {
        ...(isKept && { [NO_FORWARD]: true }),
        ...(isOnce && { [VIEW_ONCE]: true }),
      };
      const albums = albumsOf(files, togetherMax);
      files.forEach((file, index) => {
        const isFirst = index === 0;
        const prepare = async () => ({
          ...(await attachmentOf(file)),
          more: { ...more, ...(albums[index] && { [ALBUM]: albums[index] }) },
          caption: isFirst ? caption : undefined,
        });
        addOne(file.name, prepare, isFirst ? answered : null);
      });
    };
    const send = (attachment: Attachment, answered: Answered | null) =>
      addOne(attachment.file.name, async () => attachment, answered);
    const dropTarget = {
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setDropping(true);
      },
      onDragLeave: (event: DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
      },
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        setDropping(false);
        chosen.add([...event.dataTransfer.files]);
      },
    };
    return { list, isDropping, chosen, add, send, dropTarget };
  }, [account, roomId, list, isDropping, chosen, togetherMax]);
}

/** Which album each file belongs to; what is alone is in none. */
function albumsOf(files: readonly File[], togetherMax: number): readonly (string | null)[] {
  const size = togetherMax > 0 ? togetherMax : files.length;
  const parts = Array.from({ length: Math.ceil(files.length / size) }, (_, part) =>
    files.slice(part * size, (part + 1) * size),
  );
  return parts.flatMap((part) => {
    const album = part.length > 1 ? crypto.randomUUID() : null;
    return part.map(() => album);
  });
}

/** What became of a file that did not get there. A smaller one would be another file. */
function refusedBy(error: unknown, again: () => void): Partial<Upload> {
  const isTooLarge = error instanceof UploadRefused && (error.code === "M_TOO_LARGE" || error.status === 413);
  if (isTooLarge) return { problem: t("conversation.tooLarge"), again: null };
  return { problem: t("conversation.notUploaded"), again };
}
