import { CircleCheck, ShieldPlus } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { calendarDate } from "@/i18n/time";
import { readTwoFactor, renewCodes, stopTwoFactor, type TwoFactor } from "@/matrix/two-factor";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Group } from "./Fields";
import { PasswordDialog } from "./PasswordDialog";
import { RecoveryCodes } from "./RecoveryCodes";
import styles from "./Settings.module.css";

const TwoFactorDialog = lazy(() => import("./TwoFactorDialog"));

type Open = "start" | "stop" | "renew" | readonly string[] | null;

/** The second step at sign-in: how it stands, and the way on and off. */
export function TwoFactorGroup() {
  const { session } = useAccount();
  const [state, setState] = useState<TwoFactor | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const look = useCallback(() => {
    readTwoFactor(session).then(setState, () => {});
  }, [session]);
  useEffect(look, [look]);
  const close = () => {
    setOpen(null);
    look();
  };
  if (!state) return null;
  return (
    <Group title={t("account.twoFactor")}>
      <div className={styles.inset}>
        {state.since === null ? (
          <>
            <p className={styles.text}>{t("account.twoFactorText")}</p>
            <Button onClick={() => setOpen("start")}>
              <ShieldPlus size={17} aria-hidden /> {t("account.twoFactorStart")}
            </Button>
          </>
        ) : (
          <>
            <Notice kind="good" icon={CircleCheck}>
              {t("account.twoFactorOn", { date: calendarDate(state.since) })}{" "}
              {t("account.codesLeft", { count: state.codesLeft })}
            </Notice>
            <div className={styles.acts}>
              <Button onClick={() => setOpen("renew")}>{t("account.recoveryCodesNew")}</Button>
              <Button look="danger" onClick={() => setOpen("stop")}>
                {t("account.twoFactorStop")}
              </Button>
            </div>
          </>
        )}
      </div>
      {open === "start" && (
        <Suspense>
          <TwoFactorDialog close={close} />
        </Suspense>
      )}
      {open === "stop" && (
        <PasswordDialog
          title={t("account.twoFactorStopTitle")}
          action={t("account.twoFactorStop")}
          close={close}
          run={(proof) => stopTwoFactor(session, proof)}
        >
          <p>{t("account.twoFactorStopText")}</p>
        </PasswordDialog>
      )}
      {open === "renew" && (
        <PasswordDialog
          title={t("account.recoveryCodesNew")}
          action={t("account.recoveryCodesNew")}
          look="main"
          close={close}
          run={(proof) => renewCodes(session, proof)}
          done={setOpen}
        >
          <p>{t("account.recoveryCodesNewText")}</p>
        </PasswordDialog>
      )}
      {open !== null && typeof open === "object" && (
        <Dialog title={t("account.recoveryCodes")} close={close}>
          <RecoveryCodes codes={open} done={close} />
        </Dialog>
      )}
    </Group>
  );
}
