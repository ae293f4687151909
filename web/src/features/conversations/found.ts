import { useCallback, useEffect, useRef, useState } from "react";
import { useAccountSoon } from "@/app/account";
import { onceSoon } from "@/matrix/observable";
import type { FoundMessage } from "@/matrix/search";

const PAUSE_MS = 150;
/** While older messages are read, what they bring is shown so often. */
const SHOW_EVERY_MS = 500;

export interface Found {
  /** `null` while nothing has been looked for. */
  readonly messages: readonly FoundMessage[] | null;
  /** Whether what was said before this device was there has been read, too; `null` where that can't be done yet. */
  readonly older: "unread" | "reading" | "read" | null;
  readonly lookBack: () => void;
}

/** Messages that fit a term. */
export function useFound(term: string): Found {
  const account = useAccountSoon();
  const [messages, setMessages] = useState<readonly FoundMessage[] | null>(null);
  const [older, setOlder] = useState<"unread" | "reading" | "read">("unread");
  const reading = useRef(new AbortController());

  useEffect(() => {
    if (!account) return;
    let isCurrent = true;
    const look = () => {
      if (isCurrent)
        account.search.find(term).then(
          (found) => isCurrent && setMessages(found),
          () => {},
        );
    };
    // Typing goes before finding.
    const timer = setTimeout(look, PAUSE_MS);
    const stop = account.search.found.subscribe(onceSoon(look, SHOW_EVERY_MS));
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      stop();
    };
  }, [account, term]);

  useEffect(() => () => reading.current.abort(), []);
  const lookBack = useCallback(() => {
    if (!account) return;
    reading.current = new AbortController();
    const { signal } = reading.current;
    setOlder("reading");
    account.search.lookBack(signal).then(
      (isAll) => !signal.aborted && setOlder(isAll ? "read" : "unread"),
      // Without a connection it is tried again when somebody wants it again.
      () => !signal.aborted && setOlder("unread"),
    );
  }, [account]);
  return { messages, older: account && older, lookBack };
}
