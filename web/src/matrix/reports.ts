import type { Account } from "./account";
import { call } from "./http";

/** What is reported: an account, a conversation, or one message of it. */
export interface Subject {
  readonly userId?: string;
  readonly roomId?: string;
  readonly eventId?: string;
}

/** What can be said to be wrong, by the server's rules. */
export async function reportReasons(account: Account): Promise<readonly string[]> {
  const options = { token: account.session.accessToken };
  return (await call<{ reasons: readonly string[] }>("/_aside/v1/report_reasons", options)).reasons;
}

export interface Report {
  readonly reason: string;
  readonly comment: string;
  /** What was read here of an encrypted conversation, and is shown to those who look after reports. */
  readonly disclosed: readonly {
    readonly eventId: string;
    readonly sender: string;
    readonly content: unknown;
  }[];
}

export async function sendReport(
  account: Account,
  { userId, roomId, eventId }: Subject,
  { reason, comment, disclosed }: Report,
): Promise<void> {
  const body = {
    ...(roomId ? { room_id: roomId, ...(eventId && { event_id: eventId }) } : { user_id: userId }),
    reason,
    comment,
    disclosed: disclosed.map(({ eventId, sender, content }) => ({ event_id: eventId, sender, content })),
  };
  await call("/_aside/v1/reports", { token: account.session.accessToken, body });
}

/** Nothing of them comes any more; they aren't told. */
export async function block(account: Account, userId: string): Promise<void> {
  const address = `/_aside/v1/blocks/${encodeURIComponent(userId)}`;
  await call(address, { method: "PUT", token: account.session.accessToken, body: {} });
}
