import { type MatrixClient, type MatrixEvent, MatrixEventEvent, type Room, RoomEvent } from "matrix-js-sdk";
import { nameIn } from "./conversations";
import { isMessage, type Preview, previewOf } from "./preview";

/** A message that the person's rules say should be told. */
export interface News {
  readonly roomId: string;
  readonly eventId: string;
  readonly senderName: string;
  /** The name of the group; `null` where it is one person. */
  readonly roomName: string | null;
  readonly preview: Preview;
  readonly isLoud: boolean;
}

/** Older messages that arrive late, after sleep for instance, are in the list and need no telling. */
const OLD_MS = 5 * 60_000;

/** Tells what arrives from others, once it has been decrypted. Returns how to stop. */
export function watchNews(client: MatrixClient, told: (news: News) => void): () => void {
  const me = client.getSafeUserId();
  const waiting = new Set<string>();

  const tell = (event: MatrixEvent, room: Room) => {
    if (!isMessage(event) || event.isRedacted()) return;
    const actions = client.getPushActionsForEvent(event, true);
    if (!actions?.notify) return;
    const sender = event.getSender() ?? "";
    const isPerson = room.getInvitedAndJoinedMemberCount() <= 2;
    told({
      roomId: room.roomId,
      eventId: event.getId() ?? "",
      senderName: nameIn(room, sender),
      roomName: isPerson ? null : room.name,
      preview: previewOf(event),
      isLoud: actions.tweaks?.sound !== undefined,
    });
  };
  const arrived = (
    event: MatrixEvent,
    room: Room | undefined,
    toStart: boolean | undefined,
    _removed: boolean,
    data: { liveEvent?: boolean },
  ) => {
    const isNew = data.liveEvent === true && !toStart && isRecent(event);
    if (!room || !isNew || event.getSender() === me) return;
    if (event.isEncrypted() && !event.getClearContent()) waiting.add(event.getId() ?? "");
    else tell(event, room);
  };
  const decrypted = (event: MatrixEvent) => {
    // Its key may come later than the message.
    if (event.isDecryptionFailure()) return;
    const room = client.getRoom(event.getRoomId());
    if (room && waiting.delete(event.getId() ?? "") && isRecent(event)) tell(event, room);
  };
  client.on(RoomEvent.Timeline, arrived);
  client.on(MatrixEventEvent.Decrypted, decrypted);
  return () => {
    client.off(RoomEvent.Timeline, arrived);
    client.off(MatrixEventEvent.Decrypted, decrypted);
  };
}

function isRecent(event: MatrixEvent): boolean {
  return Date.now() - event.getTs() < OLD_MS;
}
