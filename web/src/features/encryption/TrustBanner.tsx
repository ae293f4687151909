import { Eye, KeyRound, MonitorSmartphone, ShieldAlert } from "lucide-react";
import { useLocation } from "wouter";
import { routes } from "@/app/routes";
import { Offer } from "@/features/notifications/Offer";
import { useReviewDue } from "@/features/settings/review";
import { t } from "@/i18n";
import type { Account } from "@/matrix/account";
import { useObservable } from "@/matrix/observable";
import { confirming } from "./confirming";
import styles from "./TrustBanner.module.css";

/**
 * Says above the list what is still to do so that messages can be read here, now and later, and by nobody else. When all of
 * that is done, it offers what is only convenient.
 */
export default function TrustBanner({ account }: { account: Account }) {
  const trust = useObservable(account.encryption.trust);
  const hasBackup = useObservable(account.encryption.hasBackup);
  const strangers = useObservable(account.encryption.strangers);
  const isReviewDue = useReviewDue(account);
  const [, go] = useLocation();
  if (trust === "unconfirmed") {
    return (
      <button type="button" className={styles.banner} onClick={() => confirming.set("confirm")}>
        <ShieldAlert size={18} strokeWidth={1.9} aria-hidden />
        <span>{t("encryption.bannerConfirm")}</span>
      </button>
    );
  }
  if (trust === "new" || (trust === "confirmed" && hasBackup === false)) {
    return (
      <button type="button" className={styles.banner} onClick={() => confirming.set("key")}>
        <KeyRound size={18} strokeWidth={1.9} aria-hidden />
        <span>{t("encryption.bannerKey")}</span>
      </button>
    );
  }
  if (trust === "confirmed" && strangers.length > 0) {
    return (
      <button type="button" className={styles.banner} onClick={() => go(routes.section("devices"))}>
        <MonitorSmartphone size={18} strokeWidth={1.9} aria-hidden />
        <span>{t("encryption.bannerStranger")}</span>
      </button>
    );
  }
  if (isReviewDue) {
    return (
      <button type="button" className={styles.banner} onClick={() => go(routes.section("privacy"))}>
        <Eye size={18} strokeWidth={1.9} aria-hidden />
        <span>{t("privacy.reviewBanner")}</span>
      </button>
    );
  }
  return <Offer account={account} />;
}
