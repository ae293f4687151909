import { t } from "@/i18n";
import { Refusal, UNREACHABLE } from "@/matrix/http";

/** What the server refused, as a sentence for the person. */
export function sentence(error: unknown): string {
  if (!(error instanceof Refusal)) return t("app.unexpected");
  switch (error.code) {
    case UNREACHABLE:
      return t("app.unreachable");
    case "M_LIMIT_EXCEEDED":
      return t("app.tooOften");
    case "M_USER_IN_USE":
      return t("accounts.nameTaken");
    case "M_INVALID_USERNAME":
      return t("accounts.nameInvalid");
    case "M_WEAK_PASSWORD":
      return t("accounts.passwordWeak");
    case "M_USER_DEACTIVATED":
      return t("accounts.deactivated");
    case "M_FORBIDDEN":
      return t("accounts.wrongPassword");
    default:
      return error.message || t("app.unexpected");
  }
}
