import { t } from "@/i18n";
import { attempt } from "@/ui/attempt";
import styles from "./EmojiPanel.module.css";
import { type PackPicture, type Picked, pictureFile } from "./pack";

/** Pictures of the pack to choose from. */
export function PackPictures({
  pictures,
  send,
}: {
  pictures: readonly PackPicture[];
  send: (picked: Picked) => void;
}) {
  return (
    <ul className={styles.pictures}>
      {pictures.map((picture) => (
        <li key={picture.url}>
          <button
            type="button"
            aria-label={t("messages.sendPicture", { name: t(`messages.pack_${picture.name}`) })}
            onClick={() => attempt(pictureFile(picture).then(send))}
          >
            <img src={picture.url} alt="" draggable={false} />
          </button>
        </li>
      ))}
    </ul>
  );
}
