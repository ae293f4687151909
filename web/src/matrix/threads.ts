import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import type { Message } from "./message";
import { type Preview, previewOf } from "./preview";

/**
 * Threads. A reply is an event of the conversation's one line like any other, so it is sent, kept, found and decrypted like any
 * other; only where it is shown differs. Everything after a message is loaded where the message is, and so are its replies.
 */
export type Threads = ReadonlyMap<string, readonly Message[]>;

/** What stands under a message that has replies. */
export interface ThreadSummary {
  readonly count: number;
  readonly unread: number;
  /** Of the newest reply. */
  readonly at: number;
  readonly senderName: string;
  readonly preview: Preview;
}

/** The thread that a message is said in. */
export interface InThread {
  readonly rootId: string;
  /** The newest reply that the server has, which clients without threads show as what is answered. */
  readonly lastId: string;
}

/** Where more is unread, the number does not matter. */
const UNREAD_MAX = 99;
/** How far back a list of conversations looks for replies that were not read. */
const LOOK_BACK_MAX = 100;

/** The message below which an event is a reply; `null` where it is none. */
export function rootIdOf(event: MatrixEvent): string | null {
  if (event.isState() || !event.isRelation("m.thread")) return null;
  const rootId = event.relationEventId;
  return rootId && rootId !== event.getId() ? rootId : null;
}

/** Whether it only says which reply it follows, for clients without threads. */
export function isFallback(event: MatrixEvent): boolean {
  return event.getWireContent()["m.relates_to"]?.is_falling_back === true && rootIdOf(event) !== null;
}

/** How many of these came after the last one that I have read. */
function unreadOf(replies: readonly Message[], room: Room, me: string): number {
  let unread = 0;
  for (let index = replies.length - 1; index >= 0 && unread < UNREAD_MAX; index -= 1) {
    const reply = replies[index];
    if (!reply || reply.isMine || room.hasUserReadEvent(me, reply.eventId)) break;
    unread += 1;
  }
  return unread;
}

interface Known {
  readonly replies: readonly Message[];
  readonly version: number;
  readonly summary: ThreadSummary;
}

/** Puts summaries under messages; those about which nothing changed stay the same objects. */
export class Summaries {
  readonly #room: Room;
  readonly #me: string;
  readonly #known = new Map<string, Known>();
  readonly #roots = new WeakMap<Message, Message>();
  #version = 0;

  constructor(room: Room, me: string) {
    this.#room = room;
    this.#me = me;
  }

  /** Something was read. */
  changed(): void {
    this.#version += 1;
  }

  addTo(messages: readonly Message[], threads: Threads): Message[] {
    return messages.map((message) => {
      const replies = threads.get(message.eventId);
      return replies ? this.#withSummary(message, replies) : message;
    });
  }

  /** Threads with replies that I have not read, the newest first. */
  unread(threads: Threads): readonly string[] {
    const summaries = [...threads].map(([rootId, replies]) => ({
      rootId,
      ...this.#summary(rootId, replies),
    }));
    const unread = summaries.filter((summary) => summary.unread > 0);
    return unread.sort((a, b) => b.at - a.at).map(({ rootId }) => rootId);
  }

  #withSummary(root: Message, replies: readonly Message[]): Message {
    const thread = this.#summary(root.eventId, replies);
    const known = this.#roots.get(root);
    if (known?.thread === thread) return known;
    const withSummary = { ...root, thread };
    this.#roots.set(root, withSummary);
    return withSummary;
  }

  #summary(rootId: string, replies: readonly Message[]): ThreadSummary {
    const known = this.#known.get(rootId);
    if (known?.version === this.#version && isSame(known.replies, replies)) return known.summary;
    const summary = this.#summaryOf(replies);
    const isAsBefore = known && JSON.stringify(known.summary) === JSON.stringify(summary);
    const kept = { replies, version: this.#version, summary: isAsBefore ? known.summary : summary };
    this.#known.set(rootId, kept);
    return kept.summary;
  }

  #summaryOf(replies: readonly Message[]): ThreadSummary {
    const last = replies.at(-1);
    const event = this.#room.findEventById(last?.eventId ?? "");
    return {
      count: replies.length,
      unread: unreadOf(replies, this.#room, this.#me),
      at: last?.at ?? 0,
      senderName: last?.senderName ?? "",
      preview: event ? previewOf(event) : { kind: "other", text: "" },
    };
  }
}

function isSame(before: readonly Message[], now: readonly Message[]): boolean {
  return before.length === now.length && before.every((message, index) => message === now[index]);
}

/** The thread as it is shown: its root where that is loaded, and the replies, with who has read how far. */
export function threadOf(
  rootId: string,
  messages: readonly Message[],
  threads: Threads,
  room: Room,
): readonly Message[] {
  const root = messages.find((message) => message.eventId === rootId);
  // What was sent together with the root is what the thread is about, too.
  const isWith = ({ albumId, senderId }: Message) => albumId === root?.albumId && senderId === root?.senderId;
  const isAbout = (message: Message) => message === root || (root?.albumId && isWith(message));
  const about = messages.filter(isAbout).map((message) => ({ ...message, thread: null }));
  const replies = [...(threads.get(rootId) ?? [])];
  const others = room.getJoinedMembers().filter(({ userId }) => userId !== room.client.getUserId());
  const waiting = new Set(others.map(({ userId }) => userId));
  // Whoever has read a reply has read those before it.
  let isRead = false;
  for (let index = replies.length - 1; index >= 0; index -= 1) {
    const reply = replies[index];
    if (reply?.delivery !== "sent") continue;
    const readers = [...waiting].filter((userId) => room.hasUserReadEvent(userId, reply.eventId));
    for (const userId of readers) waiting.delete(userId);
    isRead ||= readers.length > 0;
    if (isRead) replies[index] = { ...reply, delivery: reply.isMine ? "read" : "sent", readers };
  }
  return [...about, ...replies];
}

/**
 * Replies that were not read, which the SDK counts only where it makes threads of its own: without them a conversation would
 * look read in the list.
 */
export function unreadReplies(client: MatrixClient, room: Room): number {
  const me = client.getSafeUserId();
  const events = room.getLiveTimeline().getEvents().slice(-LOOK_BACK_MAX);
  const unread = events.filter(
    (event) =>
      rootIdOf(event) !== null &&
      event.getSender() !== me &&
      !event.isRedacted() &&
      !room.hasUserReadEvent(me, event.getId() ?? "") &&
      client.getPushActionsForEvent(event)?.notify === true,
  );
  return unread.length;
}

/** The last message that I had read. */
export function lastReadOf(messages: readonly Message[], room: Room): string | null {
  const me = room.client.getSafeUserId();
  return messages.findLast(({ eventId }) => room.hasUserReadEvent(me, eventId))?.eventId ?? null;
}
