import { type ButtonHTMLAttributes, forwardRef } from "react";
import styles from "./Button.module.css";
import { classes } from "./class";
import { Spinner } from "./Spinner";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "main" | "plain" | "quiet" | "danger";
  readonly size?: "normal" | "small";
  readonly wide?: boolean;
  /** Shows that the work has begun, and keeps it from being begun twice. */
  readonly busy?: boolean;
}

export const Button = forwardRef<HTMLButtonElement, Props>(function Button(
  { look = "plain", size = "normal", wide, busy, className, disabled, children, ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(styles.button, styles[look], styles[size], wide && styles.wide, className)}
    >
      {busy && <Spinner size={16} />}
      {children}
    </button>
  );
});
