import type { IContent, MatrixEvent, Room } from "matrix-js-sdk";
import type { Account } from "./account";
import { answersTo } from "./answers";
import { nameIn } from "./conversations";

/** Something that is planned (docs/api/messages.md), with who comes. */
export interface Plan {
  readonly title: string;
  readonly startsAt: number;
  readonly place: string | null;
  readonly note: string | null;
  readonly coming: Readonly<Record<Coming, readonly string[]>>;
  /** What I answered. */
  readonly mine: Coming | null;
}

export const COMING = ["yes", "maybe", "no"] as const;
export type Coming = (typeof COMING)[number];

const PLAN = "org.aside.plan";
const ANSWER = "org.aside.plan.answer";

export function planOf(event: MatrixEvent, content: IContent, room: Room, me: string): Plan | null {
  const plan: unknown = content[PLAN];
  if (typeof plan !== "object" || plan === null) return null;
  const { title, starts_ts: startsAt, place, note } = plan as Record<string, unknown>;
  if (typeof title !== "string" || typeof startsAt !== "number") return null;
  const last = new Map<string, Coming>();
  for (const answer of answersTo(room, event.getId() ?? "")) {
    const { coming } = answer.getContent();
    if (answer.getType() === ANSWER && isComing(coming)) last.set(answer.getSender() ?? "", coming);
  }
  const names = (coming: Coming) =>
    [...last].filter(([, answer]) => answer === coming).map(([userId]) => nameIn(room, userId));
  return {
    title,
    startsAt,
    place: typeof place === "string" && place ? place : null,
    note: typeof note === "string" && note ? note : null,
    coming: { yes: names("yes"), maybe: names("maybe"), no: names("no") },
    mine: last.get(me) ?? null,
  };
}

function isComing(value: unknown): value is Coming {
  return COMING.includes(value as Coming);
}

export interface NewPlan {
  readonly title: string;
  readonly startsAt: number;
  readonly place: string;
  readonly note: string;
}

/** `text` is what clients show that know nothing of plans. */
export function planContent({ title, startsAt, place, note }: NewPlan, text: string) {
  return {
    msgtype: "m.text",
    body: text,
    "m.mentions": {},
    [PLAN]: { title, starts_ts: startsAt, ...(place && { place }), ...(note && { note }) },
  };
}

export function sendPlan({ client }: Account, roomId: string, plan: NewPlan, text: string): void {
  client.sendMessage(roomId, planContent(plan, text) as never).catch(() => {});
}

export async function answerPlan(
  { client }: Account,
  roomId: string,
  eventId: string,
  coming: Coming,
): Promise<void> {
  const content = { "m.relates_to": { rel_type: "m.reference", event_id: eventId }, coming };
  await client.sendEvent(roomId, ANSWER as never, content as never);
}
