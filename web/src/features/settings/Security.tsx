import { CircleCheck, KeyRound, ShieldAlert } from "lucide-react";
import { useAccount } from "@/app/account";
import { confirming } from "@/features/encryption/confirming";
import { t } from "@/i18n";
import { useObservable } from "@/matrix/observable";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./Settings.module.css";

/** Where this device stands, and the recovery key. */
export function Security() {
  const { encryption } = useAccount();
  const trust = useObservable(encryption.trust);
  const hasBackup = useObservable(encryption.hasBackup);
  const isSafe = hasBackup === true;
  if (trust === "unconfirmed") {
    return (
      <>
        <Notice kind="warning" icon={ShieldAlert}>
          {t("encryption.bannerConfirm")}
        </Notice>
        <p className={styles.text}>{t("encryption.confirmText")}</p>
        <Button look="main" onClick={() => confirming.set("confirm")}>
          {t("encryption.confirmTitle")}
        </Button>
      </>
    );
  }
  return (
    <>
      {hasBackup !== null && (
        <Notice kind={isSafe ? "good" : "warning"} icon={isSafe ? CircleCheck : KeyRound}>
          {isSafe ? t("encryption.allGood") : t("encryption.bannerKey")}
        </Notice>
      )}
      <p className={styles.text}>{t("encryption.pointKeyText")}</p>
      <Button onClick={() => confirming.set("key")}>
        {isSafe ? t("encryption.newKey") : t("encryption.makeKey")}
      </Button>
    </>
  );
}
