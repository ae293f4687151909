import { useState } from "react";
import { useAccount } from "@/app/account";
import { chooseNotifications, notificationChoices } from "@/features/notifications/choices";
import { chooseClosedToo, turnOff, turnOn } from "@/features/notifications/turn-on";
import { t } from "@/i18n";
import { useObservable } from "@/matrix/observable";
import { setMuted } from "@/matrix/rooms";
import { localpart } from "@/matrix/session";
import { canPush } from "@/matrix/web-push";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Group, Switch } from "./Fields";
import styles from "./Settings.module.css";

/** What this browser tells of, and which conversations are quiet. */
export function NotificationsPage() {
  const account = useAccount();
  const { isOn, showsText, isClosedToo } = useObservable(notificationChoices);
  const [permission, setPermission] = useState(
    "Notification" in window ? Notification.permission : "unsupported",
  );
  const choose = async (wanted: boolean) => {
    if (wanted) setPermission(await turnOn(account));
    else await turnOff(account);
  };
  if (permission === "unsupported") {
    return (
      <>
        <Notice>{t("notifications.unsupported")}</Notice>
        <Quiet />
      </>
    );
  }
  const isShown = isOn && permission === "granted";
  return (
    <>
      {permission === "denied" && <Notice kind="warning">{t("notifications.denied")}</Notice>}
      <Group title={t("notifications.onThisDevice")}>
        <Switch
          label={t("notifications.show")}
          hint={t("notifications.showHint")}
          isOn={isShown}
          disabled={permission === "denied"}
          choose={(wanted) => attempt(choose(wanted))}
        />
        {canPush() && (
          <Switch
            label={t("notifications.closed")}
            hint={t("notifications.closedHint")}
            isOn={isShown && isClosedToo}
            disabled={!isShown}
            choose={(wanted) => attempt(chooseClosedToo(account, wanted), t("notifications.closedRefused"))}
          />
        )}
        <Switch
          label={t("notifications.text")}
          hint={t("notifications.textHint")}
          isOn={showsText}
          disabled={!isShown}
          choose={(showsText) => chooseNotifications({ showsText })}
        />
      </Group>
      <Quiet />
    </>
  );
}

function Quiet() {
  const account = useAccount();
  const muted = useObservable(account.conversations.rows).filter(({ isMuted }) => isMuted);
  return (
    <Group title={t("notifications.muted")}>
      {muted.length === 0 && <p className={styles.none}>{t("notifications.nothingMuted")}</p>}
      {muted.map(({ id, name }) => (
        <div key={id} className={styles.person}>
          <bdi className={styles.name}>{name.startsWith("@") ? localpart(name) : name}</bdi>
          <Button size="small" onClick={() => attempt(setMuted(account.client, id, false))}>
            {t("conversations.unmute")}
          </Button>
        </div>
      ))}
    </Group>
  );
}
