import { t } from "@/i18n";
import { classes } from "@/ui/class";
import styles from "./Composer.module.css";
import type { Limit } from "./limit";

/** How much may still be written, once the limit is near. */
export function Counter({ limit }: { limit: Limit }) {
  if (limit.left === null) return null;
  return (
    <span
      className={classes(styles.counter, limit.isOver && styles.over)}
      role="status"
      title={t("messages.left", { count: limit.left })}
    >
      <span aria-hidden>{limit.left}</span>
      <span className="only-spoken">{t("messages.left", { count: limit.left })}</span>
    </span>
  );
}
