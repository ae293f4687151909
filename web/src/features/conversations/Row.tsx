import { BellOff, Check, CheckCheck, CircleAlert, Clock, Pin } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";
import { useAccountSoon } from "@/app/account";
import { routes } from "@/app/routes";
import { previewText } from "@/features/conversation/preview-text";
import { t } from "@/i18n";
import { fullDate, shortDate } from "@/i18n/time";
import { useMedia } from "@/matrix/media";
import { type ConversationRow, type Delivery, isUnread, type LastMessage } from "@/matrix/row";
import { localpart } from "@/matrix/session";
import { Avatar } from "@/ui/Avatar";
import { classes } from "@/ui/class";
import styles from "./Row.module.css";
import { RowMenu } from "./RowMenu";

interface Props {
  readonly row: ConversationRow;
  readonly draft: string;
  readonly isOpen: boolean;
}

export const Row = memo(function Row({ row, draft, isOpen }: Props) {
  const account = useAccountSoon();
  const size = { width: 48, height: 48 };
  const { url } = useMedia(account?.media ?? null, row.avatar ? { mxc: row.avatar } : null, size);
  const href = row.folder === "requests" ? routes.request(row.id) : routes.conversation(row.id);
  const name = displayName(row);
  const unread = isUnread(row);
  return (
    <div className={classes(styles.row, isOpen && styles.open, unread && styles.unread)}>
      <Link href={href} className={styles.link} data-row aria-current={isOpen ? "page" : undefined}>
        <Avatar name={name} id={row.personId ?? row.id} src={url} group={row.kind === "group"} />
        <span className={styles.text}>
          <span className={styles.first}>
            <span className={styles.name} dir="auto">
              {name}
            </span>
            {row.isMuted && <BellOff size={14} aria-label={t("conversations.muted")} />}
            {row.at > 0 && (
              <time
                className={styles.time}
                dateTime={new Date(row.at).toISOString()}
                title={fullDate(row.at)}
              >
                {shortDate(row.at)}
              </time>
            )}
          </span>
          <span className={styles.second}>
            <Line row={row} draft={isOpen ? "" : draft} />
            {row.isPinned && <Pin size={14} aria-label={t("conversations.pinned")} />}
            <Unread row={row} />
          </span>
        </span>
      </Link>
      {account && row.folder === "inbox" && <RowMenu row={row} />}
    </div>
  );
});

/** A name for people: an id is shown without the server. */
function displayName(row: ConversationRow): string {
  return row.name.startsWith("@") ? localpart(row.name) : row.name;
}

function Line({ row, draft }: { row: ConversationRow; draft: string }) {
  if (row.typing.length > 0) {
    const text =
      row.kind === "person"
        ? t("conversations.typing")
        : t("conversations.someoneTyping", { name: row.typing[0] ?? "", count: row.typing.length });
    return <span className={classes(styles.line, styles.typing)}>{text}</span>;
  }
  if (draft) {
    return (
      <>
        <span className={styles.draft}>{t("conversations.draft")}</span>
        <span className={styles.line} dir="auto">
          {draft}
        </span>
      </>
    );
  }
  if (!row.last) {
    const text = row.folder === "requests" ? t("conversations.wantsToWrite") : t("conversations.noMessages");
    return <span className={styles.line}>{text}</span>;
  }
  return <LastLine last={row.last} isGroup={row.kind === "group"} />;
}

function LastLine({ last, isGroup }: { last: LastMessage; isGroup: boolean }) {
  const text = previewText(last.preview);
  const who = last.isMine ? t("conversations.you") : last.senderName;
  return (
    <>
      {last.isMine && <DeliveryMark delivery={last.delivery} />}
      <span className={styles.line} dir="auto">
        {isGroup ? t("conversations.said", { name: who, text }) : text}
      </span>
    </>
  );
}

const MARKS = {
  sending: Clock,
  failed: CircleAlert,
  sent: Check,
  received: CheckCheck,
  read: CheckCheck,
} as const;

/** How far a message of mine has come. */
export function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const Icon = MARKS[delivery];
  return (
    <Icon
      size={15}
      strokeWidth={2.2}
      className={classes(styles.mark, styles[delivery])}
      aria-label={t(`conversation.delivery_${delivery}`)}
    />
  );
}

function Unread({ row }: { row: ConversationRow }) {
  if (row.folder === "requests") return null;
  if (row.unread === 0 && !row.isMarkedUnread) return null;
  const text = row.mentions > 0 ? `@ ${row.unread}` : row.unread > 0 ? String(Math.min(row.unread, 999)) : "";
  return (
    <span className={classes(styles.badge, row.isMuted && styles.quiet)} data-dot={text ? undefined : true}>
      {text}
      <span className="only-spoken">{t("conversations.unread", { count: Math.max(1, row.unread) })}</span>
    </span>
  );
}
