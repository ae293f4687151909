import { MatrixEvent } from "matrix-js-sdk";
import type { Account } from "./account";
import { call, Refusal } from "./http";
import { type Body, bodyOf } from "./message";
import { Cell } from "./observable";
import { localpart } from "./session";

/** Somebody would like to talk, or to have one in a group. */
export interface MessageRequest {
  readonly roomId: string;
  readonly senderId: string;
  readonly senderName: string;
  readonly avatar: string | null;
  readonly folder: Folder;
  readonly isDirect: boolean;
  readonly isStranger: boolean;
  readonly isUnread: boolean;
  readonly at: number;
  readonly expiresAt: number | null;
  /** From 0 to 100: how likely it is to be wanted. */
  readonly priority: number;
  readonly groupName: string | null;
  readonly members: number;
  /** The newest text, where the server can read it. */
  readonly snippet: string | null;
}

export const FOLDERS = ["requests", "hidden", "spam"] as const;
export type Folder = (typeof FOLDERS)[number];

export interface Wanted {
  readonly folder: Folder;
  readonly term: string;
  readonly isUnread: boolean;
  readonly isByPriority: boolean;
}

interface Listed {
  readonly room_id: string;
  readonly sender: string;
  readonly folder: string;
  readonly direct: boolean;
  readonly stranger: boolean;
  readonly unread: boolean;
  readonly created_ts: number;
  readonly expires_ts?: number;
  readonly priority: number;
  readonly name?: string;
  readonly members: number;
  readonly snippet?: string;
  readonly facts: { readonly displayname?: string; readonly avatar_url?: string };
}

/** Counts what was done about requests here, so that lists of them are asked for again. */
export const requestsChanged = new Cell(0);

const API = "/_aside/v1/requests";
const PAGE = 200;

function requestOf(listed: Listed): MessageRequest {
  const folder = FOLDERS.find((folder) => folder === listed.folder) ?? "requests";
  return {
    roomId: listed.room_id,
    senderId: listed.sender,
    senderName: listed.facts.displayname || localpart(listed.sender),
    avatar: listed.facts.avatar_url ?? null,
    folder,
    isDirect: listed.direct,
    isStranger: listed.stranger,
    isUnread: listed.unread,
    at: listed.created_ts,
    expiresAt: listed.expires_ts ?? null,
    priority: listed.priority,
    groupName: listed.name ?? null,
    members: listed.members,
    snippet: listed.snippet ?? null,
  };
}

async function page(account: Account, query: Record<string, string>): Promise<readonly MessageRequest[]> {
  const address = `${API}?${new URLSearchParams({ limit: String(PAGE), ...query })}`;
  const { items } = await call<{ items: readonly Listed[] }>(address, { token: account.session.accessToken });
  return items.map(requestOf);
}

/** The requests of a folder that fit. A term is sought in names and in what was said. */
export async function listRequests(account: Account, wanted: Wanted): Promise<readonly MessageRequest[]> {
  const query = {
    ...(wanted.isUnread && { unread: "true" }),
    ...(wanted.isByPriority && { sort: "priority" }),
  };
  // What comes from people whom one knows is an ordinary invitation to the server and waits here, too.
  const folders = wanted.folder === "requests" ? ["requests", "inbox"] : [wanted.folder];
  const terms: Record<string, string>[] = wanted.term
    ? [{ sender: wanted.term }, { keyword: wanted.term }]
    : [{}];
  const pages = await Promise.all(
    folders.flatMap((folder) => terms.map((term) => page(account, { ...query, folder, ...term }))),
  );
  const found = [...new Map(pages.flat().map((request) => [request.roomId, request])).values()];
  return found.sort((a, b) => (wanted.isByPriority ? b.priority - a.priority : 0) || b.at - a.at);
}

/** How what a stranger sends is shown before they are accepted. */
export type MediaMode = "blocked" | "blur_tap" | "no_autoload" | "normal";

export interface RequestPreview {
  readonly request: MessageRequest;
  readonly messages: readonly RequestMessage[];
  readonly mediaMode: MediaMode;
}

export interface RequestMessage {
  readonly eventId: string;
  readonly at: number;
  readonly body: Body;
  /** As it was decrypted here, for a report. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** A request with what its sender says. They see nothing of it. */
export async function previewRequest(account: Account, roomId: string): Promise<RequestPreview> {
  interface Answer {
    readonly request: Listed;
    readonly messages: readonly Record<string, unknown>[];
    readonly media_mode: MediaMode;
  }
  const token = account.session.accessToken;
  const answer = await call<Answer>(`${API}/${encodeURIComponent(roomId)}`, { token });
  const messages = await Promise.all(answer.messages.map((raw) => readable(account, roomId, raw)));
  return {
    request: requestOf(answer.request),
    messages: messages.filter((message) => message !== null),
    mediaMode: answer.media_mode,
  };
}

async function readable(
  account: Account,
  roomId: string,
  raw: Record<string, unknown>,
): Promise<RequestMessage | null> {
  const room = account.client.getRoom(roomId);
  if (!room) return null;
  const event = new MatrixEvent({ ...raw, room_id: roomId });
  // Whoever is invited gets the keys with the invitation.
  await account.client.decryptEventIfNeeded(event).catch(() => {});
  const body = bodyOf(event, room, account.userId);
  if (!body || body.kind === "notice") return null;
  return { eventId: event.getId() ?? "", at: event.getTs(), body, content: event.getContent() };
}

/** For one's own other devices; the sender isn't told. */
export async function noteRequestRead(account: Account, roomId: string): Promise<void> {
  const token = account.session.accessToken;
  await call(`${API}/${encodeURIComponent(roomId)}/read`, { method: "POST", token }).catch(() => {});
  requestsChanged.set(requestsChanged.get() + 1);
}

export type RequestAnswer = "accept" | "decline" | "delete" | "block";

export async function answerRequests(
  account: Account,
  roomIds: readonly string[],
  answer: RequestAnswer,
): Promise<void> {
  const body = { room_ids: roomIds, answer };
  await call(`${API}/answer`, { token: account.session.accessToken, body });
  requestsChanged.set(requestsChanged.get() + 1);
}

/** Comes in, and waits until the conversation is there. */
export async function acceptRequest(
  account: Account,
  { roomId, senderId, isDirect }: MessageRequest,
): Promise<void> {
  await account.client.joinRoom(roomId);
  if (isDirect) await account.conversations.markDirect(roomId, senderId);
  await account.conversations.appears(roomId);
  requestsChanged.set(requestsChanged.get() + 1);
}

/** Whether a request is not there any more: it was answered elsewhere, or withdrawn. */
export function isGone(error: unknown): boolean {
  return error instanceof Refusal && error.status === 404;
}
