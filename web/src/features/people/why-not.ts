import { t } from "@/i18n";

interface MatrixRefusal {
  readonly errcode?: string;
  readonly data?: {
    readonly error?: string;
    readonly "org.aside.reasons"?: readonly { readonly rule: string; readonly text: string }[];
  };
}

/** Why somebody may not be written to, in the server's words where it gives reasons. */
export function whyNot(error: unknown): string {
  const { errcode, data } = (error ?? {}) as MatrixRefusal;
  const reasons = data?.["org.aside.reasons"]?.map(({ text }) => text).filter(Boolean) ?? [];
  if (reasons.length > 0) return reasons.join(" ");
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
