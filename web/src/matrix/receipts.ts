import type { Room } from "matrix-js-sdk";
import type { Message } from "./message";
import type { Delivery } from "./row";

const NOBODY: readonly string[] = [];

/** Adds to messages who has read how far, and how far they have arrived. Those about which nothing changed stay the same objects. */
export class Receipts {
  readonly #room: Room;
  readonly #me: string;
  /** What was made of a message before. */
  readonly #made = new WeakMap<Message, Message>();

  constructor(room: Room, me: string) {
    this.#room = room;
    this.#me = me;
  }

  /** @param received the newest event that each of the others has on a device */
  addTo(messages: readonly Message[], received: ReadonlySet<string>): readonly Message[] {
    const readers = this.#readersOf(messages);
    const arrived = new Set([...received].map((id) => this.#shownOf(id, messages)));
    const all = [...messages];
    let [isRead, isReceived] = [false, false];
    for (let index = all.length - 1; index >= 0; index -= 1) {
      const message = all[index];
      if (!message) continue;
      const here = readers.get(message.eventId) ?? NOBODY;
      isRead ||= here.length > 0;
      isReceived ||= isRead || arrived.has(message.eventId);
      const isSent = message.isMine && message.delivery === "sent" && isReceived;
      const delivery = isSent ? (isRead ? "read" : "received") : message.delivery;
      if (delivery !== message.delivery || here.length > 0) all[index] = this.#with(message, delivery, here);
    }
    return all;
  }

  /** Who has read how far, by the message. A receipt for what is not shown counts for the message before it. */
  #readersOf(messages: readonly Message[]): ReadonlyMap<string, readonly string[]> {
    const readers = new Map<string, string[]>();
    let shown: ReadonlySet<string> | null = null;
    for (const { userId } of this.#room.getJoinedMembers()) {
      if (userId === this.#me) continue;
      const readId = this.#room.getEventReadUpTo(userId);
      if (!readId) continue;
      // Most have read everything, so that the others need not be looked for.
      const isLast = messages.at(-1)?.eventId === readId;
      if (!isLast) shown ??= new Set(messages.map(({ eventId }) => eventId));
      const shownId = isLast || shown?.has(readId) ? readId : this.#shownBefore(readId, messages);
      if (shownId) readers.set(shownId, [...(readers.get(shownId) ?? []), userId]);
    }
    return readers;
  }

  /** The message that an event is, or that it counts for where it is not shown. */
  #shownOf(eventId: string, messages: readonly Message[]): string | null {
    const shown = messages.findLast((message) => message.eventId === eventId);
    return shown?.eventId ?? this.#shownBefore(eventId, messages);
  }

  #shownBefore(eventId: string, messages: readonly Message[]): string | null {
    const at = this.#room.findEventById(eventId)?.getTs();
    if (at === undefined) return null;
    return messages.findLast((message) => message.at <= at)?.eventId ?? null;
  }

  #with(message: Message, delivery: Delivery, readers: readonly string[]): Message {
    const before = this.#made.get(message);
    if (before?.delivery === delivery && isSame(before.readers, readers)) return before;
    const made = { ...message, delivery, readers };
    this.#made.set(message, made);
    return made;
  }
}

function isSame(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && before.every((userId, index) => userId === now[index]);
}
