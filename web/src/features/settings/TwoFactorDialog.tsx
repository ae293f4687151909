import { type FormEvent, useMemo, useState } from "react";
import { useAccount } from "@/app/account";
import { sentence } from "@/features/accounts/refusal";
import { QrCode } from "@/features/encryption/QrCode";
import { t } from "@/i18n";
import { Refusal } from "@/matrix/http";
import { beginTwoFactor, confirmTwoFactor, type Enrolment } from "@/matrix/two-factor";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";
import { PasswordDialog } from "./PasswordDialog";
import { RecoveryCodes } from "./RecoveryCodes";
import styles from "./TwoFactor.module.css";

/** The password, then the app, then the recovery codes. */
export default function TwoFactorDialog({ close }: { close: () => void }) {
  const { session } = useAccount();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (!enrolment) {
    return (
      <PasswordDialog
        title={t("account.twoFactor")}
        action={t("accounts.continue")}
        look="main"
        close={close}
        run={(password) => beginTwoFactor(session, password)}
        done={setEnrolment}
      >
        <p>{t("account.twoFactorText")}</p>
      </PasswordDialog>
    );
  }
  return (
    <Dialog title={codes ? t("account.recoveryCodes") : t("account.twoFactor")} close={close}>
      {codes ? (
        <RecoveryCodes codes={codes} done={close} />
      ) : (
        <FirstCode enrolment={enrolment} confirmed={setCodes} />
      )}
    </Dialog>
  );
}

interface FirstCodeProps {
  readonly enrolment: Enrolment;
  readonly confirmed: (recoveryCodes: readonly string[]) => void;
}

/** A first code shows that the app has what it needs. */
function FirstCode({ enrolment: { secret, uri }, confirmed }: FirstCodeProps) {
  const { session } = useAccount();
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const bytes = useMemo(() => new TextEncoder().encode(uri), [uri]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      confirmed(await confirmTwoFactor(session, code.replace(/\s/g, "")));
    } catch (error) {
      const isWrong = error instanceof Refusal && error.code === "M_FORBIDDEN";
      setProblem(isWrong ? t("accounts.wrongCode") : sentence(error));
      setBusy(false);
    }
  };
  return (
    <form className={styles.step} onSubmit={submit}>
      <p>{t("account.twoFactorScan")}</p>
      <QrCode bytes={bytes} label={t("account.twoFactorScan")} />
      <output className={styles.secret}>{secret.match(/.{1,4}/g)?.join(" ")}</output>
      <TextField
        label={t("accounts.code")}
        hint={t("account.twoFactorCodeHint")}
        problem={problem}
        value={code}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={12}
        required
        autoFocus
        onChange={(event) => setCode(event.target.value)}
      />
      <Button look="main" type="submit" wide busy={isBusy}>
        {t("account.twoFactorConfirm")}
      </Button>
    </form>
  );
}
