import { ArrowDown, Lock, LockOpen } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { t } from "@/i18n";
import { day } from "@/i18n/time";
import type { Message } from "@/matrix/message";
import type { ConversationRow } from "@/matrix/row";
import { localpart } from "@/matrix/session";
import type { TimelineState } from "@/matrix/timeline";
import { Spinner } from "@/ui/Spinner";
import { useConversation } from "./context";
import { useEnd } from "./end";
import { useJump, type Wanted } from "./jump";
import { MessageRow } from "./MessageRow";
import { firstNewOf, prependedTo, type Row, rowsOf } from "./rows";
import styles from "./Timeline.module.css";

/** Older messages are fetched when so little is left above. */
const NEAR_TOP_PX = 600;
/** How often it looks further back by itself for what fills the screen. */
const PAGES_MAX = 25;

/** What of a conversation, or of a thread of it, stands in one line. */
export type Line = Pick<TimelineState, "messages" | "hasOlder" | "isLoading" | "readUpTo">;

interface Props {
  readonly state: Line;
  readonly row: ConversationRow;
  readonly wanted: Wanted | null;
}

export function Timeline({ state, row, wanted }: Props) {
  const { source, thread } = useConversation();
  const { messages, hasOlder, isLoading } = state;
  const [firstNew] = useState(() => firstNewOf(messages, state.readUpTo));
  const isGroup = row.kind === "group";
  const rows = useMemo(
    () => rowsOf(messages, { isStart: !hasOlder && !thread, firstNew, isGroup }),
    [messages, hasOlder, thread, firstNew, isGroup],
  );
  const list = useRef<VListHandle>(null);
  const former = useRef(rows);
  const lastKey = useRef(messages.at(-1)?.key);
  const pages = useRef(0);
  const [isAway, setAway] = useState(false);
  const isPrepended = prependedTo(former.current, rows) > 0;
  const { holder, isAt: isAtEnd, stay: stayAtEnd, moved } = useEnd();

  useLayoutEffect(() => {
    former.current = rows;
    // Whoever sends something wants to see it stand there, wherever they were reading.
    if (hasJustSent(messages, lastKey.current)) isAtEnd.current = true;
    lastKey.current = messages.at(-1)?.key;
    stayAtEnd();
  }, [rows, messages, isAtEnd, stayAtEnd]);

  useEffect(() => {
    // A first page that does not fill the screen leaves nothing to scroll.
    const handle = list.current;
    if (!hasOlder || isLoading || !handle || pages.current >= PAGES_MAX) return;
    if (handle.scrollSize > handle.viewportSize + NEAR_TOP_PX) return;
    pages.current += 1;
    void source.loadOlder();
  }, [source, hasOlder, isLoading]);

  useMarkRead(messages.at(-1)?.eventId, isAtEnd);

  const marked = useJump({ wanted, rows, list, isAtEnd, mayLoad: hasOlder && !isLoading });

  const scrolled = (offset: number) => {
    const handle = list.current;
    if (!handle) return;
    moved(handle);
    const left = handle.scrollSize - handle.viewportSize - offset;
    setAway(left > handle.viewportSize);
    if (offset < NEAR_TOP_PX && hasOlder) void source.loadOlder();
  };

  return (
    <div
      ref={holder}
      className={styles.timeline}
      role="log"
      aria-label={thread ? t("threads.title") : t("conversation.messages")}
      aria-busy={isLoading}
    >
      {isLoading && (
        <span className={styles.loading}>
          <Spinner />
        </span>
      )}
      <VList
        ref={list}
        data-list
        data={rows as Row[]}
        shift={isPrepended}
        bufferSize={500}
        className={styles.list}
        // Few messages stand at the end, near to where one writes.
        style={{ display: "flex", flexDirection: "column" }}
        onScroll={scrolled}
        onResize={stayAtEnd}
      >
        {(item) => <RowView key={item.key} item={item} row={row} marked={marked} />}
      </VList>
      {isAway && (
        <button
          type="button"
          className={styles.latest}
          aria-label={t("conversation.toLatest")}
          title={t("conversation.toLatest")}
          onClick={() => {
            isAtEnd.current = true;
            stayAtEnd();
          }}
        >
          <ArrowDown size={20} aria-hidden />
          {row.unread > 0 && !thread && <span>{row.unread}</span>}
        </button>
      )}
    </div>
  );
}

/** Whether something that I send stands below what stood last before. */
function hasJustSent(messages: readonly Message[], lastKey: string | undefined): boolean {
  const before = messages.findLastIndex(({ key }) => key === lastKey);
  return messages.slice(before + 1).some(({ isMine, delivery }) => isMine && delivery === "sending");
}

/** What is on the screen of somebody who looks at it has been read. */
function useMarkRead(lastId: string | undefined, isAtEnd: { readonly current: boolean }): void {
  const { source, thread } = useConversation();
  const threadId = thread?.rootId ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is for each new message.
  useEffect(() => {
    const mark = () => {
      if (document.visibilityState === "visible" && document.hasFocus() && isAtEnd.current)
        void source.markRead(threadId);
    };
    const timer = setTimeout(mark, 300);
    window.addEventListener("focus", mark);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("focus", mark);
    };
  }, [source, threadId, lastId]);
}

interface RowProps {
  readonly item: Row;
  readonly row: ConversationRow;
  readonly marked: string | null;
}

function RowView({ item, row, marked }: RowProps) {
  switch (item.kind) {
    case "message":
      return (
        <MessageRow message={item.message} place={item.place} isMarked={item.message.eventId === marked} />
      );
    case "album": {
      const [first] = item.messages;
      const isMarked = item.messages.some(({ eventId }) => eventId === marked);
      return (
        first && <MessageRow message={first} album={item.messages} place={item.place} isMarked={isMarked} />
      );
    }
    case "day":
      return (
        <div className={styles.day}>
          <span>{day(item.at)}</span>
        </div>
      );
    case "new":
      return <div className={styles.new}>{t("conversation.new")}</div>;
    case "start":
      return <Start row={row} />;
  }
}

function Start({ row }: { row: ConversationRow }) {
  const Icon = row.isEncrypted ? Lock : LockOpen;
  const name = row.name.startsWith("@") ? localpart(row.name) : row.name;
  return (
    <div className={styles.start}>
      <p>
        <Icon size={14} aria-hidden />{" "}
        {row.isEncrypted ? t("encryption.startOn", { name }) : t("encryption.startOff")}
      </p>
    </div>
  );
}
