import { type Key, t } from "@/i18n";
import type words from "@/i18n/en/later";
import { Refusal, UNREACHABLE } from "@/matrix/http";

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

/** Why the server refused, where it says so: the rule that decided is the one whose text is the error. */
export function refusalReason(error: unknown): string | null {
  const { data } = (error ?? {}) as MatrixRefusal;
  const reasons = data?.["org.aside.reasons"] ?? [];
  const deciding = reasons.find(({ text }) => text === data?.error) ?? reasons[0];
  return deciding ? ruleText(deciding.rule, deciding.text) : null;
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

/** Why our own API refused something about a conversation. */
export function whyRefused(error: unknown): string {
  if (!(error instanceof Refusal)) return t("app.unexpected");
  if (error.code === UNREACHABLE) return t("app.unreachable");
  return refusalReason({ data: error.body }) ?? (error.message || t("app.unexpected"));
}
