import { RotateCw, X } from "lucide-react";
import { t } from "@/i18n";
import { IconButton } from "@/ui/IconButton";
import styles from "./UploadList.module.css";
import type { Uploads } from "./uploads";

/** Files on their way, and what became of those that did not get there. */
export function UploadList({ uploads }: { uploads: Uploads }) {
  if (uploads.list.length === 0) return null;
  return (
    <ul className={styles.list}>
      {uploads.list.map(({ id, name, share, problem, again, cancel }) => (
        <li key={id} className={styles.item}>
          <div>
            <span dir="auto">{name}</span>
            {problem ? (
              <span className={styles.problem} role="alert">
                {problem}
              </span>
            ) : (
              <progress value={share} max={1} aria-label={t("conversation.uploading", { name })} />
            )}
          </div>
          {again && (
            <IconButton icon={RotateCw} size="small" label={t("conversation.sendAgain")} onClick={again} />
          )}
          <IconButton icon={X} size="small" label={t("ui.cancel")} onClick={cancel} />
        </li>
      ))}
    </ul>
  );
}
