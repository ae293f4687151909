import { CircleCheck, KeyRound, ShieldAlert } from "lucide-react";
import { useState } from "react";
import { useAccount } from "@/app/account";
import { KeepKey } from "@/features/encryption/KeepKey";
import { Recover } from "@/features/encryption/Recover";
import { t } from "@/i18n";
import { useObservable } from "@/matrix/observable";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import styles from "./Settings.module.css";

/** Where this device stands, and the recovery key. */
export function Security() {
  const { encryption } = useAccount();
  const trust = useObservable(encryption.trust);
  const hasBackup = useObservable(encryption.hasBackup);
  const [dialog, setDialog] = useState<"recover" | "key" | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      {trust === "unconfirmed" ? (
        <Notice
          kind="warning"
          icon={ShieldAlert}
          action={
            <Button size="small" onClick={() => setDialog("recover")}>
              {t("encryption.recover")}
            </Button>
          }
        >
          {t("encryption.bannerConfirm")}
        </Notice>
      ) : (
        hasBackup !== null && (
          <Notice kind={hasBackup ? "good" : "warning"} icon={hasBackup ? CircleCheck : KeyRound}>
            {hasBackup ? t("encryption.allGood") : t("encryption.bannerKey")}
          </Notice>
        )
      )}
      <p className={styles.text}>{t("encryption.pointKeyText")}</p>
      {trust !== "unconfirmed" && (
        <Button onClick={() => setDialog("key")}>
          {hasBackup ? t("encryption.newKey") : t("encryption.makeKey")}
        </Button>
      )}
      {dialog === "recover" && (
        <Dialog title={t("encryption.confirmTitle")} close={close}>
          <Recover done={close} />
        </Dialog>
      )}
      {dialog === "key" && (
        <Dialog title={t("encryption.keyTitle")} close={close}>
          <KeepKey done={close} />
        </Dialog>
      )}
    </>
  );
}
