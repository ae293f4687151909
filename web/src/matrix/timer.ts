import type { Room } from "matrix-js-sdk";
import type { Account } from "./account";

/** How long messages of a conversation stay (docs/adr/0008). */
const TIMER = "org.aside.timer";

/** In milliseconds; 0 where they stay for ever. */
export function timerOf(room: Room): number {
  const after = Number(room.currentState.getStateEvents(TIMER, "")?.getContent().after_ms);
  return Number.isFinite(after) && after > 0 ? after : 0;
}

export function maySetTimer(room: Room): boolean {
  return room.currentState.maySendStateEvent(TIMER, room.client.getSafeUserId());
}

export async function setTimer({ client }: Account, roomId: string, afterMs: number): Promise<void> {
  await client.sendStateEvent(roomId, TIMER as never, { after_ms: afterMs } as never, "");
}
