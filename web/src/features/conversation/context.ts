import { createContext, useContext } from "react";
import type { Account } from "@/matrix/account";
import type { Message } from "@/matrix/message";
import type { InThread } from "@/matrix/threads";
import type { Timeline } from "@/matrix/timeline";
import type { Purpose } from "./Composer";

/** What is asked about a message before something is done with it. */
export interface Asked {
  readonly what: "forward" | "react" | "report" | "view" | "person";
  readonly message: Message;
  /** All of the album, where the question is about all of it. */
  readonly album?: readonly Message[];
}

interface ConversationValue {
  readonly account: Account;
  readonly roomId: string;
  readonly source: Timeline;
  readonly isGroup: boolean;
  /** The thread that this part of the screen is about; `null` for the conversation itself. */
  readonly thread: InThread | null;
  readonly openThread: (rootId: string) => void;
  /** What the composer is for: a message, an answer, a correction. */
  readonly setPurpose: (purpose: Purpose) => void;
  readonly ask: (asked: Asked | null) => void;
  /** Brings a message of this part into sight. */
  readonly show: (eventId: string) => void;
}

export const ConversationContext = createContext<ConversationValue | null>(null);

export function useConversation(): ConversationValue {
  const value = useContext(ConversationContext);
  if (!value) throw new Error("this belongs into a conversation");
  return value;
}
