import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./class";
import styles from "./Notice.module.css";

interface Props {
  readonly kind?: "plain" | "good" | "warning" | "danger";
  readonly icon?: LucideIcon;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** A sentence that should be seen, in the place that it is about. */
export function Notice({ kind = "plain", icon: Icon, action, children }: Props) {
  return (
    <div className={classes(styles.notice, styles[kind])} role={kind === "danger" ? "alert" : "status"}>
      {Icon && <Icon size={18} strokeWidth={1.9} aria-hidden />}
      <div className={styles.text}>{children}</div>
      {action}
    </div>
  );
}
