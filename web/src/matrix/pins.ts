import type { Room } from "matrix-js-sdk";
import type { Account } from "./account";
import { nameIn } from "./conversations";
import { type Preview, previewOf } from "./preview";

/** A message that stands above its conversation. */
export interface Pin {
  readonly eventId: string;
  readonly senderName: string;
  /** `null` where the message is not here. */
  readonly preview: Preview | null;
}

const PINNED = "m.room.pinned_events";
/** Those who pin more look at the last ones. */
const PINS_MAX = 50;

function pinnedIds(room: Room): readonly string[] {
  const pinned: unknown = room.currentState.getStateEvents(PINNED, "")?.getContent().pinned;
  return Array.isArray(pinned) ? pinned.filter((id): id is string => typeof id === "string") : [];
}

/** What is pinned, the newest first. */
export function pinsOf(room: Room): readonly Pin[] {
  return pinnedIds(room)
    .slice(-PINS_MAX)
    .reverse()
    .flatMap((eventId) => {
      const event = room.findEventById(eventId);
      if (event?.isRedacted()) return [];
      const senderName = event ? nameIn(room, event.getSender() ?? "") : "";
      return [{ eventId, senderName, preview: event ? previewOf(event) : null }];
    });
}

export function isPinned(room: Room, eventId: string): boolean {
  return pinnedIds(room).includes(eventId);
}

export function mayPin(room: Room): boolean {
  return room.currentState.maySendStateEvent(PINNED, room.client.getSafeUserId());
}

export async function pinMessage(
  account: Account,
  room: Room,
  eventId: string,
  isOn: boolean,
): Promise<void> {
  const others = pinnedIds(room).filter((id) => id !== eventId);
  const pinned = isOn ? [...others, eventId] : others;
  await account.client.sendStateEvent(room.roomId, PINNED as never, { pinned } as never, "");
}
