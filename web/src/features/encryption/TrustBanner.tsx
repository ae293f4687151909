import { KeyRound, ShieldAlert } from "lucide-react";
import { useState } from "react";
import { t } from "@/i18n";
import type { Account } from "@/matrix/account";
import { useObservable } from "@/matrix/observable";
import { Dialog } from "@/ui/Dialog";
import { KeepKey } from "./KeepKey";
import { Recover } from "./Recover";
import styles from "./TrustBanner.module.css";

/** Says above the list what is still to do so that messages can be read here, now and later. */
export function TrustBanner({ account }: { account: Account }) {
  const trust = useObservable(account.encryption.trust);
  const hasBackup = useObservable(account.encryption.hasBackup);
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const wanted =
    trust === "unconfirmed"
      ? "confirm"
      : trust === "new" || (trust === "confirmed" && hasBackup === false)
        ? "key"
        : null;
  if (!wanted) return null;
  const Icon = wanted === "confirm" ? ShieldAlert : KeyRound;
  return (
    <>
      <button type="button" className={styles.banner} onClick={() => setOpen(true)}>
        <Icon size={18} strokeWidth={1.9} aria-hidden />
        <span>{wanted === "confirm" ? t("encryption.bannerConfirm") : t("encryption.bannerKey")}</span>
      </button>
      {isOpen && (
        <Dialog
          title={wanted === "confirm" ? t("encryption.confirmTitle") : t("encryption.keyTitle")}
          close={close}
        >
          {wanted === "confirm" ? <Recover done={close} /> : <KeepKey done={close} />}
        </Dialog>
      )}
    </>
  );
}
