import { ChevronLeft, ChevronRight, Download, Forward, X } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { t } from "@/i18n";
import { fullDate } from "@/i18n/time";
import { useMedia } from "@/matrix/media";
import type { FileFacts, Message } from "@/matrix/message";
import { useObservable } from "@/matrix/observable";
import { attempt } from "@/ui/attempt";
import { IconButton } from "@/ui/IconButton";
import { Spinner } from "@/ui/Spinner";
import { Covered } from "./Covered";
import { useConversation } from "./context";
import { saveBlob } from "./FileBody";
import styles from "./Viewer.module.css";

/** A finger that moved so far sideways means the next picture. */
const SWIPE_PX = 60;

/** One picture as large as the screen, with the conversation's others before and after it. */
export default function Viewer({ message, close }: { message: Message; close: () => void }) {
  const { source } = useConversation();
  const state = useObservable(source);
  const dialog = useRef<HTMLDialogElement>(null);
  const [shownId, setShownId] = useState(message.eventId);
  const all = picturesOf([...state.messages, ...[...state.threads.values()].flat()]);
  const index = all.findIndex(({ eventId }) => eventId === shownId);
  const shown = all[index] ?? message;
  const file = fileOf(shown);
  const step = (by: number) => setShownId(all[index + by]?.eventId ?? shownId);
  const swipe = useSwipe(step);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const pressed = ({ key }: KeyboardEvent) => {
    if (key === "ArrowLeft" || key === "ArrowRight") step((key === "ArrowLeft") === isRtl() ? 1 : -1);
  };
  return (
    <dialog
      ref={dialog}
      className={styles.viewer}
      aria-label={file?.name}
      onClose={close}
      onKeyDown={pressed}
      onClick={(event) => event.target === event.currentTarget && close()}
      {...swipe}
    >
      <Top shown={shown} close={close} />
      {file && (
        <Covered key={shownId} message={shown}>
          <Shown file={file} isVideo={shown.body.kind === "video"} />
        </Covered>
      )}
      {file?.caption && (
        <p className={styles.caption} dir="auto">
          {file.caption}
        </p>
      )}
      {index > 0 && (
        <IconButton
          icon={ChevronLeft}
          label={t("albums.previous")}
          className={styles.before}
          onClick={() => step(-1)}
        />
      )}
      {index >= 0 && index < all.length - 1 && (
        <IconButton
          icon={ChevronRight}
          label={t("albums.next")}
          className={styles.after}
          onClick={() => step(1)}
        />
      )}
    </dialog>
  );
}

function Top({ shown, close }: { shown: Message; close: () => void }) {
  const { account, ask } = useConversation();
  const file = fileOf(shown);
  const save = async () => file && saveBlob(await account.media.blob(file.source), file.name);
  return (
    <header>
      <span className={styles.about}>
        <bdi>{shown.senderName}</bdi>
        <time dateTime={new Date(shown.at).toISOString()}>{fullDate(shown.at)}</time>
      </span>
      {shown.mayForward && (
        <IconButton
          icon={Forward}
          label={t("messages.forward")}
          onClick={() => ask({ what: "forward", message: shown })}
        />
      )}
      <IconButton icon={Download} label={t("conversation.save")} onClick={() => attempt(save())} />
      <IconButton icon={X} label={t("ui.close")} onClick={close} />
    </header>
  );
}

/** What may be seen once is not among them. */
function picturesOf(messages: readonly Message[]): readonly Message[] {
  const pictures = messages.filter(
    ({ body, isViewOnce }) => (body.kind === "image" || body.kind === "video") && !isViewOnce,
  );
  return pictures.sort((a, b) => a.at - b.at);
}

function fileOf({ body }: Message): FileFacts | null {
  return "file" in body ? body.file : null;
}

function Shown({ file, isVideo }: { file: FileFacts; isVideo: boolean }) {
  const { account } = useConversation();
  const { url } = useMedia(account.media, file.source);
  if (!url) return <Spinner size={32} />;
  // biome-ignore lint/a11y/useMediaCaption: people's own videos have none.
  if (isVideo) return <video src={url} controls autoPlay />;
  return <img src={url} alt={file.caption ?? file.name} draggable={false} />;
}

function isRtl(): boolean {
  return document.documentElement.dir === "rtl";
}

function useSwipe(step: (by: number) => void) {
  const from = useRef<number | null>(null);
  return {
    onPointerDown: (event: PointerEvent) => {
      from.current = event.pointerType === "touch" && event.isPrimary ? event.clientX : null;
    },
    onPointerUp: (event: PointerEvent) => {
      const moved = from.current === null ? 0 : event.clientX - from.current;
      from.current = null;
      if (Math.abs(moved) >= SWIPE_PX) step(moved < 0 === isRtl() ? -1 : 1);
    },
  };
}
