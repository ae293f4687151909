import { useCallback, useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { type Device, listDevices, signOutDevices } from "@/matrix/devices";
import { useObservable } from "@/matrix/observable";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { DeviceRow } from "./DeviceRow";
import { Group, Waiting } from "./Fields";
import { PasswordDialog } from "./PasswordDialog";

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
      {hasFailed && (
        <Notice kind="danger" action={<Button onClick={look}>{t("encryption.tryAgain")}</Button>}>
          {t("app.unreachable")}
        </Notice>
      )}
      {!devices && !hasFailed && <Waiting />}
      {devices && (
        <Group title={t("account.thisDevice")}>
          {devices
            .filter(({ isThis }) => isThis)
            .map((device) => (
              <DeviceRow key={device.id} device={device} renamed={look} />
            ))}
        </Group>
      )}
      {others.length > 0 && (
        <Group title={t("account.otherDevices")}>
          {others.map((device) => (
            <DeviceRow key={device.id} device={device} renamed={look} signOut={() => setLeaving([device])} />
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
