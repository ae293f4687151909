import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";

/** Answers of one poll or plan that are asked for at most; with more, nobody reads who said what. */
const ANSWERS_MAX = 2_000;
const PAGE = 100;

const fetched = new WeakMap<Room, Map<string, readonly MatrixEvent[]>>();

/** What people answered to a poll or a plan, oldest first: what the sync brought, and what was fetched. */
export function answersTo(room: Room, eventId: string): readonly MatrixEvent[] {
  const all = new Set(fetched.get(room)?.get(eventId) ?? []);
  const ids = new Set([...all].map((event) => event.getId()));
  for (const event of room.relations.getAllChildEventsForEvent(eventId)) {
    if (!ids.has(event.getId())) all.add(event);
  }
  return [...all]
    .filter((event) => !event.isRedacted() && event.getRelation()?.rel_type === "m.reference")
    .sort((a, b) => a.getTs() - b.getTs());
}

/** Fetches the answers that were given before the part of the history that is here. Says whether it was the first time. */
export async function fetchAnswers(client: MatrixClient, room: Room, eventId: string): Promise<boolean> {
  const known = fetched.get(room) ?? new Map<string, readonly MatrixEvent[]>();
  fetched.set(room, known);
  if (known.has(eventId) || !eventId.startsWith("$")) return false;
  known.set(eventId, []);
  const events: MatrixEvent[] = [];
  let from: string | undefined;
  try {
    do {
      const page = await client.relations(room.roomId, eventId, "m.reference", null, {
        limit: PAGE,
        ...(from && { from }),
      });
      events.push(...page.events);
      from = page.nextBatch ?? undefined;
    } while (from && events.length < ANSWERS_MAX);
  } catch {
    // Offline, for instance. It is asked for again when the conversation is opened again.
    known.delete(eventId);
    return false;
  }
  known.set(eventId, events);
  return true;
}
