import { type Key, t } from "@/i18n";

/** What a picture is called, for those who cannot see it or read it out over the phone. */
export function emojiName(emoji: string, english: string): string {
  const key = `emoji.${english.toLowerCase().replace(/[^a-z]/g, "")}`;
  const name = t(key as Key);
  return name === key ? english || emoji : name;
}
