import { Users } from "lucide-react";
import { Link } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { t } from "@/i18n";
import { fullDate, shortDate } from "@/i18n/time";
import { useMedia } from "@/matrix/media";
import type { MessageRequest } from "@/matrix/requests";
import { Avatar } from "@/ui/Avatar";
import { classes } from "@/ui/class";
import { isCovered, shownSender } from "./mask";
import styles from "./RequestList.module.css";

interface Props {
  readonly request: MessageRequest;
  readonly isOpen: boolean;
  /** `null` while nothing is being chosen. */
  readonly isChosen: boolean | null;
  readonly toggle: () => void;
}

export function RequestRow({ request, isOpen, isChosen, toggle }: Props) {
  const look = classes(styles.row, isOpen && styles.open, request.isUnread && styles.unread);
  if (isChosen === null) {
    return (
      <Link href={routes.request(request.roomId)} className={look} aria-current={isOpen ? "page" : undefined}>
        <Facts request={request} />
      </Link>
    );
  }
  return (
    <label className={look}>
      <input type="checkbox" checked={isChosen} onChange={toggle} />
      <Facts request={request} />
    </label>
  );
}

function Facts({ request }: { request: MessageRequest }) {
  const account = useAccount();
  const source = request.avatar && !isCovered(request) ? { mxc: request.avatar } : null;
  const { url } = useMedia(account.media, source, { width: 48, height: 48 });
  const sender = shownSender(request);
  return (
    <>
      <Avatar name={sender} id={request.senderId} src={url} />
      <span className={styles.text}>
        <span className={styles.first}>
          <span className={styles.name} dir="auto">
            {request.isDirect ? sender : (request.groupName ?? t("requests.group"))}
          </span>
          {request.isUnread && <span className="only-spoken">{t("requests.unread")}</span>}
          <time dateTime={new Date(request.at).toISOString()} title={fullDate(request.at)}>
            {shortDate(request.at)}
          </time>
        </span>
        <span className={styles.second}>
          {!request.isDirect && <Users size={14} aria-hidden />}
          <span dir="auto">{lineOf(request, sender)}</span>
        </span>
      </span>
    </>
  );
}

function lineOf(request: MessageRequest, sender: string): string {
  if (!request.isDirect) return t("requests.invitedBy", { name: sender });
  return request.snippet ?? t("conversations.wantsToWrite");
}
