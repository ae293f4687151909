import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Empty.module.css";

interface Props {
  readonly icon?: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** What stands where there is nothing yet, or where something went wrong. */
export function Empty({ icon: Icon, title, children, action }: Props) {
  return (
    <div className={styles.empty}>
      {Icon && (
        <span className={styles.icon}>
          <Icon size={28} strokeWidth={1.6} aria-hidden />
        </span>
      )}
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}
