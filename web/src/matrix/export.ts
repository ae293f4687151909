import type { MatrixClient, Room } from "matrix-js-sdk";
import type { Account } from "./account";

const PAGE = 100;

/** How many conversations of how many are done. */
export type Progress = (done: number, all: number) => void;

/** Everything of the account that this device can read, as JSON. */
export async function exportEverything(
  account: Account,
  progress: Progress,
  signal: AbortSignal,
): Promise<Blob> {
  const { client, userId } = account;
  const rooms = client.getRooms();
  const conversations: unknown[] = [];
  for (const [index, room] of rooms.entries()) {
    signal.throwIfAborted();
    progress(index, rooms.length);
    conversations.push(await conversation(client, room, signal));
  }
  const [profile, { devices }] = await Promise.all([client.getProfileInfo(userId), client.getDevices()]);
  const accountData = Object.fromEntries(
    [...client.store.accountData].map(([type, event]) => [type, event.getContent()]),
  );
  const everything = {
    format: "org.aside.export.1",
    exported_at: new Date().toISOString(),
    user_id: userId,
    profile,
    devices,
    // Secrets are encrypted there, and of no use to anything that reads this file.
    account_data: withoutSecrets(accountData),
    conversations,
  };
  return new Blob([JSON.stringify(everything, null, 2)], { type: "application/json" });
}

function withoutSecrets(data: Record<string, unknown>): Record<string, unknown> {
  const isSecret = (type: string) => /^m\.(secret_storage|cross_signing|megolm_backup)/.test(type);
  return Object.fromEntries(Object.entries(data).filter(([type]) => !isSecret(type)));
}

async function conversation(client: MatrixClient, room: Room, signal: AbortSignal): Promise<unknown> {
  await room.loadMembersIfNeeded().catch(() => false);
  return {
    room_id: room.roomId,
    name: room.name,
    membership: room.getMyMembership(),
    members: room.getMembers().map(({ userId, rawDisplayName, membership }) => ({
      user_id: userId,
      name: rawDisplayName,
      membership,
    })),
    events: room.getMyMembership() === "invite" ? [] : await eventsOf(client, room, signal),
  };
}

/** The oldest first, and decrypted where this device has the key. */
async function eventsOf(client: MatrixClient, room: Room, signal: AbortSignal): Promise<unknown[]> {
  const map = client.getEventMapper({ decrypt: false });
  const found: unknown[] = [];
  let from: string | null = null;
  do {
    signal.throwIfAborted();
    const page = await client.createMessagesRequest(room.roomId, from, PAGE, "b" as never);
    for (const raw of page.chunk) {
      const event = map(raw);
      await client.decryptEventIfNeeded(event).catch(() => {});
      const wasRead = !event.isDecryptionFailure();
      found.push({
        event_id: event.getId(),
        sender: event.getSender(),
        at: new Date(event.getTs()).toISOString(),
        type: wasRead ? event.getType() : "m.room.encrypted",
        state_key: event.getStateKey(),
        content: wasRead ? event.getContent() : null,
      });
    }
    from = page.end && page.chunk.length > 0 ? page.end : null;
  } while (from);
  return found.reverse();
}
