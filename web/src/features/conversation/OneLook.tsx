import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { t } from "@/i18n";
import { IconButton } from "@/ui/IconButton";
import styles from "./Viewer.module.css";

interface Props {
  readonly blob: Blob;
  readonly isVideo: boolean;
  readonly close: () => void;
}

/** A picture or video on the whole screen, which nothing keeps. */
export function OneLook({ blob, isVideo, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    dialog.current?.showModal();
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return (
    <dialog ref={dialog} className={styles.viewer} aria-label={t("messages.once")} onClose={close}>
      <header>
        <span>{t("messages.onceHint")}</span>
        <IconButton icon={X} label={t("ui.close")} onClick={close} />
      </header>
      {url && isVideo && (
        // biome-ignore lint/a11y/useMediaCaption: people's own videos have none.
        <video src={url} controls autoPlay controlsList="nodownload" />
      )}
      {url && !isVideo && (
        <img
          src={url}
          alt={t("messages.once")}
          draggable={false}
          onContextMenu={(event) => event.preventDefault()}
        />
      )}
    </dialog>
  );
}
