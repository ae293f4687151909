import { ChevronDown } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Spinner } from "@/ui/Spinner";
import styles from "./Fields.module.css";

interface SwitchProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly isOn: boolean;
  readonly disabled?: boolean;
  readonly choose: (isOn: boolean) => void;
}

export function Switch({ label, hint, isOn, disabled, choose }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <div className={styles.words}>
        <label htmlFor={id}>{label}</label>
        {hint && <p id={`${id}-hint`}>{hint}</p>}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className={styles.switch}
        checked={isOn}
        aria-checked={isOn}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => choose(event.target.checked)}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  readonly disabled?: boolean;
  readonly choose: (value: string) => void;
}

export function Choice({ label, hint, value, choices, disabled, choose }: ChoiceProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <div className={styles.words}>
        <label htmlFor={id}>{label}</label>
        {hint && <p id={`${id}-hint`}>{hint}</p>}
      </div>
      <span className={styles.select}>
        <select
          id={id}
          value={value}
          disabled={disabled}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => choose(event.target.value)}
        >
          {choices.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <ChevronDown size={18} aria-hidden />
      </span>
    </div>
  );
}

/** Settings that belong together. */
export function Group({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className={styles.group}>
      {title && <h2>{title}</h2>}
      <div className={styles.card}>{children}</div>
    </section>
  );
}

/** What stands where settings will be in a moment. */
export function Waiting() {
  return (
    <div className={styles.waiting} aria-busy="true">
      <Spinner size={28} />
    </div>
  );
}
