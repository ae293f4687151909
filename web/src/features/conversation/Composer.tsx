import { Mic, SendHorizontal, SmilePlus } from "lucide-react";
import { type ClipboardEvent, lazy, Suspense, useState } from "react";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import { sensitiveIn } from "@/matrix/policy";
import type { ConversationRow } from "@/matrix/row";
import { type Answered, editText, sendText } from "@/matrix/send";
import { attempt } from "@/ui/attempt";
import { IconButton } from "@/ui/IconButton";
import { About } from "./About";
import { AddMenu } from "./AddMenu";
import { ChosenList } from "./ChosenList";
import styles from "./Composer.module.css";
import { Counter } from "./Counter";
import { useConversation } from "./context";
import { useLimit } from "./limit";
import { MentionList } from "./MentionList";
import { useMentioning } from "./mentioning";
import { Picking } from "./Picking";
import { usePolicy } from "./policy";
import { pressedIn } from "./pressed";
import { type Recorder, useRecorder } from "./recorder";
import { SensitiveDialog } from "./SensitiveDialog";
import { UploadList } from "./UploadList";
import type { Uploads } from "./uploads";
import { VoiceRecorder } from "./VoiceRecorder";
import { useWriting } from "./writing";

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
  const { setPurpose, thread } = useConversation();
  const [isKept, setKept] = useState(false);
  const [isPicking, setPicking] = useState(false);
  const writing = useWriting(purpose);
  const mentioning = useMentioning(writing.text, writing.caret);
  const limit = useLimit(writing.text);
  const recorder = useRecorder();
  const answered = answeredBy(purpose);
  const { chosen } = uploads;
  const sending = useSending({ row, purpose, text: writing.text, uploads, clear: writing.clear });
  const send = () => {
    if (!limit.isOver) attempt(sending.send({ answered, thread, people: mentioning.people, isKept }));
  };
  const pressed = pressedIn({ writing, mentioning, purpose, messages, setPurpose, send });
  const pasted = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    chosen.add([...event.clipboardData.files]);
  };
  const isNaming = mentioning.fitting.length > 0;
  const hint = row.isEncrypted ? t("conversation.writeEncrypted") : t("conversation.write");

  return (
    <footer className={styles.composer}>
      <UploadList uploads={uploads} />
      <ChosenList chosen={chosen} />
      {purpose.kind !== "write" && <About purpose={purpose} close={writing.finish} />}
      {isPicking && (
        <Picking close={() => setPicking(false)}>
          <Suspense>
            <EmojiPanel
              insert={writing.insert}
              send={(file, size, isSticker) => {
                setPicking(false);
                const kind = isSticker ? "sticker" : "image";
                uploads.send({ file, kind, info: { w: size, h: size } }, answered);
              }}
            />
          </Suspense>
        </Picking>
      )}
      <MentionList
        people={mentioning.fitting}
        active={mentioning.active}
        choose={(person) => writing.replace(...mentioning.insert(person))}
      />
      {sending.doubts && <SensitiveDialog {...sending.doubts} />}
      <div className={styles.bar}>
        {recorder.isOn ? (
          <VoiceRecorder
            recorder={recorder}
            send={() => attempt(sendVoice(recorder, uploads, answered).then(writing.finish))}
          />
        ) : (
          <>
            <AddMenu uploads={uploads} answered={answered} isKept={isKept} setKept={setKept} />
            <textarea
              ref={writing.field}
              rows={1}
              dir="auto"
              value={writing.text}
              placeholder={thread ? t("threads.write") : hint}
              aria-label={thread ? t("threads.write") : t("conversation.write")}
              aria-invalid={limit.isOver || undefined}
              aria-controls={isNaming ? "mentions" : undefined}
              aria-activedescendant={isNaming ? `mention-${mentioning.active}` : undefined}
              enterKeyHint="enter"
              onChange={(event) => writing.write(event.target.value)}
              onSelect={({ currentTarget }) => writing.setCaret(currentTarget.selectionStart)}
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
            <MainButton
              isEdit={purpose.kind === "edit"}
              isEmpty={!writing.text.trim() && chosen.files.length === 0}
              isOver={limit.isOver}
              recorder={recorder}
              send={send}
            />
          </>
        )}
      </div>
    </footer>
  );
}

function answeredBy(purpose: Purpose): Answered | null {
  if (purpose.kind !== "reply") return null;
  return { eventId: purpose.message.eventId, senderId: purpose.message.senderId };
}

interface MainButtonProps {
  readonly isEdit: boolean;
  readonly isEmpty: boolean;
  readonly isOver: boolean;
  readonly recorder: Recorder;
  readonly send: () => void;
}

/** Sends what is written; where nothing is, it records. */
function MainButton({ isEdit, isEmpty, isOver, recorder, send }: MainButtonProps) {
  if (isEmpty && !isEdit && "MediaRecorder" in window) {
    return (
      <IconButton
        icon={Mic}
        label={t("messages.voiceRecord")}
        onClick={() => attempt(recorder.start(), t("messages.voiceRefused"))}
      />
    );
  }
  return (
    <IconButton
      icon={SendHorizontal}
      label={isEdit ? t("conversation.saveEdit") : t("conversation.send")}
      look={isEmpty ? "quiet" : "main"}
      disabled={isEmpty || isOver}
      // The keyboard of a phone would go and come.
      onMouseDown={(event) => event.preventDefault()}
      onClick={send}
    />
  );
}

interface SendingProps {
  readonly row: ConversationRow;
  readonly purpose: Purpose;
  readonly text: string;
  readonly uploads: Uploads;
  readonly clear: () => void;
}

/** Sends the text and what was chosen, after a question where the text holds what should not be sent in the open. */
function useSending({ row, purpose, text, uploads, clear }: SendingProps) {
  const { account, roomId } = useConversation();
  const policy = usePolicy();
  const [doubts, setDoubts] = useState<{ kinds: readonly string[]; send: () => void } | null>(null);
  const close = () => setDoubts(null);
  const send = async (options: Parameters<typeof sendText>[3]) => {
    const body = text.trim();
    const hasFiles = uploads.chosen.files.length > 0 && purpose.kind !== "edit";
    if (!body && !hasFiles) return;
    const sendNow = () => {
      close();
      if (hasFiles) uploads.add(uploads.chosen.take(), { ...options, caption: body });
      else if (purpose.kind === "edit") editText(account, roomId, purpose.message.eventId, body);
      else sendText(account, roomId, body, options);
      clear();
    };
    // Only what the server may read anyway is shown to it.
    const isOpen = !row.isEncrypted && policy?.warnsOfSensitive;
    const kinds = isOpen ? await sensitiveIn(account, body) : [];
    if (kinds.length > 0) setDoubts({ kinds, send: sendNow });
    else sendNow();
  };
  return { send, doubts: doubts && { ...doubts, close } };
}

async function sendVoice(recorder: Recorder, uploads: Uploads, answered: Answered | null): Promise<void> {
  const recording = await recorder.finish();
  if (!recording) return;
  const { file, durationMs: duration, waveform } = recording;
  const more = { "org.matrix.msc1767.audio": { duration, waveform }, "org.matrix.msc3245.voice": {} };
  uploads.send({ file, kind: "audio", info: { duration }, more }, answered);
}
