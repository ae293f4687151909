import { t } from "@/i18n";
import { fullDate, span } from "@/i18n/time";
import type { Notice } from "@/matrix/message";
import styles from "./NoticeLine.module.css";

/** Something that happened and that nobody said. */
export function NoticeLine({ notice, at }: { notice: Notice; at: number }) {
  return (
    <p className={styles.notice} title={fullDate(at)}>
      {sentence(notice)}
    </p>
  );
}

function sentence(notice: Notice): string {
  switch (notice.what) {
    case "joined":
    case "left":
    case "invited":
    case "removed":
    case "banned":
      return t(`conversation.notice_${notice.what}`, { who: notice.who, by: notice.by });
    case "named":
      return t("conversation.notice_named", { by: notice.by, name: notice.name });
    case "timed":
      return notice.afterMs > 0
        ? t("messages.timerSet", { by: notice.by, time: span(notice.afterMs) })
        : t("messages.timerOff", { by: notice.by });
    case "pinned":
      return t("messages.pinnedBy", { by: notice.by });
    case "comparing":
      return t("encryption.noticeComparing", { by: notice.by });
    default:
      return t(`conversation.notice_${notice.what}`, { by: notice.by });
  }
}
