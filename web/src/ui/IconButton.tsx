import type { LucideIcon } from "lucide-react";
import { type ButtonHTMLAttributes, forwardRef } from "react";
import { classes } from "./class";
import styles from "./IconButton.module.css";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: LucideIcon;
  /** What it does: spoken, and shown when the pointer rests on it. */
  readonly label: string;
  readonly look?: "quiet" | "main" | "danger";
  readonly size?: "normal" | "small";
}

export const IconButton = forwardRef<HTMLButtonElement, Props>(function IconButton(
  { icon: Icon, label, look = "quiet", size = "normal", className, ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={classes(styles.button, styles[look], styles[size], className)}
    >
      <Icon size={size === "small" ? 18 : 20} strokeWidth={1.9} aria-hidden />
    </button>
  );
});
