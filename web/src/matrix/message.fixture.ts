import type { Message } from "./message";

/** A message for tests. */
export function message(eventId: string, senderId: string, at = 0, more: Partial<Message> = {}): Message {
  return {
    key: eventId,
    eventId,
    senderId,
    senderName: senderId,
    isMine: senderId === "me",
    at,
    body: { kind: "text", style: "normal", text: eventId, html: null },
    delivery: "sent",
    isEdited: false,
    replyTo: null,
    reactions: [],
    thread: null,
    readers: [],
    mayForward: true,
    isViewOnce: false,
    isSensitive: false,
    albumId: null,
    ...more,
  };
}
