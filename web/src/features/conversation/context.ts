import { createContext, useContext } from "react";
import type { Account } from "@/matrix/account";
import type { Timeline } from "@/matrix/timeline";
import type { Purpose } from "./Composer";

interface ConversationValue {
  readonly account: Account;
  readonly roomId: string;
  readonly source: Timeline;
  readonly isGroup: boolean;
  /** What the composer is for: a message, an answer, a correction. */
  readonly setPurpose: (purpose: Purpose) => void;
}

export const ConversationContext = createContext<ConversationValue | null>(null);

export function useConversation(): ConversationValue {
  const value = useContext(ConversationContext);
  if (!value) throw new Error("this belongs into a conversation");
  return value;
}
