import { EyeOff } from "lucide-react";
import { useState } from "react";
import { useAccount } from "@/app/account";
import { previewText } from "@/features/conversation/preview-text";
import { t } from "@/i18n";
import { time } from "@/i18n/time";
import { useMedia } from "@/matrix/media";
import type { FileFacts } from "@/matrix/message";
import type { MediaMode, RequestMessage } from "@/matrix/requests";
import styles from "./Request.module.css";

interface Props {
  readonly message: RequestMessage;
  readonly mediaMode: MediaMode;
}

/** What a stranger says: plain words without links, and pictures that one uncovers oneself. */
export function RequestMessageView({ message, mediaMode }: Props) {
  const { body } = message;
  return (
    <div className={styles.bubble}>
      {body.kind === "image" || body.kind === "sticker" ? (
        <Covered file={body.file} mediaMode={mediaMode} />
      ) : (
        <p dir="auto">{wordsOf(message)}</p>
      )}
      <time>{time(message.at)}</time>
    </div>
  );
}

function wordsOf({ body }: RequestMessage): string {
  switch (body.kind) {
    case "text":
      return body.text;
    case "locked":
      return t("conversation.cannotOpen");
    case "unsent":
      return t("conversation.unsent");
    case "poll":
      return previewText({ kind: "poll", text: body.poll.question });
    case "plan":
      return previewText({ kind: "plan", text: body.plan.title });
    case "contact":
      return previewText({ kind: "contact", text: body.person.name });
    case "file":
      return previewText({ kind: "file", text: body.file.name });
    case "notice":
    case "unknown":
      return t("conversation.unknown");
    default:
      return previewText({ kind: body.kind, text: "" });
  }
}

function Covered({ file, mediaMode }: { file: FileFacts; mediaMode: MediaMode }) {
  const account = useAccount();
  const [isShown, setShown] = useState(mediaMode === "normal");
  // A blurred picture is fetched, and one that must not load by itself isn't.
  const isFetched = isShown || mediaMode === "blur_tap";
  const size = { width: 320, height: 320, method: "scale" } as const;
  const { url } = useMedia(account.media, isFetched ? (file.thumbnail ?? file.source) : null, size);
  if (mediaMode === "blocked" || !file.source.mxc) {
    return <p className={styles.blocked}>{t("requests.pictureBlocked")}</p>;
  }
  if (isShown) return <span className={styles.picture}>{url && <img src={url} alt={file.name} />}</span>;
  return (
    <button type="button" className={styles.picture} onClick={() => setShown(true)}>
      {url && <img src={url} alt="" className={styles.blurred} />}
      <span className={styles.cover}>
        <EyeOff size={20} aria-hidden />
        {t("requests.uncover")}
      </span>
    </button>
  );
}
