import { MessagesSquare } from "lucide-react";
import { t } from "@/i18n";
import { fullDate, shortDate } from "@/i18n/time";
import type { Message } from "@/matrix/message";
import type { ThreadSummary } from "@/matrix/threads";
import { useConversation } from "./context";
import { previewText } from "./preview-text";
import styles from "./ThreadLine.module.css";

/** What was replied in the thread of a message, in one line that opens it. */
export function ThreadLine({ message, thread }: { message: Message; thread: ThreadSummary }) {
  const { openThread } = useConversation();
  const text = previewText(thread.preview);
  return (
    <button
      type="button"
      className={styles.line}
      data-unread={thread.unread > 0 || undefined}
      onClick={() => openThread(message.eventId)}
    >
      <MessagesSquare size={16} strokeWidth={2} aria-hidden />
      <strong>{t("threads.replies", { count: thread.count })}</strong>
      <span className={styles.last} dir="auto">
        {t("conversations.said", { name: thread.senderName, text })}
      </span>
      <time dateTime={new Date(thread.at).toISOString()} title={fullDate(thread.at)}>
        {shortDate(thread.at)}
      </time>
      {thread.unread > 0 && (
        <span className={styles.unread}>
          {thread.unread}
          <span className="only-spoken"> {t("threads.unread", { count: thread.unread })}</span>
        </span>
      )}
    </button>
  );
}
