import { dayOf } from "@/i18n/time";
import type { Message } from "@/matrix/message";

/** What stands under one another in a conversation. */
export type Row =
  | { readonly kind: "start"; readonly key: "start" }
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "new"; readonly key: "new" }
  | { readonly kind: "message"; readonly key: string; readonly message: Message; readonly place: Place }
  /** Pictures that were sent together. */
  | {
      readonly kind: "album";
      readonly key: string;
      readonly messages: readonly Message[];
      readonly place: Place;
    };

/** Where a message stands among those that one person wrote one after the other. */
export interface Place {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Messages of one person belong together for so long. */
const TOGETHER_MS = 5 * 60_000;
/** Whoever puts more into one album gets several. */
export const ALBUM_MAX = 10;

export interface Options {
  /** The conversation begins here: nothing older is to come. */
  readonly isStart: boolean;
  /** The first message that was unread when the conversation was opened. */
  readonly firstNew: string | null;
  /** Between two people it goes without saying who came and that it is encrypted. */
  readonly isGroup: boolean;
}

export function rowsOf(
  all: readonly Message[],
  { isStart, firstNew: newId, isGroup }: Options,
): readonly Row[] {
  const messages = all.filter((message) => isGroup || !goesWithoutSaying(message));
  const rows: Row[] = isStart ? [{ kind: "start", key: "start" }] : [];
  const firstNew = newId ? messages.findIndex((message) => message.key === newId) : -1;
  let day = 0;
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    if (!message) continue;
    const today = dayOf(message.at);
    if (today !== day) rows.push({ kind: "day", key: `day${today}`, at: today });
    day = today;
    if (index === firstNew) rows.push({ kind: "new", key: "new" });
    const length = albumLength(messages, index);
    const next = index + length;
    const place = {
      isFirst: index === firstNew || !belongTogether(messages[index - 1], message),
      isLast: next === firstNew || !belongTogether(message, messages[next]),
    };
    if (length === 1) rows.push({ kind: "message", key: message.key, message, place });
    else rows.push({ kind: "album", key: message.key, messages: messages.slice(index, next), place });
    index = next - 1;
  }
  return rows;
}

/** How many messages from here on are pictures of one album; 1 where it is none. */
function albumLength(messages: readonly Message[], from: number): number {
  const first = messages[from];
  if (!first?.albumId) return 1;
  const end = messages.findIndex((message, index) => index >= from && !isOfAlbum(message, first));
  return Math.max(1, Math.min(ALBUM_MAX, (end < 0 ? messages.length : end) - from));
}

/** What was taken back, or has a thread of its own, stands by itself. */
function isOfAlbum({ albumId, senderId, body, isViewOnce, thread }: Message, first: Message): boolean {
  const isPicture = (body.kind === "image" || body.kind === "video") && !isViewOnce && !thread;
  return isPicture && albumId === first.albumId && senderId === first.senderId;
}

function belongTogether(before: Message | undefined, after: Message | undefined): boolean {
  if (!before || !after) return false;
  if (before.body.kind === "notice" || after.body.kind === "notice") return false;
  return (
    before.senderId === after.senderId &&
    after.at - before.at < TOGETHER_MS &&
    dayOf(before.at) === dayOf(after.at)
  );
}

const QUIET: ReadonlySet<string> = new Set(["joined", "invited", "encrypted", "created"]);

function goesWithoutSaying({ body }: Message): boolean {
  return body.kind === "notice" && QUIET.has(body.notice.what);
}

export function messagesOf(row: Row): readonly Message[] {
  if (row.kind === "album") return row.messages;
  return row.kind === "message" ? [row.message] : [];
}

/** The key of the first message of somebody else after the last one that was read. */
export function firstNewOf(messages: readonly Message[], readUpTo: string | null): string | null {
  const read = messages.findIndex((message) => message.eventId === readUpTo);
  if (read < 0) return null;
  const after = messages.slice(read + 1);
  return after.find((message) => !message.isMine && message.body.kind !== "notice")?.key ?? null;
}

/** How many rows came before the former first one; 0 where rows were not prepended. */
export function prependedTo(before: readonly Row[], after: readonly Row[]): number {
  const known = before.find(({ kind }) => kind === "message" || kind === "album");
  if (!known || after.length <= before.length) return 0;
  const was = before.indexOf(known);
  const is = after.findIndex((row) => row.key === known.key);
  return Math.max(0, is - was);
}
