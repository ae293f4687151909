import { FileText, Film, X } from "lucide-react";
import { t } from "@/i18n";
import { fileSize } from "@/i18n/time";
import styles from "./ChosenList.module.css";
import type { Chosen } from "./chosen";

/** What will be sent with the text. */
export function ChosenList({ chosen }: { chosen: Chosen }) {
  if (chosen.files.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={t("albums.chosen")}>
      {chosen.files.map(({ id, file, picture }) => {
        const Icon = file.type.startsWith("video/") ? Film : FileText;
        return (
          <li key={id} className={styles.item} title={file.name}>
            {picture ? (
              <img src={picture} alt={file.name} draggable={false} />
            ) : (
              <span className={styles.facts}>
                <Icon size={20} strokeWidth={1.8} aria-hidden />
                <span dir="auto">{file.name}</span>
                <small>{fileSize(file.size)}</small>
              </span>
            )}
            <button
              type="button"
              aria-label={t("albums.remove", { name: file.name })}
              title={t("albums.remove", { name: file.name })}
              onClick={() => chosen.remove(id)}
            >
              <X size={14} strokeWidth={2.5} aria-hidden />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
