import type { IContent, MatrixEvent, Room } from "matrix-js-sdk";
import type { EncryptedFile } from "./attachment";
import { contactOf } from "./contact";
import { localDelivery, nameIn } from "./conversations";
import { ALBUM, mayForward, VIEW_ONCE } from "./forward";
import { type LockedWhy, lockedWhy } from "./locked";
import type { MediaSource } from "./media";
import { type PastCall, pastCallOf } from "./past-call";
import type { Person } from "./people";
import { type Point, pointOf } from "./place";
import { type Plan, planOf } from "./plan";
import { POLL_START, type Poll, pollOf } from "./poll";
import { type Preview, previewOf, withoutQuote } from "./preview";
import type { Delivery } from "./row";
import { isFallback, type ThreadSummary } from "./threads";

/** One message as a timeline shows it. Plain data; it is replaced when anything about it changes. */
export interface Message {
  /** Stays the same from before it was sent. */
  readonly key: string;
  readonly eventId: string;
  readonly senderId: string;
  readonly senderName: string;
  readonly isMine: boolean;
  readonly at: number;
  readonly body: Body;
  readonly delivery: Delivery;
  readonly isEdited: boolean;
  readonly replyTo: Quote | null;
  readonly reactions: readonly Reaction[];
  /** What was replied in its thread. */
  readonly thread: ThreadSummary | null;
  /** People other than me whose last read message this is. */
  readonly readers: readonly string[];
  /** Whether it may be passed on to others. */
  readonly mayForward: boolean;
  /** Whether it is gone after one look. */
  readonly isViewOnce: boolean;
  /** Whether its sender wants it covered until it is looked at (MSC4193). */
  readonly isSensitive: boolean;
  /** What the pictures that were sent together with it have in common. */
  readonly albumId: string | null;
}

export interface Quote {
  readonly eventId: string;
  readonly senderName: string;
  readonly preview: Preview | null;
}

export interface Reaction {
  readonly key: string;
  readonly names: readonly string[];
  /** My own event, where I reacted like this. */
  readonly mine: string | null;
}

export interface FileFacts {
  readonly name: string;
  readonly caption: string | null;
  readonly source: MediaSource;
  readonly thumbnail: MediaSource | null;
  readonly sizeBytes: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
}

export type Body =
  | {
      readonly kind: "text";
      readonly style: "normal" | "emote" | "notice";
      readonly text: string;
      readonly html: string | null;
    }
  | { readonly kind: "image" | "video" | "audio" | "file" | "sticker"; readonly file: FileFacts }
  | { readonly kind: "voice"; readonly file: FileFacts; readonly waveform: readonly number[] }
  | { readonly kind: "call"; readonly call: PastCall }
  | { readonly kind: "location"; readonly point: Point | null; readonly text: string }
  | { readonly kind: "poll"; readonly poll: Poll }
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "contact"; readonly person: Person }
  /** It cannot be decrypted; `pending` where it may be in a moment. */
  | { readonly kind: "locked"; readonly isPending: boolean; readonly why: LockedWhy }
  | { readonly kind: "unsent" }
  | { readonly kind: "notice"; readonly notice: Notice }
  | { readonly kind: "unknown"; readonly text: string };

/** Something that happened in a conversation and that nobody said. */
export type Notice =
  | {
      readonly what: "joined" | "left" | "invited" | "removed" | "banned";
      readonly who: string;
      readonly by: string;
    }
  | { readonly what: "named"; readonly by: string; readonly name: string }
  | { readonly what: "timed"; readonly by: string; readonly afterMs: number }
  | { readonly what: "pictured" | "encrypted" | "created" | "pinned" | "comparing"; readonly by: string };

