import { LockKeyhole, Undo2 } from "lucide-react";
import { CallNote } from "@/features/calls/CallNote";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import { AudioBody, FileBody, ImageBody, VideoBody } from "./FileBody";
import styles from "./MessageBody.module.css";
import { RichText } from "./RichText";

/** What a message says. A new kind of message gets its case here. */
export function MessageBody({ message }: { message: Message }) {
  const { body } = message;
  switch (body.kind) {
    case "text":
      return <RichText body={body} senderName={message.senderName} />;
    case "image":
    case "sticker":
      return <ImageBody file={body.file} isSticker={body.kind === "sticker"} />;
    case "video":
      return <VideoBody file={body.file} />;
    case "voice":
    case "audio":
      return <AudioBody file={body.file} />;
    case "file":
      return <FileBody file={body.file} />;
    case "call":
      return <CallNote call={body.call} isMine={message.isMine} />;
    case "locked":
      return (
        <span className={styles.line}>
          <LockKeyhole size={15} aria-hidden />
          {body.isPending ? t("conversation.opening") : t("conversation.cannotOpen")}
        </span>
      );
    case "unsent":
      return (
        <span className={styles.line}>
          <Undo2 size={15} aria-hidden />
          {message.isMine ? t("conversation.unsentByMe") : t("conversation.unsent")}
        </span>
      );
    case "location":
      return <span dir="auto">{body.text || body.uri}</span>;
    default:
      return <span className={styles.line}>{t("conversation.unknown")}</span>;
  }
}
