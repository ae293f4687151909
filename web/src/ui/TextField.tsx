import { forwardRef, type InputHTMLAttributes, type ReactNode, useId } from "react";
import { classes } from "./class";
import styles from "./TextField.module.css";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | null;
  /** Stands before what is typed and is not part of it. */
  readonly before?: ReactNode;
  readonly after?: ReactNode;
}

export const TextField = forwardRef<HTMLInputElement, Props>(function TextField(
  { label, hint, problem, before, after, className, ...rest },
  ref,
) {
  const id = useId();
  const note = problem || hint;
  return (
    <div className={classes(styles.field, className)}>
      <label htmlFor={id}>{label}</label>
      <div className={classes(styles.box, problem && styles.wrong)}>
        {before && <span className={styles.beside}>{before}</span>}
        <input
          ref={ref}
          id={id}
          {...rest}
          aria-invalid={problem ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
        />
        {after}
      </div>
      <p id={`${id}-note`} className={classes(styles.note, problem && styles.problem)} aria-live="polite">
        {note}
      </p>
    </div>
  );
});
