import { SmilePlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import type { ConversationRow } from "@/matrix/row";
import type { Answered } from "@/matrix/send";
import { attempt } from "@/ui/attempt";
import { IconButton } from "@/ui/IconButton";
import { About } from "./About";
import { AddMenu } from "./AddMenu";
import { ChosenList } from "./ChosenList";
import styles from "./Composer.module.css";
import { Counter } from "./Counter";
import { useConversation } from "./context";
import { Field } from "./Field";
import { useLimit } from "./limit";
import { MainButton } from "./MainButton";
import { MentionList } from "./MentionList";
import { useMentioning } from "./mentioning";
import { Picking } from "./Picking";
import { pressedIn } from "./pressed";
import { type Recorder, useRecorder } from "./recorder";
import { ScheduledBar } from "./ScheduledBar";
import { SensitiveDialog } from "./SensitiveDialog";
import { useSending } from "./sending";
import { UploadList } from "./UploadList";
import type { Uploads } from "./uploads";
import { VoiceRecorder } from "./VoiceRecorder";
import { useWriting } from "./writing";

const EmojiPanel = lazy(() => import("./EmojiPanel"));
const LaterDialog = lazy(() => import("./LaterDialog"));

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
  const [isWaiting, setWaiting] = useState(false);
  const writing = useWriting(purpose);
  const mentioning = useMentioning(writing.text, writing.caret);
  const limit = useLimit(writing.text);
  const recorder = useRecorder();
  const answered = answeredBy(purpose);
  const { chosen } = uploads;
  const sending = useSending({ row, purpose, text: writing.text, uploads, clear: writing.clear });
  const options = { answered, thread, people: mentioning.people, isKept };
  const send = () => {
    if (!limit.isOver) attempt(sending.send(options));
  };
  const sendLater = sending.mayWait && !limit.isOver ? () => setWaiting(true) : null;
  const keys = {
    pressed: pressedIn({ writing, mentioning, purpose, messages, setPurpose, send }),
    pasted: chosen.add,
  };

  return (
    <footer className={styles.composer}>
      {!thread && <ScheduledBar />}
      <UploadList uploads={uploads} />
      <ChosenList chosen={chosen} />
      {purpose.kind !== "write" && <About purpose={purpose} close={writing.finish} />}
      {isPicking && (
        <Picking close={() => setPicking(false)}>
          <Suspense>
            <EmojiPanel
              insert={writing.insert}
              send={({ file, width, height }, isSticker) => {
                setPicking(false);
                const kind = isSticker ? "sticker" : "image";
                uploads.send({ file, kind, info: { w: width, h: height } }, answered);
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
      {isWaiting && (
        <Suspense>
          <LaterDialog
            close={() => setWaiting(false)}
            send={(at) => {
              setWaiting(false);
              attempt(sending.sendAt(at, options));
            }}
          />
        </Suspense>
      )}
      <div className={styles.bar}>
        {recorder.isOn ? (
          <VoiceRecorder
            recorder={recorder}
            send={() => attempt(sendVoice(recorder, uploads, answered).then(writing.finish))}
          />
        ) : (
          <>
            <AddMenu
              uploads={uploads}
              answered={answered}
              isKept={isKept}
              setKept={setKept}
              sendLater={sendLater}
            />
            <Field row={row} writing={writing} mentioning={mentioning} isOver={limit.isOver} {...keys} />
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
              sendLater={sendLater}
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

async function sendVoice(recorder: Recorder, uploads: Uploads, answered: Answered | null): Promise<void> {
  const recording = await recorder.finish();
  if (!recording) return;
  const { file, durationMs: duration, waveform } = recording;
  const more = { "org.matrix.msc1767.audio": { duration, waveform }, "org.matrix.msc3245.voice": {} };
  uploads.send({ file, kind: "audio", info: { duration }, more }, answered);
}
