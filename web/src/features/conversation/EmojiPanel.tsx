import { useState } from "react";
import { t } from "@/i18n";
import { attempt } from "@/ui/attempt";
import { classes } from "@/ui/class";
import { EmojiGrid } from "./EmojiGrid";
import styles from "./EmojiPanel.module.css";
import { moving, type PackPicture, pictureFile, stickers } from "./pack";

const TABS = ["emoji", "stickers", "gifs"] as const;
type Tab = (typeof TABS)[number];

interface Props {
  readonly insert: (emoji: string) => void;
  readonly send: (file: File, size: number, isSticker: boolean) => void;
}

/** Emoji for the text, and stickers and moving pictures from the pack that comes with the app. */
export default function EmojiPanel({ insert, send }: Props) {
  const [tab, setTab] = useState<Tab>("emoji");
  const pictures = tab === "stickers" ? stickers : moving;
  const sendPicture = async (picture: PackPicture) => {
    const { file, size } = await pictureFile(picture);
    send(file, size, tab === "stickers");
  };
  return (
    <div className={styles.panel}>
      <div role="tablist" className={styles.tabs}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`panel-${name}`}
            aria-selected={tab === name}
            aria-controls="panel-content"
            className={classes(styles.tab, tab === name && styles.chosen)}
            onClick={() => setTab(name)}
          >
            {t(`messages.tab_${name}`)}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="panel-content" aria-labelledby={`panel-${tab}`}>
        {tab === "emoji" ? (
          <EmojiGrid choose={insert} />
        ) : (
          <ul className={styles.pictures}>
            {pictures.map((picture) => (
              <li key={picture.url}>
                <button
                  type="button"
                  aria-label={t("messages.sendPicture", { name: t(`messages.pack_${picture.name}`) })}
                  onClick={() => attempt(sendPicture(picture))}
                >
                  <img src={picture.url} alt="" draggable={false} />
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
