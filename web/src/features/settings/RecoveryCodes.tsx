import { useState } from "react";
import { CopyAndSave } from "@/features/encryption/CopyAndSave";
import { t } from "@/i18n";
import { Button } from "@/ui/Button";
import styles from "./TwoFactor.module.css";

/** Codes for the day on which the phone is lost; they are shown this once. */
export function RecoveryCodes({ codes, done }: { codes: readonly string[]; done: () => void }) {
  const [isKept, setKept] = useState(false);
  return (
    <div className={styles.step}>
      <p>{t("account.recoveryCodesText")}</p>
      <ul className={styles.codes} data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyAndSave text={codes.join("\n")} fileName="aside-recovery-codes.txt" kept={() => setKept(true)} />
      <label className={styles.check}>
        <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.target.checked)} />
        {t("account.recoveryCodesKept")}
      </label>
      <Button look="main" wide disabled={!isKept} onClick={done}>
        {t("encryption.done")}
      </Button>
    </div>
  );
}
