import { useCallback, useEffect, useRef } from "react";
import { useConversation } from "./context";

const TYPING_MS = 20_000;
const SAY_AGAIN_MS = 12_000;

/** Tells the others that something is being written, now and then and not with each key. */
export function useTyping(): (isTyping: boolean) => void {
  const { account, roomId } = useConversation();
  const said = useRef(0);
  const say = useCallback(
    (isTyping: boolean) => {
      const now = Date.now();
      if (isTyping ? now - said.current < SAY_AGAIN_MS : said.current === 0) return;
      said.current = isTyping ? now : 0;
      account.client.sendTyping(roomId, isTyping, TYPING_MS).catch(() => {});
    },
    [account, roomId],
  );
  useEffect(() => () => say(false), [say]);
  return say;
}
