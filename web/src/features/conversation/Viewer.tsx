import { Download, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { t } from "@/i18n";
import { useMedia } from "@/matrix/media";
import type { FileFacts } from "@/matrix/message";
import { attempt } from "@/ui/attempt";
import { IconButton } from "@/ui/IconButton";
import { Spinner } from "@/ui/Spinner";
import { useConversation } from "./context";
import { saveBlob } from "./FileBody";
import styles from "./Viewer.module.css";

/** One picture, as large as the screen. */
export function Viewer({ file, close }: { file: FileFacts; close: () => void }) {
  const { account } = useConversation();
  const dialog = useRef<HTMLDialogElement>(null);
  const { url } = useMedia(account.media, file.source);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const save = async () => saveBlob(await account.media.blob(file.source), file.name);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it already, by the browser.
    <dialog
      ref={dialog}
      className={styles.viewer}
      aria-label={file.name}
      onClose={close}
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      <header>
        <span dir="auto">{file.name}</span>
        <IconButton icon={Download} label={t("conversation.save")} onClick={() => attempt(save())} />
        <IconButton icon={X} label={t("ui.close")} onClick={close} />
      </header>
      {url ? <img src={url} alt={file.caption ?? file.name} /> : <Spinner size={32} />}
    </dialog>
  );
}
