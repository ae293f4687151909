import { t } from "@/i18n";
import type { Preview } from "@/matrix/preview";

/** A message in a few words of the reader's language. */
export function previewText({ kind, text }: Preview): string {
  switch (kind) {
    case "text":
    case "other":
      return text || t("conversation.kind_other");
    case "file":
      return text || t("conversation.kind_file");
    case "poll":
      return text ? `${t("conversation.kind_poll")}: ${text}` : t("conversation.kind_poll");
    case "plan":
    case "contact":
    case "location":
      return text ? `${t(`conversation.kind_${kind}`)}: ${text}` : t(`conversation.kind_${kind}`);
    default:
      return t(`conversation.kind_${kind}`);
  }
}
