import type { IContent, MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import { VIEW_ONCE } from "./forward";
import { timerOf } from "./timer";

interface Encrypts {
  encryptEvent: (event: MatrixEvent, room: Room) => Promise<void>;
}

/**
 * The server can't see into encrypted messages, so that those whose files it is to delete say so on their outside: which files
 * they are, and whether one look is all (docs/adr/0008).
 */
export function markEnvelopes(client: MatrixClient): void {
  const crypto = client.getCrypto() as unknown as Encrypts | undefined;
  if (!crypto) return;
  const encrypt = crypto.encryptEvent.bind(crypto);
  crypto.encryptEvent = async (event, room) => {
    const marks = envelopeMarks(event.getContent(), timerOf(room) > 0);
    await encrypt(event, room);
    Object.assign(event.getWireContent(), marks);
  };
}

export function envelopeMarks(content: IContent, isTimed: boolean): Record<string, unknown> {
  const isOnce = content[VIEW_ONCE] === true;
  if (!isOnce && !isTimed) return {};
  const info = content.info as { thumbnail_file?: { url?: unknown } } | undefined;
  const addresses = [content.file?.url, info?.thumbnail_file?.url];
  const files = addresses.filter((address) => typeof address === "string");
  return { ...(files.length > 0 && { "org.aside.media": files }), ...(isOnce && { [VIEW_ONCE]: true }) };
}

const KEY = "aside.viewed";
const KEPT_MAX = 500;

function viewed(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

/** Whether this device has shown what may be seen once. */
export function wasViewed(eventId: string): boolean {
  return viewed().includes(eventId);
}

export function noteViewed(eventId: string): void {
  localStorage.setItem(KEY, JSON.stringify([...viewed(), eventId].slice(-KEPT_MAX)));
}
