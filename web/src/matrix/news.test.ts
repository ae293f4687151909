import {
  type MatrixClient,
  MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
  TypedEventEmitter,
} from "matrix-js-sdk";
import { expect, test } from "vitest";
import { type News, watchNews } from "./news";

const room = {
  roomId: "!room",
  name: "Alice",
  getMember: () => ({ rawDisplayName: "Alice" }),
  getInvitedAndJoinedMemberCount: () => 2,
} as unknown as Room;

/** What a client of the SDK tells, with rules that say of everything that it should be told. */
class Client extends TypedEventEmitter<string, Record<string, (...told: never[]) => void>> {
  readonly getSafeUserId = () => "@bob:example.org";
  readonly getRoom = () => room;
  readonly getPushActionsForEvent = () => ({ notify: true, tweaks: {} });
}

/** An encrypted message. It can be read as soon as its key is there. */
function secret(client: Client) {
  let hasKey = false;
  const event = new MatrixEvent({
    type: "m.room.encrypted",
    event_id: "$secret",
    room_id: room.roomId,
    sender: "@alice:example.org",
    origin_server_ts: Date.now(),
    content: { algorithm: "m.megolm.v1.aes-sha2" },
  });
  event.on(MatrixEventEvent.Decrypted, () => client.emit(MatrixEventEvent.Decrypted, event as never));
  const clearEvent = { type: "m.room.message", content: { msgtype: "m.text", body: "Hello" } };
  const decryptEvent = async () => {
    if (!hasKey) throw new Error("There is no key.");
    return { clearEvent };
  };
  const decrypt = () => event.attemptDecryption({ decryptEvent } as never);
  const getsKey = () => {
    hasKey = true;
    return decrypt();
  };
  return { event, decrypt, getsKey };
}

test("a message is told when it can be read, also where its key comes later, and once", async () => {
  const client = new Client();
  const told: News[] = [];
  const stop = watchNews(client as unknown as MatrixClient, (news) => told.push(news));
  const { event, decrypt, getsKey } = secret(client);
  const arrived = [event, room, false, false, { liveEvent: true }] as never[];
  client.emit(RoomEvent.Timeline, ...arrived);
  await decrypt();
  expect(told).toEqual([]);
  await getsKey();
  expect(told.map(({ eventId, preview }) => [eventId, preview.text])).toEqual([["$secret", "Hello"]]);
  client.emit(MatrixEventEvent.Decrypted, event as never);
  expect(told.length).toBe(1);
  stop();
});
