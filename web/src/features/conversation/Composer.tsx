import { Mic, Pencil, Reply, SendHorizontal, SmilePlus, X } from "lucide-react";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { t } from "@/i18n";
import { drafts, keepDraft } from "@/matrix/drafts";
import type { Mentioned } from "@/matrix/mentions";
import type { Message } from "@/matrix/message";
import { sensitiveIn } from "@/matrix/policy";
import type { ConversationRow } from "@/matrix/row";
import { editText, sendText } from "@/matrix/send";
import { attempt } from "@/ui/attempt";
import { classes } from "@/ui/class";
import { IconButton } from "@/ui/IconButton";
import { AddMenu } from "./AddMenu";
import styles from "./Composer.module.css";
import { useConversation } from "./context";
import { type Limit, useLimit } from "./limit";
import { MentionList } from "./MentionList";
import { useMentioning } from "./mentioning";
import { usePolicy } from "./policy";
import { previewText } from "./preview-text";
import { useRecorder } from "./recorder";
import { SensitiveDialog } from "./SensitiveDialog";
import { UploadList } from "./UploadList";
import type { Uploads } from "./uploads";
import { VoiceRecorder } from "./VoiceRecorder";

const EmojiPanel = lazy(() => import("./EmojiPanel"));

/** What is being written. */
export type Purpose =
  | { readonly kind: "write" }
  | { readonly kind: "reply"; readonly message: Message }
  | { readonly kind: "edit"; readonly message: Message };

interface Props {
  readonly row: ConversationRow;
  readonly purpose: Purpose;
  readonly uploads: Uploads;
  readonly messages: readonly Message[];
}

export function Composer({ row, purpose, uploads, messages }: Props) {
  const { account, roomId, setPurpose } = useConversation();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => drafts.get()[roomId] ?? "");
  const [caret, setCaret] = useState(text.length);
  const [isKept, setKept] = useState(false);
  const [isPicking, setPicking] = useState(false);
  const [doubts, setDoubts] = useState<readonly string[]>([]);
  const typing = useTyping();
  const policy = usePolicy();
  const limit = useLimit(text);
  const recorder = useRecorder();
  const mentioning = useMentioning(text, caret);
  const answered =
    purpose.kind === "reply"
      ? { eventId: purpose.message.eventId, senderId: purpose.message.senderId }
      : null;

  const write = (value: string) => {
    setText(value);
    if (purpose.kind !== "edit") keepDraft(roomId, value);
    typing(value !== "");
  };
  const finish = useCallback(() => {
    setPurpose({ kind: "write" });
    setText(drafts.get()[roomId] ?? "");
  }, [roomId, setPurpose]);

  useEffect(() => {
    if (purpose.kind === "edit" && purpose.message.body.kind === "text") {
      const { text: words } = purpose.message.body;
      setText(words);
      // The text has to be in the field before one can stand at its end.
      requestAnimationFrame(() => field.current?.setSelectionRange(words.length, words.length));
    }
    // A keyboard that comes up by itself would cover half of a phone.
    if (purpose.kind !== "write" || matchMedia("(hover: hover)").matches) field.current?.focus();
  }, [purpose]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.blockSize = "auto";
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [text]);

  const sendNow = () => {
    const body = text.trim();
    setDoubts([]);
    typing(false);
    if (purpose.kind === "edit") {
      editText(account, roomId, purpose.message.eventId, body);
    } else {
      sendText(account, roomId, body, { answered, people: mentioning.people, isKept });
      keepDraft(roomId, "");
    }
    finish();
    field.current?.focus();
  };
  const send = async () => {
    const body = text.trim();
    if (!body || limit.isOver) return;
    // Only what the server may read anyway is shown to it.
    const doubts = !row.isEncrypted && policy?.warnsOfSensitive ? await sensitiveIn(account, body) : [];
    if (doubts.length > 0) setDoubts(doubts);
    else sendNow();
  };
  const sendVoice = async () => {
    const recording = await recorder.finish();
    if (!recording) return;
    const { file, durationMs: duration, waveform } = recording;
    const more = {
      "org.matrix.msc1767.audio": { duration, waveform },
      "org.matrix.msc3245.voice": {},
    };
    uploads.send({ file, kind: "audio", info: { duration }, more }, answered);
    finish();
  };
  const insert = (words: string) => {
    const element = field.current;
    const at = element?.selectionStart ?? text.length;
    write(text.slice(0, at) + words + text.slice(element?.selectionEnd ?? at));
    place(at + words.length);
  };
  const place = (at: number) => {
    setCaret(at);
    // The text has to be in the field first.
    requestAnimationFrame(() => field.current?.setSelectionRange(at, at));
  };
  const mention = (person: Mentioned) => {
    const { text, caret } = mentioning.insert(person);
    write(text);
    place(caret);
  };

  const pressed = (event: KeyboardEvent) => {
    // Enter also ends the choice of a word in some languages, and then means nothing else.
    if (event.nativeEvent.isComposing) return;
    if (mentioning.fitting.length > 0 && pressedInMentions(event.key)) {
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey && matchMedia("(hover: hover)").matches) {
      event.preventDefault();
      attempt(send());
    } else if (event.key === "Escape" && purpose.kind !== "write") {
      finish();
    } else if (event.key === "ArrowUp" && text === "") {
      const last = messages.findLast(
        ({ isMine, body, delivery }) =>
          isMine && body.kind === "text" && (delivery === "sent" || delivery === "read"),
      );
      if (last) setPurpose({ kind: "edit", message: last });
    }
  };
  const pressedInMentions = (key: string): boolean => {
    const person = mentioning.fitting[mentioning.active];
    if (key === "ArrowDown") mentioning.move(1);
    else if (key === "ArrowUp") mentioning.move(-1);
    else if (key === "Escape") mentioning.dismiss();
    else if ((key === "Enter" || key === "Tab") && person) mention(person);
    else return false;
    return true;
  };
  const pasted = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    uploads.add([...event.clipboardData.files], answered, { isKept });
  };
  const canRecord = !text.trim() && purpose.kind !== "edit" && "MediaRecorder" in window;

  return (
    <footer className={styles.composer}>
      <UploadList uploads={uploads} />
      {purpose.kind !== "write" && <About purpose={purpose} close={finish} />}
      {isPicking && (
        <Picking close={() => setPicking(false)}>
          <Suspense>
            <EmojiPanel
              insert={insert}
              send={(file, size, isSticker) => {
                setPicking(false);
                const kind = isSticker ? "sticker" : "image";
                uploads.send({ file, kind, info: { w: size, h: size } }, answered);
              }}
            />
          </Suspense>
        </Picking>
      )}
      <MentionList people={mentioning.fitting} active={mentioning.active} choose={mention} />
      {doubts.length > 0 && <SensitiveDialog kinds={doubts} close={() => setDoubts([])} send={sendNow} />}
      <div className={styles.bar}>
        {recorder.isOn ? (
          <VoiceRecorder recorder={recorder} send={() => attempt(sendVoice())} />
        ) : (
          <>
            <AddMenu uploads={uploads} answered={answered} isKept={isKept} setKept={setKept} />
            <textarea
              ref={field}
              rows={1}
              dir="auto"
              value={text}
              placeholder={row.isEncrypted ? t("conversation.writeEncrypted") : t("conversation.write")}
              aria-label={t("conversation.write")}
              aria-invalid={limit.isOver || undefined}
              aria-controls={mentioning.fitting.length > 0 ? "mentions" : undefined}
              aria-activedescendant={
                mentioning.fitting.length > 0 ? `mention-${mentioning.active}` : undefined
              }
              enterKeyHint="enter"
              onChange={(event) => write(event.target.value)}
              onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
              onKeyDown={pressed}
              onPaste={pasted}
            />
            <Counter limit={limit} />
            <IconButton
              icon={SmilePlus}
              label={t("messages.emoji")}
              aria-expanded={isPicking}
              data-opens-picker
              onClick={() => setPicking(!isPicking)}
            />
            {canRecord ? (
              <IconButton
                icon={Mic}
                label={t("messages.voiceRecord")}
                onClick={() => attempt(recorder.start(), t("messages.voiceRefused"))}
              />
            ) : (
              <IconButton
                icon={SendHorizontal}
                label={purpose.kind === "edit" ? t("conversation.saveEdit") : t("conversation.send")}
                look={text.trim() ? "main" : "quiet"}
                disabled={!text.trim() || limit.isOver}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => attempt(send())}
              />
            )}
          </>
        )}
      </div>
    </footer>
  );
}

