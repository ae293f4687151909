import { type InputHTMLAttributes, useState } from "react";
import { t } from "@/i18n";
import { TextField } from "@/ui/TextField";
import styles from "./Entrance.module.css";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  readonly label?: string;
  readonly hint?: string;
  readonly problem?: string | null;
}

export function PasswordField(props: Props) {
  const [isShown, setShown] = useState(false);
  return (
    <TextField
      label={t("accounts.password")}
      {...props}
      type={isShown ? "text" : "password"}
      after={
        <button
          type="button"
          className={styles.show}
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? t("accounts.hide") : t("accounts.show")}
        </button>
      }
    />
  );
}
