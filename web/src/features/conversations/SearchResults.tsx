import { Search } from "lucide-react";
import { Link } from "wouter";
import { routes } from "@/app/routes";
import { t } from "@/i18n";
import { shortDate } from "@/i18n/time";
import type { ConversationRow } from "@/matrix/row";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Spinner } from "@/ui/Spinner";
import { useFound } from "./found";
import { Row } from "./Row";
import styles from "./SearchResults.module.css";

interface Props {
  readonly term: string;
  /** People and groups whose names fit. */
  readonly rows: readonly ConversationRow[];
}

const ROWS_MAX = 20;

/** People and groups by their names, and then what was said. */
export function SearchResults({ term, rows }: Props) {
  const { messages: found, older, lookBack } = useFound(term);
  const messages = found ?? [];
  const isNothing = rows.length === 0 && found?.length === 0;
  return (
    <div className={styles.results}>
      {isNothing && <Empty icon={Search} title={t("conversations.nothingFound")} />}
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
            {t("conversations.said", { name: senderName ?? t("conversations.you"), text })}
          </span>
        </Link>
      ))}
      <div className={styles.older} aria-live="polite">
        {older === "unread" && (
          <Button look="quiet" onClick={lookBack}>
            {t("conversations.searchOlder")}
          </Button>
        )}
        {older === "reading" && (
          <>
            <Spinner />
            {t("conversations.searchingOlder")}
          </>
        )}
        {older === "read" && t("conversations.searchedAll")}
      </div>
    </div>
  );
}
