import type { IContent, MatrixEvent } from "matrix-js-sdk";
import type { Account } from "./account";

/** By this mark its sender asks not to pass a message on (docs/api/messages.md). */
export const NO_FORWARD = "org.aside.no_forward";
export const VIEW_ONCE = "org.aside.view_once";
/** Pictures that were sent together have the same word here. */
export const ALBUM = "org.aside.album";

/** Whether a message may be passed on: what is meant for one look or for these people only stays. */
export function mayForward(event: MatrixEvent): boolean {
  const content = event.getContent();
  const isText = event.getType() === "m.room.message" || event.getType() === "m.sticker";
  return isText && !event.isRedacted() && content[NO_FORWARD] !== true && content[VIEW_ONCE] !== true;
}

/** What says the same elsewhere: without whom it answered or mentioned. */
export function forwardedContent(content: IContent): IContent {
  const { "m.relates_to": _relation, "m.new_content": _edit, "m.mentions": _mentions, ...rest } = content;
  return { ...rest, "m.mentions": {} };
}

/** Passes messages on, in their order. */
export async function forward(
  { client }: Account,
  events: readonly MatrixEvent[],
  roomIds: readonly string[],
): Promise<void> {
  for (const event of events) {
    const type = event.getType();
    const content = forwardedContent(event.getContent());
    await Promise.all(roomIds.map((roomId) => client.sendEvent(roomId, type as never, content as never)));
  }
}
