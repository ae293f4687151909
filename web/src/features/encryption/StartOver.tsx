import { type FormEvent, useState } from "react";
import { useAccount } from "@/app/account";
import { PasswordField } from "@/features/accounts/PasswordField";
import { t } from "@/i18n";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./Confirming.module.css";
import { ShownKey } from "./KeepKey";

/** For those who have neither another device nor their recovery key. */
export function StartOver({ done }: { done: () => void }) {
  const { encryption } = useAccount();
  const [password, setPassword] = useState("");
  const [key, setKey] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [hasFailed, setFailed] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailed(false);
    try {
      setKey(await encryption.startOver(password));
    } catch {
      setFailed(true);
    }
    encryption.forgetSecrets();
    setBusy(false);
  };

  if (key) return <ShownKey recoveryKey={key} done={done} />;
  return (
    <form onSubmit={submit}>
      <p className={styles.text}>{t("encryption.startOverText")}</p>
      <PasswordField
        value={password}
        problem={hasFailed ? t("encryption.startOverFailed") : null}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="current-password"
        required
        autoFocus
      />
      <Notice kind="warning">{t("encryption.startOverWarning")}</Notice>
      <br />
      <Button look="danger" type="submit" wide busy={isBusy}>
        {t("encryption.startOver")}
      </Button>
    </form>
  );
}
