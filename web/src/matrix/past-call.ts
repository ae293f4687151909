import type { MatrixEvent, Room } from "matrix-js-sdk";

/** A call as its conversation remembers it. */
export interface PastCall {
  readonly isVideo: boolean;
  readonly outcome: "now" | "spoken" | "missed" | "unanswered" | "declined";
  readonly durationMs: number | null;
}

/** What happened after somebody called, as far as events tell. */
export interface CallFacts {
  readonly isMine: boolean;
  readonly calledAt: number;
  readonly lifetimeMs: number;
  readonly answeredAt: number | null;
  readonly rejectedAt: number | null;
  readonly endedAt: number | null;
}

const LIFETIME_MS = 60_000;

export function outcomeOf(facts: CallFacts, now: number): Pick<PastCall, "outcome" | "durationMs"> {
  const { isMine, calledAt, lifetimeMs, answeredAt, rejectedAt, endedAt } = facts;
  if (answeredAt !== null) {
    if (endedAt === null) return { outcome: "now", durationMs: null };
    return { outcome: "spoken", durationMs: Math.max(0, endedAt - answeredAt) };
  }
  if (rejectedAt !== null) return { outcome: "declined", durationMs: null };
  const isRinging = endedAt === null && now - calledAt < lifetimeMs;
  if (isRinging) return { outcome: "now", durationMs: null };
  return { outcome: isMine ? "unanswered" : "missed", durationMs: null };
}

export function callIdOf(event: MatrixEvent): string | null {
  if (!event.getType().startsWith("m.call.")) return null;
  const { call_id: id } = event.getContent();
  return typeof id === "string" ? id : null;
}

/** The call that an invitation began. */
export function pastCallOf(invite: MatrixEvent, room: Room, me: string, now = Date.now()): PastCall {
  const content = invite.getContent();
  const id = callIdOf(invite);
  const first = new Map<string, number>();
  for (const event of room.getLiveTimeline().getEvents()) {
    if (id !== null && callIdOf(event) === id && !first.has(event.getType())) {
      first.set(event.getType(), event.getTs());
    }
  }
  const offer: unknown = content.offer?.sdp;
  const facts: CallFacts = {
    isMine: invite.getSender() === me,
    calledAt: invite.getTs(),
    lifetimeMs: typeof content.lifetime === "number" ? content.lifetime : LIFETIME_MS,
    answeredAt: first.get("m.call.answer") ?? null,
    rejectedAt: first.get("m.call.reject") ?? null,
    endedAt: first.get("m.call.hangup") ?? null,
  };
  return { isVideo: typeof offer === "string" && /^m=video/m.test(offer), ...outcomeOf(facts, now) };
}
