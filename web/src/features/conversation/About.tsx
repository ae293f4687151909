import { Pencil, Reply, X } from "lucide-react";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import { IconButton } from "@/ui/IconButton";
import type { Purpose } from "./Composer";
import styles from "./Composer.module.css";
import { previewText } from "./preview-text";

/** The message that is answered or changed. */
export function About({
  purpose,
  close,
}: {
  purpose: Exclude<Purpose, { kind: "write" }>;
  close: () => void;
}) {
  const { message } = purpose;
  const Icon = purpose.kind === "reply" ? Reply : Pencil;
  const text =
    message.body.kind === "text" ? message.body.text : previewText({ kind: kindOf(message), text: "" });
  return (
    <div className={styles.about}>
      <Icon size={18} aria-hidden />
      <div>
        <strong>
          {purpose.kind === "edit"
            ? t("conversation.editing")
            : t("conversation.replyingTo", {
                name: message.isMine ? t("conversations.you") : message.senderName,
              })}
        </strong>
        <span dir="auto">{text}</span>
      </div>
      <IconButton icon={X} size="small" label={t("ui.cancel")} onClick={close} />
    </div>
  );
}

function kindOf({ body }: Message) {
  switch (body.kind) {
    case "notice":
    case "unknown":
      return "other";
    default:
      return body.kind;
  }
}
