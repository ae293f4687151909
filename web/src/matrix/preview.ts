import type { IContent, MatrixEvent } from "matrix-js-sdk";
import { questionOf } from "./poll";

/** What a message is, in a few words, for rows, quotes and notifications. The words themselves are the reader's language's. */
export interface Preview {
  readonly kind:
    | "text"
    | "image"
    | "video"
    | "audio"
    | "voice"
    | "file"
    | "sticker"
    | "location"
    | "poll"
    | "plan"
    | "contact"
    | "call"
    | "unsent"
    | "locked"
    | "other";
  /** The text, or a file's name, or a poll's question. */
  readonly text: string;
}

const TEXT_MAX = 160;

const KINDS: Readonly<Record<string, Preview["kind"]>> = {
  "m.text": "text",
  "m.emote": "text",
  "m.notice": "text",
  "m.image": "image",
  "m.video": "video",
  "m.audio": "audio",
  "m.file": "file",
  "m.location": "location",
};

/** Types of events that are messages, and so count as the last thing that was said. */
const MESSAGES: ReadonlySet<string> = new Set([
  "m.room.message",
  "m.room.encrypted",
  "m.sticker",
  "m.poll.start",
  "org.matrix.msc3381.poll.start",
  "m.call.invite",
]);

export function isMessage(event: MatrixEvent): boolean {
  const isComparison = event.getContent().msgtype === "m.key.verification.request";
  return MESSAGES.has(event.getType()) && !isEdit(event) && !isComparison;
}

export function isEdit(event: MatrixEvent): boolean {
  return event.getRelation()?.rel_type === "m.replace";
}

export function previewOf(event: MatrixEvent): Preview {
  if (event.isRedacted()) return { kind: "unsent", text: "" };
  if (event.isDecryptionFailure()) return { kind: "locked", text: "" };
  const content = event.getContent();
  const body = typeof content.body === "string" ? content.body : "";
  switch (event.getType()) {
    case "m.room.encrypted":
      return { kind: "locked", text: "" };
    case "m.sticker":
      return { kind: "sticker", text: body };
    case "m.call.invite":
      return { kind: "call", text: "" };
    case "m.poll.start":
    case "org.matrix.msc3381.poll.start":
      return { kind: "poll", text: questionOf(content) };
    default: {
      if ("org.aside.plan" in content)
        return { kind: "plan", text: String(content["org.aside.plan"]?.title ?? "") };
      if ("org.aside.contact" in content) {
        return { kind: "contact", text: String(content["org.aside.contact"]?.displayname ?? "") };
      }
      const kind = KINDS[String(content.msgtype)] ?? "other";
      if (kind === "audio" && "org.matrix.msc3245.voice" in content) return { kind: "voice", text: "" };
      if (kind === "location") {
        return { kind, text: shortened(String(content["org.matrix.msc3488.location"]?.description ?? "")) };
      }
      const html = kind === "text" ? htmlOf(content) : null;
      return { kind, text: shortened(html === null ? withoutQuote(body) : wordsOf(html)) };
    }
  }
}

function htmlOf({ format, formatted_body: html }: IContent): string | null {
  return format === "org.matrix.custom.html" && typeof html === "string" ? html : null;
}

/** Only what is in elements that begin a line stands apart from what is beside it. */
const LINE_ENDS = /<(?:br|\/(?:p|li|h\d|pre|blockquote|div|tr|td|th))\b[^>]*>/gi;

/** Formatted text without its form, and without the message that is answered. */
export function wordsOf(html: string): string {
  const { body } = new DOMParser().parseFromString(html.replace(LINE_ENDS, "$& "), "text/html");
  for (const left of body.querySelectorAll("mx-reply, script, style, template")) left.remove();
  return (body.textContent ?? "").replace(/\s+/g, " ").trim();
}

/** Older clients put the message that is answered before the answer, as quoted lines. */
export function withoutQuote(body: string): string {
  if (!body.startsWith("> <")) return body;
  return body.replace(/^(?:>.*\n)+\n?/, "");
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > TEXT_MAX ? `${line.slice(0, TEXT_MAX)}…` : line;
}
