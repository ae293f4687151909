import type { Preview } from "./preview";

/** One conversation in the list. Plain data, so that it can be kept and shown before the Matrix SDK is there. */
export interface ConversationRow {
  readonly id: string;
  readonly kind: "person" | "group";
  readonly folder: "inbox" | "requests";
  readonly name: string;
  readonly avatar: string | null;
  /** Whose conversation it is with, where it is one person. */
  readonly personId: string | null;
  readonly last: LastMessage | null;
  /** By what the list is ordered: when something was said last, in milliseconds. */
  readonly at: number;
  readonly unread: number;
  readonly mentions: number;
  readonly isMarkedUnread: boolean;
  readonly isEncrypted: boolean;
  readonly isMuted: boolean;
  readonly isPinned: boolean;
  readonly isArchived: boolean;
  readonly typing: readonly string[];
}

export interface LastMessage {
  readonly preview: Preview;
  readonly isMine: boolean;
  readonly senderName: string;
  readonly at: number;
  readonly delivery: Delivery;
}

/** How far a message of mine has come: to the server, to a device of somebody else, to their eyes. */
export type Delivery = "sending" | "failed" | "sent" | "received" | "read";

/** Whether the server has it. */
export function isSent(delivery: Delivery): boolean {
  return delivery !== "sending" && delivery !== "failed";
}

/** Pinned ones first, then the newest. */
export function byNewest(a: ConversationRow, b: ConversationRow): number {
  if (a.isPinned !== b.isPinned) return a.isPinned ? -1 : 1;
  return b.at - a.at || (a.id < b.id ? -1 : 1);
}

export function isUnread(row: ConversationRow): boolean {
  return row.unread > 0 || row.isMarkedUnread;
}
