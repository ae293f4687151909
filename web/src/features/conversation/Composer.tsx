import { Paperclip, Pencil, Reply, SendHorizontal, X } from "lucide-react";
import {
  type ChangeEvent,
  type ClipboardEvent,
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { t } from "@/i18n";
import { drafts, keepDraft } from "@/matrix/drafts";
import type { Message } from "@/matrix/message";
import type { ConversationRow } from "@/matrix/row";
import { editText, sendText } from "@/matrix/send";
import { IconButton } from "@/ui/IconButton";
import styles from "./Composer.module.css";
import { useConversation } from "./context";
import { previewText } from "./preview-text";
import { UploadList } from "./UploadList";
import type { Uploads } from "./uploads";

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
  const picker = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(() => drafts.get()[roomId] ?? "");
  const typing = useTyping();
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
    if (purpose.kind === "edit" && purpose.message.body.kind === "text") setText(purpose.message.body.text);
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

  const send = () => {
    const body = text.trim();
    if (!body) return;
    typing(false);
    if (purpose.kind === "edit") {
      editText(account, roomId, purpose.message.eventId, body);
    } else {
      sendText(account, roomId, body, answered);
      keepDraft(roomId, "");
    }
    finish();
    field.current?.focus();
  };

  const pressed = (event: KeyboardEvent) => {
    // Enter also ends the choice of a word in some languages, and then means nothing else.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && matchMedia("(hover: hover)").matches) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && purpose.kind !== "write") {
      finish();
    } else if (event.key === "ArrowUp" && text === "") {
      const last = messages.findLast((message) => message.isMine && message.body.kind === "text");
      if (last) setPurpose({ kind: "edit", message: last });
    }
  };
  const pasted = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    uploads.add([...event.clipboardData.files], answered);
  };
  const picked = (event: ChangeEvent<HTMLInputElement>) => {
    uploads.add([...(event.target.files ?? [])], answered);
    event.target.value = "";
  };

  return (
    <footer className={styles.composer}>
      <UploadList uploads={uploads} />
      {purpose.kind !== "write" && <About purpose={purpose} close={finish} />}
      <div className={styles.bar}>
        <IconButton
          icon={Paperclip}
          label={t("conversation.attach")}
          onClick={() => picker.current?.click()}
        />
        <input ref={picker} type="file" multiple hidden onChange={picked} data-testid="files" />
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          placeholder={row.isEncrypted ? t("conversation.writeEncrypted") : t("conversation.write")}
          aria-label={t("conversation.write")}
          enterKeyHint="enter"
          onChange={(event) => write(event.target.value)}
          onKeyDown={pressed}
          onPaste={pasted}
        />
        <IconButton
          icon={SendHorizontal}
          label={purpose.kind === "edit" ? t("conversation.saveEdit") : t("conversation.send")}
          look={text.trim() ? "main" : "quiet"}
          disabled={!text.trim()}
          onMouseDown={(event) => event.preventDefault()}
          onClick={send}
        />
      </div>
    </footer>
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
