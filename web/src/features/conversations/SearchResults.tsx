import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useAccountSoon } from "@/app/account";
import { routes } from "@/app/routes";
import { t } from "@/i18n";
import { shortDate } from "@/i18n/time";
import type { ConversationRow } from "@/matrix/row";
import type { FoundMessage } from "@/matrix/search";
import { Empty } from "@/ui/Empty";
import { Row } from "./Row";
import styles from "./SearchResults.module.css";

interface Props {
  readonly term: string;
  /** People and groups whose names fit. */
  readonly rows: readonly ConversationRow[];
}

const ROWS_MAX = 20;
const PAUSE_MS = 150;

/** People and groups by their names, and then what was said. */
export function SearchResults({ term, rows }: Props) {
  const account = useAccountSoon();
  const [messages, setMessages] = useState<readonly FoundMessage[]>([]);
  useEffect(() => {
    let isCurrent = true;
    // Typing goes before finding.
    const timer = setTimeout(() => {
      account?.searchMessages(term).then((found) => isCurrent && setMessages(found));
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [account, term]);
  if (rows.length === 0 && messages.length === 0) {
    return <Empty icon={Search} title={t("conversations.nothingFound")} />;
  }
  return (
    <div className={styles.results}>
      {rows.slice(0, ROWS_MAX).map((row) => (
        <Row key={row.id} row={row} draft="" isOpen={false} />
      ))}
      {messages.length > 0 && <h2>{t("conversations.foundMessages")}</h2>}
      {messages.map(({ roomId, eventId, rootId, roomName, senderName, text, at }) => (
        <Link key={eventId} href={routes.message(roomId, eventId, rootId)} className={styles.message}>
          <span className={styles.first}>
            <strong dir="auto">{roomName}</strong>
            <time dateTime={new Date(at).toISOString()}>{shortDate(at)}</time>
          </span>
          <span className={styles.text} dir="auto">
            {t("conversations.said", { name: senderName, text })}
          </span>
        </Link>
      ))}
    </div>
  );
}
