import { ClientEvent, MatrixEvent } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import type { Account } from "./account";
import { call } from "./http";
import { withoutQuote } from "./preview";

/** A message that the server sends later. */
export interface Scheduled {
  readonly id: string;
  readonly roomId: string;
  /** `null` where it cannot be decrypted here. */
  readonly text: string | null;
  /** As it was written: with whom it answers and mentions. */
  readonly content: Content;
  readonly sendAt: number;
  /** Why it was not sent, where its time has passed. */
  readonly failure: { readonly text: string; readonly rule: string | null } | null;
}

type Content = Readonly<Record<string, unknown>>;

interface Answer {
  readonly scheduled_id: string;
  readonly room_id: string;
  readonly type: string;
  readonly content: Content;
  readonly send_ts: number;
  readonly failure?: { readonly error: string; readonly rule?: string };
}

const PATH = "/_aside/v1/scheduled";
/** By it the server says that something about them changed. */
const CHANGED = "org.aside.scheduled";

export async function schedule(
  account: Account,
  roomId: string,
  content: Content,
  sendAt: number,
): Promise<void> {
  const body = { room_id: roomId, send_ts: sendAt, ...(await sealed(account, roomId, content)) };
  await call(PATH, { token: account.session.accessToken, body });
}

export async function reschedule(
  account: Account,
  { id, roomId }: Scheduled,
  content: Content,
  sendAt: number,
): Promise<void> {
  const { content: wire } = await sealed(account, roomId, content);
  const path = `${PATH}/${encodeURIComponent(id)}`;
  const body = { content: wire, send_ts: sendAt };
  await call(path, { method: "PUT", token: account.session.accessToken, body });
}

export async function cancelScheduled({ session }: Account, { id }: Scheduled): Promise<void> {
  await call(`${PATH}/${encodeURIComponent(id)}`, { method: "DELETE", token: session.accessToken });
}

interface Encrypting {
  encryptEvent(event: MatrixEvent, room: unknown): Promise<void>;
}

/** As the server gets it: encrypted now, where the conversation is, because later nobody may be here who could. */
async function sealed({ client }: Account, roomId: string, content: Content) {
  const room = client.getRoom(roomId);
  const crypto = client.getCrypto();
  const type = "m.room.message";
  if (!room?.hasEncryptionStateEvent() || !crypto) return { type, content };
  const event = new MatrixEvent({ type, content, room_id: roomId, sender: client.getSafeUserId() });
  await (crypto as unknown as Encrypting).encryptEvent(event, room);
  return { type: event.getWireType(), content: event.getWireContent() };
}

async function listScheduled(account: Account, roomId: string): Promise<readonly Scheduled[]> {
  const path = `${PATH}?room_id=${encodeURIComponent(roomId)}`;
  const { items } = await call<{ items: readonly Answer[] }>(path, { token: account.session.accessToken });
  return Promise.all(items.map((item) => opened(account, item)));
}

/** Own messages are decrypted with own keys, like those that were sent. */
async function opened({ client }: Account, item: Answer): Promise<Scheduled> {
  const { scheduled_id: id, room_id: roomId, type, content: wire, failure } = item;
  const event = new MatrixEvent({
    event_id: `$${id}`,
    type,
    content: wire,
    room_id: roomId,
    sender: client.getSafeUserId(),
    origin_server_ts: item.send_ts,
  });
  if (event.isEncrypted()) await client.decryptEventIfNeeded(event);
  const isReadable =
    !event.isEncrypted() || (event.getClearContent() !== null && !event.isDecryptionFailure());
  const content = event.getContent();
  return {
    id,
    roomId,
    text: isReadable && typeof content.body === "string" ? withoutQuote(content.body) : null,
    content,
    sendAt: item.send_ts,
    failure: failure ? { text: failure.error, rule: failure.rule ?? null } : null,
  };
}

/** What waits to be sent in a conversation, those first that could not be sent. */
export function useScheduled(account: Account, roomId: string): readonly Scheduled[] {
  const [list, setList] = useState<readonly Scheduled[]>([]);
  useEffect(() => {
    let isCurrent = true;
    const load = () => {
      // A server that knows no such messages has none.
      void listScheduled(account, roomId).then(
        (list) => isCurrent && setList(list),
        () => {},
      );
    };
    const changed = (event: MatrixEvent) => event.getType() === CHANGED && load();
    load();
    account.client.on(ClientEvent.AccountData, changed);
    return () => {
      isCurrent = false;
      account.client.off(ClientEvent.AccountData, changed);
    };
  }, [account, roomId]);
  return list;
}
