import { KeyRound, Lock, MonitorSmartphone } from "lucide-react";
import { useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { takePassword } from "@/features/accounts/password";
import { t } from "@/i18n";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { CopyAndSave } from "./CopyAndSave";
import styles from "./KeepKey.module.css";

interface Props {
  readonly done: () => void;
  readonly isFirstRun?: boolean;
}

/** What encryption means for the person, in one screen, and the recovery key. */
export function KeepKey({ done, isFirstRun }: Props) {
  const { encryption } = useAccount();
  const [key, setKey] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [hasFailed, setFailed] = useState(false);

  useEffect(() => {
    const password = takePassword();
    if (password) encryption.rememberPassword(password);
    // Messages are encrypted even if the person puts the recovery key off.
    encryption.setUp().catch(() => {});
  }, [encryption]);

  const make = async () => {
    setBusy(true);
    setFailed(false);
    try {
      setKey(await encryption.makeRecoveryKey());
    } catch {
      setFailed(true);
    }
    setBusy(false);
  };
  const leave = () => {
    encryption.forgetSecrets();
    done();
  };

  if (key) return <ShownKey recoveryKey={key} done={leave} />;
  return (
    <div className={styles.keep}>
      <h1>{t("encryption.title")}</h1>
      <ul>
        <Point icon={Lock} title={t("encryption.pointLock")} text={t("encryption.pointLockText")} />
        <Point
          icon={MonitorSmartphone}
          title={t("encryption.pointDevice")}
          text={t("encryption.pointDeviceText")}
        />
        <Point icon={KeyRound} title={t("encryption.pointKey")} text={t("encryption.pointKeyText")} />
      </ul>
      {hasFailed && <Notice kind="danger">{t("encryption.failed")}</Notice>}
      <div className={styles.actions}>
        <Button look="main" wide busy={isBusy} onClick={make}>
          {t("encryption.makeKey")}
        </Button>
        <Button look="quiet" wide disabled={isBusy} onClick={leave}>
          {isFirstRun ? t("encryption.later") : t("encryption.cancel")}
        </Button>
      </div>
    </div>
  );
}

function Point({ icon: Icon, title, text }: { icon: typeof Lock; title: string; text: string }) {
  return (
    <li>
      <span className={styles.icon}>
        <Icon size={20} strokeWidth={1.8} aria-hidden />
      </span>
      <div>
        <strong>{title}</strong>
        <p>{text}</p>
      </div>
    </li>
  );
}

export function ShownKey({ recoveryKey, done }: { recoveryKey: string; done: () => void }) {
  const [isKept, setKept] = useState(false);
  return (
    <div className={styles.keep}>
      <h1>{t("encryption.yourKey")}</h1>
      <p className={styles.lead}>{t("encryption.yourKeyText")}</p>
      <output className={styles.key} data-testid="recovery-key">
        {recoveryKey}
      </output>
      <CopyAndSave text={recoveryKey} fileName="aside-recovery-key.txt" kept={() => setKept(true)} />
      <label className={styles.check}>
        <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.target.checked)} />
        {t("encryption.kept")}
      </label>
      <Button look="main" wide disabled={!isKept} onClick={done}>
        {t("encryption.done")}
      </Button>
    </div>
  );
}
