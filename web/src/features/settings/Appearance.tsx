import { chooseLanguage } from "@/app/language";
import { LANGUAGES, type Language, language, t } from "@/i18n";
import { useObservable } from "@/matrix/observable";
import { chooseTheme, type Theme, theme } from "@/ui/theme";
import styles from "./Settings.module.css";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

export function Appearance() {
  const chosen = useObservable(theme);
  return (
    <>
      <fieldset className={styles.group}>
        <legend>{t("settings.theme")}</legend>
        <div className={styles.choices}>
          {THEMES.map((choice) => (
            <label key={choice} className={styles.choice}>
              <input
                type="radio"
                name="theme"
                checked={chosen === choice}
                onChange={() => chooseTheme(choice)}
              />
              {t(`settings.theme_${choice}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset className={styles.group}>
        <legend>{t("settings.language")}</legend>
        <div className={styles.choices}>
          {(Object.keys(LANGUAGES) as Language[]).map((tag) => (
            <label key={tag} className={styles.choice} lang={tag}>
              <input
                type="radio"
                name="language"
                checked={language() === tag}
                onChange={() => void chooseLanguage(tag)}
              />
              {LANGUAGES[tag]}
            </label>
          ))}
        </div>
      </fieldset>
    </>
  );
}
