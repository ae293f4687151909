import type { MatrixClient } from "matrix-js-sdk";

/** What a person does with a whole conversation, for themselves. */

export async function setPinned(client: MatrixClient, roomId: string, isPinned: boolean): Promise<void> {
  if (isPinned) await client.setRoomTag(roomId, "m.favourite", { order: 0.5 });
  else await client.deleteRoomTag(roomId, "m.favourite");
}

export async function setArchived(client: MatrixClient, roomId: string, isArchived: boolean): Promise<void> {
  if (isArchived) await client.setRoomTag(roomId, "m.lowpriority", { order: 0.5 });
  else await client.deleteRoomTag(roomId, "m.lowpriority");
}

export async function setMuted(client: MatrixClient, roomId: string, isMuted: boolean): Promise<void> {
  if (!isMuted) {
    await client.deletePushRule("global", "override" as never, roomId);
    return;
  }
  await client.addPushRule("global", "override" as never, roomId, {
    conditions: [{ kind: "event_match", key: "room_id", pattern: roomId } as never],
    actions: [],
  });
}

export async function setMarkedUnread(
  client: MatrixClient,
  roomId: string,
  isUnread: boolean,
): Promise<void> {
  await client.setRoomAccountData(roomId, "m.marked_unread" as never, { unread: isUnread } as never);
  if (isUnread) return;
  const event = client.getRoom(roomId)?.getLastLiveEvent();
  if (event) await client.sendReadReceipt(event);
}

/** Goes, and takes the conversation out of the list on every device. */
export async function leave(client: MatrixClient, roomId: string): Promise<void> {
  await client.leave(roomId);
  await client.forget(roomId).catch(() => {});
}
