import { Mark } from "@/ui/Mark";
import styles from "./Opening.module.css";

/** The moment before there is anything to show. */
export function Opening() {
  return (
    <div className={styles.opening} aria-busy="true">
      <Mark size={44} />
    </div>
  );
}
