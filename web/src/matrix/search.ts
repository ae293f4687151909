import type { MatrixClient } from "matrix-js-sdk";
import { nameIn } from "./conversations";
import { rootIdOf } from "./threads";

/** A message that a search found. */
export interface FoundMessage {
  readonly roomId: string;
  readonly eventId: string;
  /** The thread that it was said in. */
  readonly rootId: string | null;
  readonly roomName: string;
  readonly senderName: string;
  readonly text: string;
  readonly at: number;
}

const FOUND_MAX = 50;
/** Shorter words are in nearly everything. */
const TERM_MIN = 2;

/**
 * Messages with all the words, the newest first. It looks on this device and asks nobody, because what is encrypted can be
 * read nowhere else; so it finds what this device has seen.
 */
export async function searchMessages(client: MatrixClient, term: string): Promise<readonly FoundMessage[]> {
  const words = folded(term).split(/\s+/).filter(Boolean);
  if (words.join("").length < TERM_MIN) return [];
  await openAll(client);
  const found: FoundMessage[] = [];
  for (const room of client.getRooms()) {
    for (const event of room.getLiveTimeline().getEvents()) {
      if (event.getType() !== "m.room.message" || event.isRedacted()) continue;
      const text: unknown = event.getContent().body;
      if (typeof text !== "string" || event.getRelation()?.rel_type === "m.replace") continue;
      const plain = folded(text);
      if (!words.every((word) => plain.includes(word))) continue;
      found.push({
        roomId: room.roomId,
        eventId: event.getId() ?? "",
        rootId: rootIdOf(event),
        roomName: room.name,
        senderName: nameIn(room, event.getSender() ?? ""),
        text,
        at: event.getTs(),
      });
    }
  }
  return found.sort((a, b) => b.at - a.at).slice(0, FOUND_MAX);
}

/** Decrypts what nobody has looked at since the app was opened. */
async function openAll(client: MatrixClient): Promise<void> {
  const events = client.getRooms().flatMap((room) => room.getLiveTimeline().getEvents());
  const closed = events.filter((event) => event.isEncrypted() && !event.getClearContent());
  await Promise.allSettled(closed.map((event) => client.decryptEventIfNeeded(event)));
}

/** Without accents and capitals. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
