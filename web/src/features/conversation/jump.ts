import { type RefObject, useEffect, useRef, useState } from "react";
import type { VListHandle } from "virtua";
import { useConversation } from "./context";
import { messagesOf, type Row } from "./rows";

/** A message that is to be brought into sight; a new object each time it is asked for. */
export interface Wanted {
  readonly eventId: string;
}

interface Jump {
  readonly wanted: Wanted | null;
  readonly rows: readonly Row[];
  readonly list: RefObject<VListHandle | null>;
  readonly isAtEnd: RefObject<boolean>;
  readonly mayLoad: boolean;
}

/** How far back a message is fetched from. */
const PAGES_MAX = 50;
const PAGE = 100;
const MARKED_MS = 2_000;

/** Scrolls to the message that is wanted, which may have to be fetched, and says which one to point out. */
export function useJump({ wanted, rows, list, isAtEnd, mayLoad }: Jump): string | null {
  const { source } = useConversation();
  const [marked, setMarked] = useState<string | null>(null);
  const done = useRef<Wanted | null>(null);
  const pages = useRef(0);

  useEffect(() => {
    if (!wanted || done.current === wanted) return;
    const { eventId } = wanted;
    const index = rows.findIndex((row) => messagesOf(row).some((message) => message.eventId === eventId));
    if (index >= 0) {
      done.current = wanted;
      pages.current = 0;
      isAtEnd.current = false;
      list.current?.scrollToIndex(index, { align: "center" });
      setMarked(eventId);
    } else if (mayLoad && pages.current < PAGES_MAX) {
      pages.current += 1;
      void source.loadOlder(PAGE);
    }
  }, [wanted, rows, mayLoad, list, isAtEnd, source]);

  useEffect(() => {
    if (!marked) return;
    const timer = setTimeout(() => setMarked(null), MARKED_MS);
    return () => clearTimeout(timer);
  }, [marked]);

  return marked;
}
