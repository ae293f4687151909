import { useState } from "react";
import { t } from "@/i18n";
import { classes } from "@/ui/class";
import { EmojiGrid } from "./EmojiGrid";
import styles from "./EmojiPanel.module.css";
import { GifPanel } from "./GifPanel";
import { PackPictures } from "./PackPictures";
import { type Picked, stickers } from "./pack";

const TABS = ["emoji", "stickers", "gifs"] as const;
type Tab = (typeof TABS)[number];

interface Props {
  readonly insert: (emoji: string) => void;
  readonly send: (picked: Picked, isSticker: boolean) => void;
}

/** Emoji for the text, stickers, and moving pictures. */
export default function EmojiPanel({ insert, send }: Props) {
  const [tab, setTab] = useState<Tab>("emoji");
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
        {tab === "emoji" && <EmojiGrid choose={insert} />}
        {tab === "stickers" && <PackPictures pictures={stickers} send={(picked) => send(picked, true)} />}
        {tab === "gifs" && <GifPanel send={(picked) => send(picked, false)} />}
      </div>
    </div>
  );
}
