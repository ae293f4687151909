import { t } from "@/i18n";
import { fullDate } from "@/i18n/time";
import { TextField } from "@/ui/TextField";
import { fieldValue, suggestions } from "./later";
import styles from "./Scheduled.module.css";

interface Props {
  readonly at: number | null;
  readonly choose: (at: number | null) => void;
}

/** A time to come: one of those that many choose, or any other. */
export function TimeFields({ at, choose }: Props) {
  const now = Date.now();
  return (
    <>
      <ul className={styles.suggestions}>
        {suggestions(now).map((suggestion) => (
          <li key={suggestion.what}>
            <button type="button" aria-pressed={suggestion.at === at} onClick={() => choose(suggestion.at)}>
              <span>{t(`scheduled.at_${suggestion.what}`)}</span>
              <small>{fullDate(suggestion.at)}</small>
            </button>
          </li>
        ))}
      </ul>
      <TextField
        label={t("scheduled.time")}
        type="datetime-local"
        min={fieldValue(now)}
        value={at === null ? "" : fieldValue(at)}
        onChange={({ target }) => choose(target.value ? new Date(target.value).getTime() : null)}
      />
    </>
  );
}