/** How much may still be written, once the limit is near. */
function Counter({ limit }: { limit: Limit }) {
  if (limit.left === null) return null;
  return (
    <span
      className={classes(styles.counter, limit.isOver && styles.over)}
      role="status"
      title={t("messages.left", { count: limit.left })}
    >
      <span aria-hidden>{limit.left}</span>
      <span className="only-spoken">{t("messages.left", { count: limit.left })}</span>
    </span>
  );
}

/** The panel above the field; a press elsewhere or Escape closes it. */
function Picking({ close, children }: { close: () => void; children: ReactNode }) {
  const holder = useRef<HTMLDivElement>(null);
  const closing = useRef(close);
  closing.current = close;
  useEffect(() => {
    const outside = (event: Event) => {
      const target = event.target as Element;
      if (!holder.current?.contains(target) && !target.closest("[data-opens-picker]")) closing.current();
    };
    const escaped = (event: globalThis.KeyboardEvent) => event.key === "Escape" && closing.current();
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("keydown", escaped);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("keydown", escaped);
    };
  }, []);
  return (
    <div ref={holder} className={styles.picking}>
      {children}
    </div>
  );
}

function About({ purpose, close }: { purpose: Exclude<Purpose, { kind: "write" }>; close: () => void }) {
  const { message } = purpose;
  const Icon = purpose.kind === "reply" ? Reply : Pencil;
  const text =
    message.body.kind === "text" ? message.body.text : previewText({ kind: kindOf(message), text: "" });
  return (
    <div className={styles.about}>
      <Icon size={18} aria-hidden />
      <div>
        <strong>
          {purpose.kind === "edit"
            ? t("conversation.editing")
            : t("conversation.replyingTo", {
                name: message.isMine ? t("conversations.you") : message.senderName,
              })}
        </strong>
        <span dir="auto">{text}</span>
      </div>
      <IconButton icon={X} size="small" label={t("ui.cancel")} onClick={close} />
    </div>
  );
}

function kindOf({ body }: Message) {
  switch (body.kind) {
    case "notice":
    case "unknown":
      return "other";
    default:
      return body.kind;
  }
}

const TYPING_MS = 20_000;
const SAY_AGAIN_MS = 12_000;

/** Tells the others that something is being written, now and then and not with each key. */
function useTyping(): (isTyping: boolean) => void {
  const { account, roomId } = useConversation();
  const said = useRef(0);
  const say = useCallback(
    (isTyping: boolean) => {
      const now = Date.now();
      if (isTyping ? now - said.current < SAY_AGAIN_MS : said.current === 0) return;
      said.current = isTyping ? now : 0;
      account.client.sendTyping(roomId, isTyping, TYPING_MS).catch(() => {});
    },
    [account, roomId],
  );
  useEffect(() => () => say(false), [say]);
  return say;
}
