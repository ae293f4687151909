import { Bell } from "lucide-react";
import { t } from "@/i18n";
import type { Account } from "@/matrix/account";
import { useObservable } from "@/matrix/observable";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { chooseNotifications, notificationChoices } from "./choices";
import styles from "./Offer.module.css";
import { turnOn } from "./turn-on";

/** Asks once whether to tell of messages: when there is somebody who could write, and never before the browser is asked. */
export function Offer({ account }: { account: Account }) {
  const { isAsked } = useObservable(notificationChoices);
  const hasSpoken = useObservable(account.conversations.rows).some(({ kind }) => kind === "person");
  const isOpen = "Notification" in window && Notification.permission === "default";
  if (isAsked || !hasSpoken || !isOpen) return null;
  return (
    <div className={styles.offer}>
      <Notice icon={Bell}>
        {t("notifications.offer")}
        <span className={styles.answers}>
          <Button size="small" look="main" onClick={() => attempt(turnOn(account))}>
            {t("notifications.offerYes")}
          </Button>
          <Button size="small" look="quiet" onClick={() => chooseNotifications({ isAsked: true })}>
            {t("notifications.offerNo")}
          </Button>
        </span>
      </Notice>
    </div>
  );
}