export function bodyOf(event: MatrixEvent, room: Room, me: string): Body | null {
  if (event.isRedacted()) return { kind: "unsent" };
  if (event.isDecryptionFailure()) return { kind: "locked", isPending: false, why: lockedWhy(event) };
  const content = event.getContent();
  switch (event.getType()) {
    case "m.room.message":
      // Two people compare keys in their conversation, which older clients show as a message.
      if (content.msgtype === "m.key.verification.request") {
        return { kind: "notice", notice: { what: "comparing", by: nameIn(room, event.getSender() ?? "") } };
      }
      return ownBody(event, content, room, me) ?? messageBody(content);
    case "m.sticker":
      return { kind: "sticker", file: fileOf(content) };
    case "m.call.invite":
      return { kind: "call", call: pastCallOf(event, room, me) };
    case "m.room.encrypted":
      return { kind: "locked", isPending: true, why: "waiting" };
    default: {
      const poll = POLL_START.includes(event.getType()) ? pollOf(event, room, me) : null;
      if (poll) return { kind: "poll", poll };
      const notice = noticeOf(event, room);
      return notice && { kind: "notice", notice };
    }
  }
}

/** Kinds of our own, which are texts to other clients. */
function ownBody(event: MatrixEvent, content: IContent, room: Room, me: string): Body | null {
  const plan = planOf(event, content, room, me);
  if (plan) return { kind: "plan", plan };
  const person = contactOf(content);
  return person && { kind: "contact", person };
}

function messageBody(content: IContent): Body {
  const text = typeof content.body === "string" ? content.body : "";
  switch (content.msgtype) {
    case "m.text":
    case "m.emote":
    case "m.notice": {
      const hasHtml =
        content.format === "org.matrix.custom.html" && typeof content.formatted_body === "string";
      const style =
        content.msgtype === "m.text" ? "normal" : content.msgtype === "m.emote" ? "emote" : "notice";
      const html = hasHtml ? (content.formatted_body as string) : null;
      return { kind: "text", style, text: withoutQuote(text), html };
    }
    case "m.image":
    case "m.video":
    case "m.file":
      return { kind: content.msgtype.slice(2) as "image" | "video" | "file", file: fileOf(content) };
    case "m.audio": {
      if (!("org.matrix.msc3245.voice" in content)) return { kind: "audio", file: fileOf(content) };
      const waveform: unknown = content["org.matrix.msc1767.audio"]?.waveform;
      const levels = Array.isArray(waveform) ? waveform.filter((level) => typeof level === "number") : [];
      return { kind: "voice", file: fileOf(content), waveform: levels };
    }
    case "m.location":
      return {
        kind: "location",
        point: pointOf(String(content.geo_uri ?? "")),
        text: placeName(content, text),
      };
    default:
      return { kind: "unknown", text };
  }
}

/** What the place is called; the text for other clients ends with its address. */
function placeName(content: IContent, text: string): string {
  const { description } = (content["org.matrix.msc3488.location"] ?? {}) as { description?: unknown };
  return typeof description === "string" ? description : text.replace(/\s*geo:\S+$/, "");
}

function fileOf(content: IContent): FileFacts {
  const info = (content.info ?? {}) as Record<string, unknown>;
  const name = typeof content.filename === "string" ? content.filename : String(content.body ?? "");
  const hasCaption = typeof content.filename === "string" && content.filename !== content.body;
  const mimetype = typeof info.mimetype === "string" ? info.mimetype : undefined;
  const thumbnailInfo = info.thumbnail_info as { mimetype?: string } | undefined;
  return {
    name,
    caption: hasCaption ? String(content.body) : null,
    source: sourceOf(content.url, content.file, mimetype) ?? { mxc: "" },
    thumbnail: sourceOf(info.thumbnail_url, info.thumbnail_file, thumbnailInfo?.mimetype),
    sizeBytes: number(info.size),
    width: number(info.w),
    height: number(info.h),
    durationMs: number(info.duration),
  };
}

function sourceOf(url: unknown, file: unknown, mimetype: string | undefined): MediaSource | null {
  if (typeof file === "object" && file !== null && "url" in file) {
    const encrypted = file as EncryptedFile;
    return { mxc: encrypted.url, file: encrypted, mimetype };
  }
  return typeof url === "string" ? { mxc: url, mimetype } : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}

