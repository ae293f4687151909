import { Cell } from "@/matrix/observable";
import type { ConversationRow } from "@/matrix/row";

/** The conversation that somebody wants to leave, while they are asked. */
export const leaving = new Cell<ConversationRow | null>(null);
