import { CircleDashed, CircleDot } from "lucide-react";
import { useState } from "react";
import { t } from "@/i18n";
import type { FileFacts, Message } from "@/matrix/message";
import { noteViewed, wasViewed } from "@/matrix/view-once";
import styles from "./Card.module.css";
import { useConversation } from "./context";
import { OneLook } from "./OneLook";

/** What may be seen once: closed, until somebody opens it, and closed for good afterwards. */
export function ViewOnceBody({ message, file }: { message: Message; file: FileFacts }) {
  const { account } = useConversation();
  const [blob, setBlob] = useState<Blob | null>(null);
  const [isOver, setOver] = useState(() => wasViewed(message.eventId));
  const [hasFailed, setFailed] = useState(false);
  const open = async () => {
    try {
      setBlob(await account.media.blob(file.source));
      noteViewed(message.eventId);
    } catch {
      setFailed(true);
    }
  };
  const close = () => {
    setBlob(null);
    setOver(true);
  };
  const isClosed = message.isMine || isOver || hasFailed;
  const Icon = isClosed ? CircleDashed : CircleDot;
  return (
    <div className={styles.head}>
      <span className={styles.icon}>
        <Icon size={20} aria-hidden />
      </span>
      <div className={styles.facts}>
        <strong>{t("messages.once")}</strong>
        {isClosed ? (
          <p>{closedText(message.isMine, hasFailed)}</p>
        ) : (
          <button type="button" className={styles.link} onClick={open}>
            {t("messages.onceOpen")}
          </button>
        )}
      </div>
      {blob && <OneLook blob={blob} isVideo={message.body.kind === "video"} close={close} />}
    </div>
  );
}

function closedText(isMine: boolean, hasFailed: boolean): string {
  if (hasFailed) return t("messages.onceGone");
  return isMine ? t("messages.onceSent") : t("messages.onceOver");
}