function noticeOf(event: MatrixEvent, room: Room): Notice | null {
  const by = nameIn(room, event.getSender() ?? "");
  const content = event.getContent();
  switch (event.getType()) {
    case "m.room.member":
      return memberNotice(event, room, by);
    case "m.room.name":
      return { what: "named", by, name: String(content.name ?? "") };
    case "m.room.avatar":
      return { what: "pictured", by };
    case "m.room.encryption":
      return { what: "encrypted", by };
    case "m.room.pinned_events": {
      const before: unknown = event.getPrevContent().pinned;
      const isMore = (content.pinned?.length ?? 0) > (Array.isArray(before) ? before.length : 0);
      return isMore ? { what: "pinned", by } : null;
    }
    case "org.aside.timer":
      return { what: "timed", by, afterMs: Math.max(0, Number(content.after_ms) || 0) };
    default:
      return null;
  }
}

function memberNotice(event: MatrixEvent, room: Room, by: string): Notice | null {
  const who = nameIn(room, event.getStateKey() ?? "");
  const now: unknown = event.getContent().membership;
  const before: unknown = event.getPrevContent().membership;
  if (now === before) return null;
  const isOwn = event.getStateKey() === event.getSender();
  if (now === "join") return { what: "joined", who, by };
  if (now === "invite") return { what: "invited", who, by };
  if (now === "ban") return { what: "banned", who, by };
  if (now === "leave") return { what: isOwn ? "left" : "removed", who, by };
  return null;
}

export function quoteOf(event: MatrixEvent, room: Room): Quote | null {
  const eventId = event.replyEventId;
  if (!eventId || isFallback(event)) return null;
  const original = room.findEventById(eventId);
  const senderName = original ? nameIn(room, original.getSender() ?? "") : "";
  return { eventId, senderName, preview: original ? previewOf(original) : null };
}

export function reactionsOf(event: MatrixEvent, room: Room, me: string): readonly Reaction[] {
  const id = event.getId();
  const relations = id && room.relations.getChildEventsForEvent(id, "m.annotation", "m.reaction");
  const sorted = (relations && relations.getSortedAnnotationsByKey()) || [];
  return sorted.flatMap(([key, events]) => {
    const those = [...events].filter((reaction) => !reaction.isRedacted());
    if (those.length === 0) return [];
    const mine = those.find((reaction) => reaction.getSender() === me);
    const names = [...new Set(those.map((reaction) => nameIn(room, reaction.getSender() ?? "")))];
    return [{ key, names, mine: mine?.getId() ?? null }];
  });
}

const SPOILER = "page.codeberg.everypizza.msc4193.spoiler";

function albumOf(content: IContent): string | null {
  const id: unknown = content[ALBUM];
  return typeof id === "string" && id !== "" ? id : null;
}

/** The message that an event is; `null` where a timeline does not show it. */
export function messageOf(event: MatrixEvent, room: Room, me: string, key: string): Message | null {
  const body = bodyOf(event, room, me);
  if (!body) return null;
  const senderId = event.getSender() ?? "";
  return {
    key,
    eventId: event.getId() ?? "",
    senderId,
    senderName: nameIn(room, senderId),
    isMine: senderId === me,
    at: event.getTs(),
    body,
    delivery: localDelivery(event) ?? "sent",
    isEdited: event.replacingEventId() !== undefined && !event.isRedacted(),
    replyTo: event.isRedacted() ? null : quoteOf(event, room),
    reactions: reactionsOf(event, room, me),
    thread: null,
    readers: [],
    mayForward: mayForward(event),
    isViewOnce: event.getContent()[VIEW_ONCE] === true,
    isSensitive: event.getContent()[SPOILER] === true,
    albumId: albumOf(event.getContent()),
  };
}
