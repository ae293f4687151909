import { call } from "./http";
import type { Session } from "./session";

/** One thing that people decide for themselves. */
export interface PrivacySetting {
  /** What they chose; `null` where the platform's default holds. */
  readonly chosen: string | null;
  readonly effective: string | null;
  /** The words to choose from; none where the platform leaves no choice. */
  readonly choices: readonly string[];
  /** Whether whoever hides theirs does not see others'. */
  readonly reciprocal: boolean;
}

export interface Privacy {
  readonly settings: Readonly<Record<string, PrivacySetting>>;
  readonly reviewedAt: number | null;
  readonly isReviewDue: boolean;
}

interface Answer {
  readonly settings: Privacy["settings"];
  readonly reviewed_ts?: number;
  readonly review_due: boolean;
}

const PATH = "/_aside/v1/privacy";

function privacyOf({ settings, reviewed_ts, review_due }: Answer): Privacy {
  return { settings, reviewedAt: reviewed_ts ?? null, isReviewDue: review_due };
}

export async function readPrivacy({ accessToken: token }: Session): Promise<Privacy> {
  return privacyOf(await call<Answer>(PATH, { token }));
}

/** Chooses; `null` takes a choice back. */
export async function choosePrivacy(
  { accessToken: token }: Session,
  choices: Readonly<Record<string, string | null>>,
): Promise<Privacy> {
  return privacyOf(await call<Answer>(PATH, { method: "PATCH", token, body: choices }));
}

/** Notes that the person has looked through all of it. */
export async function reviewPrivacy({ accessToken: token }: Session): Promise<Privacy> {
  return privacyOf(await call<Answer>(`${PATH}/review`, { method: "POST", token, body: {} }));
}
