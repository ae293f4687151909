import { type Key, t } from "@/i18n";
import type words from "@/i18n/en/later";

interface MatrixRefusal {
  readonly errcode?: string;
  readonly data?: {
    readonly error?: string;
    readonly "org.aside.reasons"?: readonly { readonly rule: string; readonly text: string }[];
  };
}

/** A rule in the reader's language; those that few meet, in the server's words. */
export function ruleText(rule: string | null, text: string): string {
  const word = `rule_${rule?.replace(/[^a-z]+/g, "_")}` as keyof (typeof words)["reasons"];
  const key: Key = `reasons.${word}`;
  const own = t(key);
  return own === key ? text : own;
}

/** Why the server refused, where it says so: the rule that decided is the last one. */
export function refusalReason(error: unknown): string | null {
  const { data } = (error ?? {}) as MatrixRefusal;
  const last = data?.["org.aside.reasons"]?.at(-1);
  return last ? ruleText(last.rule, last.text) : null;
}

/** Why somebody may not be written to, in the server's words where it gives reasons. */
export function whyNot(error: unknown): string {
  const { errcode, data } = (error ?? {}) as MatrixRefusal;
  const reason = refusalReason(error);
  if (reason) return reason;
  switch (errcode) {
    case "M_FORBIDDEN":
      return t("people.forbidden");
    case "M_LIMIT_EXCEEDED":
      return t("app.tooOften");
    case undefined:
      return t("app.unreachable");
    default:
      return data?.error ?? t("app.unexpected");
  }
}
