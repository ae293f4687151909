import type { Account } from "./account";
import { call } from "./http";

/** The rules of the server that the app shows before they are met. */
export interface Policy {
  /** -1 where there is no limit. */
  readonly textMax: number;
  readonly textUnit: "chars" | "utf16" | "bytes";
  /** Which times are offered for disappearing messages, in milliseconds. */
  readonly timersMs: readonly number[];
  readonly hasViewOnce: boolean;
  readonly warnsOfSensitive: boolean;
  /** Whether pictures are covered until somebody wants to see them. */
  readonly coversPictures: boolean;
  /** Pictures that are sent together; -1 where there is no limit. */
  readonly togetherMax: number;
}

interface Answer {
  readonly rules: {
    readonly text?: { readonly max: number; readonly unit: Policy["textUnit"] };
    readonly ephemeral?: { readonly timers_s: readonly number[]; readonly view_once: boolean };
    readonly content?: { readonly pii_mode: string; readonly hide_sensitive_media: boolean };
    readonly media?: { readonly items_per_message: number };
  };
}

const known = new WeakMap<Account, Promise<Policy | null>>();
const arrived = new WeakMap<Account, Policy>();

/** The rules, where they have been loaded before. */
export function knownPolicy(account: Account): Policy | null {
  return arrived.get(account) ?? null;
}

/** The rules; `null` where the server has none to tell. */
export function loadPolicy(account: Account): Promise<Policy | null> {
  let policy = known.get(account);
  if (!policy) {
    policy = call<Answer>("/_aside/v1/policy", { token: account.session.accessToken })
      .then(({ rules }) => {
        const policy = policyOf(rules);
        arrived.set(account, policy);
        return policy;
      })
      .catch(() => {
        known.delete(account);
        return null;
      });
    known.set(account, policy);
  }
  return policy;
}

function policyOf({ text, ephemeral, content, media }: Answer["rules"]): Policy {
  return {
    textMax: text?.max ?? -1,
    textUnit: text?.unit ?? "chars",
    timersMs: (ephemeral?.timers_s ?? []).map((seconds) => seconds * 1000),
    hasViewOnce: ephemeral?.view_once ?? false,
    warnsOfSensitive: content?.pii_mode !== "off",
    coversPictures: content?.hide_sensitive_media ?? false,
    togetherMax: media?.items_per_message ?? -1,
  };
}

/** How long a text is in the unit of the rules. */
export function textLength(text: string, unit: Policy["textUnit"]): number {
  switch (unit) {
    case "utf16":
      return text.length;
    case "bytes":
      return new TextEncoder().encode(text).length;
    default:
      return [...text].length;
  }
}

/** What would happen if somebody were written to. */
export interface Verdict {
  readonly isAllowed: boolean;
  readonly action: "deliver" | "request" | "hide" | "refuse" | "drop_silently";
  readonly rule: string | null;
  readonly text: string;
}

/** May I write to them? `null` where the server doesn't say. */
export async function explain(account: Account, userId: string): Promise<Verdict | null> {
  interface Explanation {
    readonly allowed: boolean;
    readonly action: Verdict["action"];
    readonly text: string;
    readonly reasons: readonly { readonly rule: string; readonly text: string }[];
  }
  const options = { token: account.session.accessToken, body: { user_id: userId } };
  const answer = await call<Explanation>("/_aside/v1/policy/explain", options).catch(() => null);
  if (!answer) return null;
  const { allowed, action, text, reasons } = answer;
  return {
    isAllowed: allowed,
    action,
    text,
    rule: reasons.find((reason) => reason.text === text)?.rule ?? null,
  };
}

const CHECK_MS = 2_000;

/** Kinds of sensitive data in a text, as far as the server finds any. It is only for texts that it may read anyway. */
export async function sensitiveIn(account: Account, text: string): Promise<readonly string[]> {
  const options = {
    token: account.session.accessToken,
    body: { text },
    signal: AbortSignal.timeout(CHECK_MS),
  };
  try {
    const { sensitive } = await call<{ sensitive: readonly { kind: string }[] }>(
      "/_aside/v1/safety/check",
      options,
    );
    return [...new Set(sensitive.map(({ kind }) => kind))];
  } catch {
    // A warning that can't be given keeps nobody from writing.
    return [];
  }
}
