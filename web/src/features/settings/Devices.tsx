import { MonitorSmartphone, ShieldAlert, ShieldCheck } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { day, time } from "@/i18n/time";
import { type Device, listDevices, signOutDevices } from "@/matrix/devices";
import { useObservable } from "@/matrix/observable";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Group, Waiting } from "./Fields";
import { PasswordDialog } from "./PasswordDialog";
import styles from "./Settings.module.css";

/** Where one is signed in, and the way to end that elsewhere. */
export function Devices() {
  const account = useAccount();
  const version = useObservable(account.encryption.version);
  const [devices, setDevices] = useState<readonly Device[] | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const [leaving, setLeaving] = useState<readonly Device[]>([]);

  const look = useCallback(() => {
    listDevices(account).then(
      (found) => {
        setDevices(found);
        setFailed(false);
      },
      () => setFailed(true),
    );
  }, [account]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when to look again.
  useEffect(look, [look, version]);

  const others = devices?.filter(({ isThis }) => !isThis) ?? [];
  const signOut = async (password: string) => {
    const ids = leaving.map(({ id }) => id);
    await signOutDevices(account, ids, password);
    setDevices((all) => all?.filter(({ id }) => !ids.includes(id)) ?? null);
  };
  return (
    <>
      {hasFailed && <Notice kind="danger">{t("app.unreachable")}</Notice>}
      {!devices && !hasFailed && <Waiting />}
      {devices && (
        <Group title={t("account.thisDevice")}>
          {devices
            .filter(({ isThis }) => isThis)
            .map((device) => (
              <Row key={device.id} device={device} />
            ))}
        </Group>
      )}
      {others.length > 0 && (
        <Group title={t("account.otherDevices")}>
          {others.map((device) => (
            <Row key={device.id} device={device} signOut={() => setLeaving([device])} />
          ))}
        </Group>
      )}
      {others.length > 1 && (
        <Button look="danger" onClick={() => setLeaving(others)}>
          {t("account.signOutOthers")}
        </Button>
      )}
      {leaving.length > 0 && (
        <PasswordDialog
          title={t("account.signOutTitle", { count: leaving.length })}
          action={t("account.signOut")}
          close={() => setLeaving([])}
          run={signOut}
        >
          <p>{t("account.signOutText")}</p>
        </PasswordDialog>
      )}
    </>
  );
}

function Row({ device, signOut }: { device: Device; signOut?: () => void }) {
  const { encryption } = useAccount();
  const trust = useObservable(encryption.trust);
  const { isConfirmed, isThis, seenAt } = device;
  const Icon = isConfirmed ? ShieldCheck : ShieldAlert;
  const canConfirm = !isConfirmed && !isThis && trust === "confirmed";
  return (
    <div className={styles.person}>
      <MonitorSmartphone size={22} strokeWidth={1.7} aria-hidden />
      <span className={styles.name}>
        <bdi>{device.name}</bdi>
        <span className={styles.state} data-kind={isConfirmed ? "good" : "warning"}>
          <Icon size={14} aria-hidden />
          {isConfirmed ? t("account.confirmed") : t("account.unconfirmed")}
        </span>
        {seenAt !== null && !isThis && (
          <span>{t("account.seen", { time: `${day(seenAt)}, ${time(seenAt)}` })}</span>
        )}
      </span>
      <span className={styles.acts}>
        {canConfirm && (
          <Button size="small" onClick={() => attempt(encryption.verifications.askDevice(device.id))}>
            {t("account.confirmDevice")}
          </Button>
        )}
        {signOut && (
          <Button size="small" look="danger" onClick={signOut}>
            {t("account.signOut")}
          </Button>
        )}
      </span>
    </div>
  );
}
