import { useState } from "react";
import { useAccount } from "@/app/account";
import { endFirstRun } from "@/app/first-run";
import { KeepKey } from "@/features/encryption/KeepKey";
import { t } from "@/i18n";
import { localpart } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { classes } from "@/ui/class";
import { Mark } from "@/ui/Mark";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import styles from "./Entrance.module.css";
import { PicturePicker } from "./PicturePicker";

/** The first minutes of an account: who are you, and what is yours alone. */
export default function Welcome() {
  const [step, setStep] = useState(0);
  return (
    <div className={styles.entrance}>
      <main className={classes(styles.card, styles.wide)}>
        <p className={styles.brand}>
          <Mark /> Aside
        </p>
        <div className={styles.steps} aria-hidden="true">
          {[0, 1].map((index) => (
            <span key={index} data-done={index <= step} />
          ))}
        </div>
        {step === 0 ? <NameAndPicture next={() => setStep(1)} /> : <KeepKey done={endFirstRun} isFirstRun />}
      </main>
    </div>
  );
}

function NameAndPicture({ next }: { next: () => void }) {
  const account = useAccount();
  const [name, setName] = useState("");
  const [isBusy, setBusy] = useState(false);

  const submit = async () => {
    setBusy(true);
    try {
      if (name.trim()) await account.client.setDisplayName(name.trim());
      next();
    } catch {
      toast(t("app.unexpected"));
      setBusy(false);
    }
  };

  return (
    <>
      <h1>{t("accounts.whoTitle")}</h1>
      <p className={styles.lead}>{t("accounts.whoText")}</p>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <PicturePicker name={name || localpart(account.userId)} className={styles.picture} />
        <TextField
          label={t("accounts.yourName")}
          hint={t("accounts.yourNameHint", { name: localpart(account.userId) })}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="name"
          maxLength={100}
          autoFocus
        />
        <Button look="main" type="submit" wide busy={isBusy}>
          {t("accounts.continue")}
        </Button>
      </form>
    </>
  );
}
