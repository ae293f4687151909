import { call } from "./http";
import type { Session } from "./session";

/** What the server answers where a code has to stand behind the password and none does, or a wrong one. */
export const NEEDS_CODE = "ORG.ASIDE.SECOND_FACTOR";

export interface TwoFactor {
  /** Since when codes are asked for, in milliseconds; `null` where they aren't. */
  readonly since: number | null;
  readonly codesLeft: number;
}

/** What an authenticator app is given. */
export interface Enrolment {
  readonly secret: string;
  readonly uri: string;
}

const PATH = "/_aside/v1/two_factor";

export async function readTwoFactor({ accessToken: token }: Session): Promise<TwoFactor> {
  const answer = await call<{ since_ts?: number; recovery_codes: number }>(PATH, { token });
  return { since: answer.since_ts ?? null, codesLeft: answer.recovery_codes };
}

export async function beginTwoFactor({ accessToken: token }: Session, password: string): Promise<Enrolment> {
  return call<Enrolment>(`${PATH}/enrol`, { token, body: { password } });
}

/** Switches it on by the first code of the app. Returns the recovery codes, which are shown once. */
export async function confirmTwoFactor(session: Session, code: string): Promise<readonly string[]> {
  return codesOf(session, "confirm", { code });
}

export async function renewCodes(session: Session, password: string): Promise<readonly string[]> {
  return codesOf(session, "recovery_codes", { password });
}

/** `password` ends in a code. */
export async function stopTwoFactor({ accessToken: token }: Session, password: string): Promise<void> {
  await call(`${PATH}/disable`, { token, body: { password } });
}

async function codesOf(
  { accessToken: token }: Session,
  step: string,
  body: unknown,
): Promise<readonly string[]> {
  return (await call<{ recovery_codes: string[] }>(`${PATH}/${step}`, { token, body })).recovery_codes;
}
