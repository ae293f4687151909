import { type FormEvent, type ReactNode, useState } from "react";
import { PasswordField } from "@/features/accounts/PasswordField";
import { sentence } from "@/features/accounts/refusal";
import { t } from "@/i18n";
import { Refusal } from "@/matrix/http";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import styles from "./Settings.module.css";

interface Props {
  readonly title: string;
  readonly action: string;
  readonly children?: ReactNode;
  readonly close: () => void;
  /** What the password is for; refused where it is wrong. */
  readonly run: (password: string) => Promise<void>;
}

/** Asks for the password before something that cannot be taken back. */
export function PasswordDialog({ title, action, children, close, run }: Props) {
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await run(password);
      close();
    } catch (error) {
      const isWrong = error instanceof Refusal && error.code === "M_FORBIDDEN";
      setProblem(isWrong ? t("account.wrongPassword") : sentence(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} close={close} size="small">
      <form className={styles.form} onSubmit={submit}>
        {children}
        <PasswordField
          value={password}
          problem={problem}
          autoComplete="current-password"
          required
          autoFocus
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button look="danger" type="submit" wide busy={isBusy}>
          {action}
        </Button>
      </form>
    </Dialog>
  );
}
