import type { MatrixEvent } from "matrix-js-sdk";
import type { Account } from "./account";
import { encryptFile } from "./attachment";
import { NO_FORWARD } from "./forward";
import { plainHtml, toHtml } from "./markdown";
import { type Mentioned, mentionedIn, withMentions } from "./mentions";
import type { InThread } from "./threads";

type Content = Record<string, unknown>;

/** The message that is answered. */
export interface Answered {
  readonly eventId: string;
  readonly senderId: string;
}

/** What a message belongs to besides its conversation. */
export interface Belonging {
  readonly answered: Answered | null;
  readonly thread: InThread | null;
}

function send(account: Account, roomId: string, content: Content): void {
  // The timeline shows how it goes, so nobody waits for it here.
  account.outbox.send(roomId, content);
}

export function textContent(text: string, mentioned: readonly Mentioned[] = []): Content {
  const isEmote = text.startsWith("/me ");
  const body = isEmote ? text.slice(4) : text;
  const html = mentioned.length > 0 ? withMentions(toHtml(body) ?? plainHtml(body), mentioned) : toHtml(body);
  return {
    msgtype: isEmote ? "m.emote" : "m.text",
    body,
    ...(html && { format: "org.matrix.custom.html", formatted_body: html }),
  };
}

function relation({ answered, thread }: Belonging, mentioned: readonly Mentioned[] = []): Content {
  const people = [...mentioned.map(({ userId }) => userId), ...(answered ? [answered.senderId] : [])];
  const replied = answered?.eventId ?? thread?.lastId;
  return {
    ...(replied && {
      "m.relates_to": {
        ...(thread && { rel_type: "m.thread", event_id: thread.rootId, is_falling_back: !answered }),
        "m.in_reply_to": { event_id: replied },
      },
    }),
    "m.mentions": people.length > 0 ? { user_ids: [...new Set(people)] } : {},
  };
}

export interface TextOptions extends Belonging {
  /** Those who may be mentioned; of them, whoever is in the text is told. */
  readonly people?: readonly Mentioned[];
  /** Whether it is to stay among these people. */
  readonly isKept?: boolean;
}

/** A text as an event says it, with whom it answers and mentions. */
export function textMessage(text: string, { people = [], isKept, ...belonging }: TextOptions): Content {
  const mentioned = mentionedIn(text, people);
  return {
    ...textContent(text, mentioned),
    ...relation(belonging, mentioned),
    ...(isKept && { [NO_FORWARD]: true }),
  };
}

export function sendText(account: Account, roomId: string, text: string, options: TextOptions): void {
  send(account, roomId, textMessage(text, options));
}

export function editText(account: Account, roomId: string, eventId: string, text: string): void {
  const content: Content = { ...textContent(text), "m.mentions": {} };
  send(account, roomId, {
    ...content,
    body: `* ${String(content.body)}`,
    "m.new_content": content,
    "m.relates_to": { rel_type: "m.replace", event_id: eventId },
  });
}

/** Reacts, or takes the reaction back where it is there. */
export async function toggleReaction(
  account: Account,
  roomId: string,
  eventId: string,
  key: string,
  mine: string | null,
): Promise<void> {
  if (mine) {
    await account.client.redactEvent(roomId, mine);
    return;
  }
  const content = { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } };
  await account.client.sendEvent(roomId, "m.reaction" as never, content as never);
}

/** Takes a message back from everybody. */
export async function unsend(account: Account, roomId: string, eventId: string): Promise<void> {
  await account.client.redactEvent(roomId, eventId);
}

export function sendAgain(account: Account, event: MatrixEvent): void {
  const room = account.client.getRoom(event.getRoomId());
  if (room) account.client.resendEvent(event, room).catch(() => {});
}

export function giveUp(account: Account, event: MatrixEvent): void {
  account.outbox.forget(event.getTxnId());
  account.client.cancelPendingEvent(event);
}

export interface Attachment {
  readonly file: File;
  readonly kind: "image" | "video" | "audio" | "file" | "sticker";
  /** Width, height, duration. */
  readonly info: Content;
  readonly thumbnail?: { readonly data: Blob; readonly info: Content };
  /** What is said about it. */
  readonly caption?: string | undefined;
  /** Added to the event as it is. */
  readonly more?: Content;
}

/** Uploads a file, encrypted where the conversation is, and sends it. */
export async function sendFile(
  account: Account,
  roomId: string,
  attachment: Attachment,
  belonging: Belonging,
  progress?: (share: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { file, kind, info, thumbnail, caption, more } = attachment;
  const isEncrypted = account.client.getRoom(roomId)?.hasEncryptionStateEvent() ?? false;
  const small = thumbnail && (await uploaded(account, thumbnail.data, isEncrypted, undefined, signal));
  const main = await uploaded(account, file, isEncrypted, progress, signal);
  const content = {
    ...(kind !== "sticker" && { msgtype: `m.${kind}`, filename: file.name }),
    body: caption || file.name,
    info: {
      ...info,
      mimetype: file.type || "application/octet-stream",
      size: file.size,
      ...(small &&
        thumbnail && {
          ...("file" in small ? { thumbnail_file: small.file } : { thumbnail_url: small.url }),
          thumbnail_info: { ...thumbnail.info, mimetype: thumbnail.data.type, size: thumbnail.data.size },
        }),
    },
    ...main,
    ...more,
    ...relation(belonging),
  };
  if (kind === "sticker")
    account.client.sendEvent(roomId, "m.sticker" as never, content as never).catch(() => {});
  else send(account, roomId, content);
}

async function uploaded(
  account: Account,
  data: Blob,
  isEncrypted: boolean,
  progress?: (share: number) => void,
  signal?: AbortSignal,
): Promise<{ url: string } | { file: Content }> {
  if (!isEncrypted) return { url: await account.media.upload(data, progress, signal) };
  const encrypted = await encryptFile(await data.arrayBuffer());
  // Its real type and name are in the encrypted event.
  const blob = new Blob([encrypted.data], { type: "application/octet-stream" });
  return { file: { ...encrypted.file, url: await account.media.upload(blob, progress, signal) } };
}

/** In a group everybody may change how it looks and how long messages stay; who made it may take people out of it. */
const GROUP_POWER = {
  events: {
    "m.room.name": 0,
    "m.room.avatar": 0,
    "m.room.topic": 0,
    "m.room.pinned_events": 0,
    "org.aside.timer": 0,
    "m.room.power_levels": 100,
    "m.room.history_visibility": 100,
    "m.room.encryption": 100,
    "m.room.tombstone": 150,
  },
};

/** The conversation with the people: the one there is with a single person, and else a new one, encrypted. */
export async function startConversation(
  account: Account,
  people: readonly string[],
  name = "",
): Promise<string> {
  const [only] = people;
  const isDirect = people.length === 1 && only !== undefined;
  const existing = isDirect ? account.conversations.findDirect(only) : null;
  if (existing) return existing;
  const { room_id: roomId } = await account.client.createRoom({
    preset: (isDirect ? "trusted_private_chat" : "private_chat") as never,
    is_direct: isDirect,
    ...(!isDirect && { power_level_content_override: GROUP_POWER }),
    invite: [...people],
    ...(name && { name }),
    initial_state: [
      { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
      { type: "m.room.guest_access", state_key: "", content: { guest_access: "forbidden" } },
    ],
  });
  if (isDirect) await account.conversations.markDirect(roomId, only);
  return roomId;
}
