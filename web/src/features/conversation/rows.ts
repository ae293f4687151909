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

/** The rows of the messages. A row about which nothing changed is the same object, so that it is not drawn again. */
export function rowsOf(
  all: readonly Message[],
  { isStart, firstNew: newId, isGroup }: Options,
): readonly Row[] {
  const messages = isGroup ? all : all.filter((message) => !goesWithoutSaying(message));
  const rows: Row[] = isStart ? [START] : [];
  const firstNew = newId ? messages.findIndex((message) => message.key === newId) : -1;
  let day = 0;
  let index = 0;
  for (let message = messages[0]; message; message = messages[index]) {
    const today = dayOf(message.at);
    if (today !== day) rows.push({ kind: "day", key: `day${today}`, at: today });
    day = today;
    if (index === firstNew) rows.push(NEW);
    const next = index + albumLength(messages, index);
    const isFirst = index === firstNew || !belongTogether(messages[index - 1], message);
    const isLast = next === firstNew || !belongTogether(message, messages[next]);
    rows.push(rowOf(message, messages.slice(index, next), PLACES[isFirst ? 1 : 0][isLast ? 1 : 0]));
    index = next;
  }
  return rows;
}

const START: Row = { kind: "start", key: "start" };
const NEW: Row = { kind: "new", key: "new" };
const PLACES = [
  [
    { isFirst: false, isLast: false },
    { isFirst: false, isLast: true },
  ],
  [
    { isFirst: true, isLast: false },
    { isFirst: true, isLast: true },
  ],
] as const;

const known = new WeakMap<Message, Extract<Row, { kind: "message" | "album" }>>();

function rowOf(message: Message, album: readonly Message[], place: Place): Row {
  const before = known.get(message);
  if (before?.place === place && isSame(messagesOf(before), album)) return before;
  const { key } = message;
  const row =
    album.length === 1
      ? ({ kind: "message", key, message, place } as const)
      : ({ kind: "album", key, messages: album, place } as const);
  known.set(message, row);
  return row;
}

function isSame(before: readonly Message[], now: readonly Message[]): boolean {
  return before.length === now.length && before.every((message, index) => message === now[index]);
}

/** How many messages from here on are pictures of one album; 1 where it is none. */
function albumLength(messages: readonly Message[], from: number): number {
  const first = messages[from];
  if (!first?.albumId) return 1;
  const rest = messages.slice(from, from + ALBUM_MAX);
  const end = rest.findIndex((message) => !isOfAlbum(message, first));
  return Math.max(1, end < 0 ? rest.length : end);
}

/** What was taken back, or may be seen once, stands by itself. */
function isOfAlbum({ albumId, senderId, body, isViewOnce }: Message, first: Message): boolean {
  const isPicture = (body.kind === "image" || body.kind === "video") && !isViewOnce;
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
