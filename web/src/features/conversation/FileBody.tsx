import { CircleAlert, Download, FileText, Play } from "lucide-react";
import { useState } from "react";
import { t } from "@/i18n";
import { fileSize } from "@/i18n/time";
import { useMedia } from "@/matrix/media";
import type { FileFacts, Message } from "@/matrix/message";
import { attempt } from "@/ui/attempt";
import { classes } from "@/ui/class";
import { Spinner } from "@/ui/Spinner";
import { useConversation } from "./context";
import styles from "./FileBody.module.css";

const WIDTH_MAX_PX = 360;
const HEIGHT_MAX_PX = 420;
const STICKER_PX = 160;

/** The room that a picture takes before it is there, so that nothing moves when it comes. */
function shownSize({ width, height }: FileFacts, max: number): { width: number; height: number } {
  const [w, h] = width && height ? [width, height] : [4, 3];
  const scale = Math.min(max / w, HEIGHT_MAX_PX / h, width && height ? 1 : Number.POSITIVE_INFINITY);
  return { width: Math.max(48, Math.round(w * scale)), height: Math.max(48, Math.round(h * scale)) };
}

export function ImageBody({ message, file }: { message: Message; file: FileFacts }) {
  const { account, ask } = useConversation();
  const isSticker = message.body.kind === "sticker";
  const size = shownSize(file, isSticker ? STICKER_PX : WIDTH_MAX_PX);
  const source = file.thumbnail ?? file.source;
  const { url, failed } = useMedia(account.media, source, { width: 480, height: 480, method: "scale" });
  const picture = (
    <span
      className={classes(styles.picture, isSticker && styles.sticker)}
      style={{ inlineSize: size.width, aspectRatio: `${size.width} / ${size.height}` }}
    >
      {url ? (
        <img src={url} alt={file.caption ?? file.name} draggable={false} />
      ) : (
        <Waiting hasFailed={failed} />
      )}
    </span>
  );
  if (isSticker) return picture;
  return (
    <>
      <button
        type="button"
        className={styles.open}
        aria-label={t("conversation.openPicture")}
        onClick={() => ask({ what: "view", message })}
      >
        {picture}
      </button>
      {file.caption && <Caption text={file.caption} />}
    </>
  );
}

export function Caption({ text }: { text: string }) {
  return (
    <p className={styles.caption} dir="auto">
      {text}
    </p>
  );
}

export function Waiting({ hasFailed }: { hasFailed?: boolean | undefined }) {
  return hasFailed ? <CircleAlert size={22} aria-label={t("conversation.notLoaded")} /> : <Spinner />;
}

export function VideoBody({ file }: { file: FileFacts }) {
  const { account } = useConversation();
  const [isWanted, setWanted] = useState(false);
  const size = shownSize(file, WIDTH_MAX_PX);
  const { url, failed } = useMedia(account.media, isWanted ? file.source : null);
  const poster = useMedia(account.media, file.thumbnail);
  const video = (
    <span
      className={styles.picture}
      style={{ inlineSize: size.width, aspectRatio: `${size.width} / ${size.height}` }}
    >
      {url ? (
        // biome-ignore lint/a11y/useMediaCaption: people's own videos have none.
        <video src={url} controls autoPlay poster={poster.url} />
      ) : (
        <button
          type="button"
          className={styles.play}
          onClick={() => setWanted(true)}
          aria-label={t("conversation.play")}
        >
          {poster.url && <img src={poster.url} alt="" />}
          <span>
            {isWanted ? <Waiting hasFailed={failed} /> : <Play size={22} fill="currentColor" aria-hidden />}
          </span>
        </button>
      )}
    </span>
  );
  return (
    <>
      {video}
      {file.caption && <Caption text={file.caption} />}
    </>
  );
}

export function AudioBody({ file }: { file: FileFacts }) {
  const { account } = useConversation();
  const { url, failed } = useMedia(account.media, file.source);
  if (!url) return <Waiting hasFailed={failed} />;
  // biome-ignore lint/a11y/useMediaCaption: people's own recordings have none.
  return <audio className={styles.audio} src={url} controls preload="metadata" />;
}

export function FileBody({ file }: { file: FileFacts }) {
  const { account } = useConversation();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      saveBlob(await account.media.blob(file.source), file.name);
    } finally {
      setBusy(false);
    }
  };
  const button = (
    <button
      type="button"
      className={styles.file}
      onClick={() => attempt(save(), t("conversation.notLoaded"))}
    >
      <span className={styles.icon}>
        {isBusy ? <Spinner /> : <FileText size={22} strokeWidth={1.7} aria-hidden />}
      </span>
      <span className={styles.facts}>
        <strong dir="auto">{file.name}</strong>
        <span>{file.sizeBytes !== null ? fileSize(file.sizeBytes) : t("conversation.kind_file")}</span>
      </span>
      <Download size={18} aria-label={t("conversation.save")} />
    </button>
  );
  return (
    <>
      {button}
      {file.caption && <Caption text={file.caption} />}
    </>
  );
}

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
