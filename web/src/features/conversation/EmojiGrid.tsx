import { type EmojiData, EmojiPicker, type EmojiPickerListComponents } from "frimousse";
import { language, t } from "@/i18n";
import { Spinner } from "@/ui/Spinner";
import styles from "./EmojiGrid.module.css";

const COLUMNS = 8;

/** The emoji with their names in one language, which the build puts beside the app. */
async function load(locale: string): Promise<EmojiData> {
  const response = await fetch(`/emoji/${locale}.json`);
  if (!response.ok) throw new Error(`emoji answered ${response.status}`);
  return (await response.json()) as EmojiData;
}

const PARTS: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...props }) => (
    <div {...props} className={styles.category}>
      {category.label}
    </div>
  ),
  Row: ({ children, ...props }) => (
    <div {...props} className={styles.row}>
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...props }) => (
    <button {...props} type="button" className={styles.emoji} title={emoji.label}>
      {emoji.emoji}
    </button>
  ),
};

/** Emoji to choose from, by group or by name. */
export function EmojiGrid({ choose }: { choose: (emoji: string) => void }) {
  return (
    <EmojiPicker.Root
      className={styles.picker}
      locale={language()}
      columns={COLUMNS}
      resolveEmojiData={load}
      onEmojiSelect={({ emoji }) => choose(emoji)}
    >
      <EmojiPicker.Search
        className={styles.search}
        placeholder={t("messages.emojiSearch")}
        aria-label={t("messages.emojiSearch")}
      />
      <EmojiPicker.Viewport className={styles.viewport}>
        <EmojiPicker.Loading className={styles.state}>
          <Spinner />
        </EmojiPicker.Loading>
        <EmojiPicker.Empty className={styles.state}>{t("messages.emojiNone")}</EmojiPicker.Empty>
        <EmojiPicker.List components={PARTS} />
      </EmojiPicker.Viewport>
    </EmojiPicker.Root>
  );
}
