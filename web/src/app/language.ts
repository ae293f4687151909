import { type Language, language, rememberLanguage, speak } from "@/i18n";
import { Cell } from "@/matrix/observable";

/** The language that is on the screen; when it changes, everything is drawn anew. */
export const languageShown = new Cell<Language | null>(null);

export async function chooseLanguage(tag: Language): Promise<void> {
  if (tag === language()) return;
  rememberLanguage(tag);
  await speak(tag);
  languageShown.set(tag);
}
