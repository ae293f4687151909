import { type FormEvent, type ReactNode, useState } from "react";
import { ProofFields, useProof } from "@/features/accounts/Proof";
import { t } from "@/i18n";
import { Refusal } from "@/matrix/http";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import styles from "./Settings.module.css";

interface Props<T> {
  readonly title: string;
  readonly action: string;
  readonly look?: "main" | "danger";
  readonly children?: ReactNode;
  readonly close: () => void;
  /** What the password is for, with the code behind it where there has to be one; refused where it is wrong. */
  readonly run: (proof: string) => Promise<T>;
  /** What comes afterwards; nothing but the end of the dialog where it is left out. */
  readonly done?: (result: T) => void;
}

/** Asks for the password before something that nobody else may do. */
export function PasswordDialog<T>(props: Props<T>) {
  const { title, action, look = "danger", children, close, run, done = close } = props;
  const proof = useProof();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      done(await run(proof.typed));
    } catch (error) {
      const isWrong = error instanceof Refusal && error.code === "M_FORBIDDEN";
      setProblem(isWrong ? t("account.wrongPassword") : proof.refused(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} close={close} size="small">
      <form className={styles.form} onSubmit={submit}>
        {children}
        <ProofFields proof={proof} problem={problem} autoFocus />
        <Button look={look} type="submit" wide busy={isBusy}>
          {action}
        </Button>
      </form>
    </Dialog>
  );
}
