import { t } from "@/i18n";
import styles from "./ListSkeleton.module.css";

const ROWS = [72, 54, 64, 48, 70, 58, 66, 50];

/** Where rows will be. */
export function ListSkeleton() {
  return (
    <div className={styles.rows} role="status" aria-label={t("app.loading")}>
      {ROWS.map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same and never move.
        <div key={index} className={styles.row}>
          <span className={styles.circle} />
          <span className={styles.lines}>
            <span style={{ inlineSize: `${width / 1.6}%` }} />
            <span style={{ inlineSize: `${width}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}
