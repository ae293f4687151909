import { X } from "lucide-react";
import { type KeyboardEvent, useMemo, useState } from "react";
import { t } from "@/i18n";
import { type ConversationRow, isSent } from "@/matrix/row";
import { type InThread, lastReadOf, threadOf } from "@/matrix/threads";
import type { TimelineState } from "@/matrix/timeline";
import { IconButton } from "@/ui/IconButton";
import { Composer, type Purpose } from "./Composer";
import styles from "./Conversation.module.css";
import { ConversationContext, useConversation } from "./context";
import type { Wanted } from "./jump";
import type { Place } from "./place";
import { Timeline } from "./Timeline";
import { useUploads } from "./uploads";

interface Props {
  readonly row: ConversationRow;
  readonly state: TimelineState;
  readonly rootId: string;
  readonly place: Place;
}

/** A thread beside its conversation; on a phone, instead of it. */
export default function ThreadPanel({ row, state, rootId, place }: Props) {
  const conversation = useConversation();
  const { account, roomId, source } = conversation;
  const { messages, threads } = state;
  const said = useMemo(
    () => threadOf(rootId, messages, threads, source.room),
    [rootId, messages, threads, source],
  );
  const [readUpTo] = useState(() => lastReadOf(said, source.room));
  const [purpose, setPurpose] = useState<Purpose>({ kind: "write" });
  const [shown, setShown] = useState<Wanted | null>(null);
  const replies = threads.get(rootId);
  const lastId = replies?.findLast(({ delivery }) => isSent(delivery))?.eventId;
  const thread = useMemo<InThread>(() => ({ rootId, lastId: lastId ?? rootId }), [rootId, lastId]);
  const uploads = useUploads(account, roomId, thread);
  const context = useMemo(
    () => ({ ...conversation, thread, setPurpose, show: (eventId: string) => setShown({ eventId }) }),
    [conversation, thread],
  );
  const hasRoot = said.some(({ eventId }) => eventId === rootId);
  const line = { messages: said, hasOlder: state.hasOlder && !hasRoot, isLoading: state.isLoading, readUpTo };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) place.closeThread();
  };

  return (
    <ConversationContext value={context}>
      <section
        className={styles.thread}
        aria-label={t("threads.title")}
        onKeyDown={pressed}
        {...uploads.dropTarget}
      >
        <header className={styles.threadHeader}>
          <h2>{t("threads.title")}</h2>
          <IconButton icon={X} label={t("threads.close")} onClick={place.closeThread} />
        </header>
        <Timeline state={line} row={row} wanted={shown ?? place.wanted} />
        <Composer row={row} purpose={purpose} uploads={uploads} messages={said} />
        {uploads.isDropping && <p className={styles.drop}>{t("conversation.dropHere")}</p>}
      </section>
    </ConversationContext>
  );
}
