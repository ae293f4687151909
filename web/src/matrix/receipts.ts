import type { Room } from "matrix-js-sdk";
import type { Message } from "./message";

/** Adds who has read how far. Messages about which nothing changed stay the same objects. */
export function withReceipts(messages: Message[], room: Room, me: string): Message[] {
  const readers = new Map<string, string[]>();
  for (const { userId } of room.getJoinedMembers()) {
    if (userId === me) continue;
    const eventId = room.getEventReadUpTo(userId);
    if (eventId) readers.set(eventId, [...(readers.get(eventId) ?? []), userId]);
  }
  let isRead = false;
  const timelineIds = room.getLiveTimeline().getEvents();
  const readAt = new Set(readers.keys());
  // A receipt may stand at an event that is not shown; it counts for what is before it.
  let shown = messages.length - 1;
  for (let index = timelineIds.length - 1; index >= 0 && shown >= 0; index -= 1) {
    const event = timelineIds[index];
    const id = event?.getId() ?? "";
    if (readAt.has(id)) isRead = true;
    const message = messages[shown];
    if (message?.eventId !== id) continue;
    const delivery = message.isMine && isRead && message.delivery === "sent" ? "read" : message.delivery;
    const here = readers.get(id) ?? NOBODY;
    if (delivery !== message.delivery || here.length > 0)
      messages[shown] = { ...message, delivery, readers: here };
    shown -= 1;
  }
  return messages;
}

const NOBODY: readonly string[] = [];
