import { MonitorSmartphone, Pencil, ShieldAlert, ShieldCheck } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { day, time } from "@/i18n/time";
import { type Device, renameDevice } from "@/matrix/devices";
import { useObservable } from "@/matrix/observable";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { IconButton } from "@/ui/IconButton";
import { TextField } from "@/ui/TextField";
import styles from "./Settings.module.css";

interface Props {
  readonly device: Device;
  readonly renamed: () => void;
  readonly signOut?: () => void;
}

/** One device, and what can be done about it. */
export function DeviceRow({ device, renamed, signOut }: Props) {
  const { encryption } = useAccount();
  const [isNaming, setNaming] = useState(false);
  const trust = useObservable(encryption.trust);
  const { isConfirmed, isThis, seenAt } = device;
  const Icon = isConfirmed ? ShieldCheck : ShieldAlert;
  const canConfirm = !isConfirmed && !isThis && trust === "confirmed";
  return (
    <div className={styles.person}>
      <MonitorSmartphone size={22} strokeWidth={1.7} aria-hidden />
      <span className={styles.name}>
        <span className={styles.called}>
          <bdi>{device.name}</bdi>
          <IconButton
            icon={Pencil}
            size="small"
            label={t("account.rename")}
            onClick={() => setNaming(true)}
          />
        </span>
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
      {isNaming && <Naming device={device} renamed={renamed} close={() => setNaming(false)} />}
    </div>
  );
}

function Naming({ device, renamed, close }: { device: Device; renamed: () => void; close: () => void }) {
  const account = useAccount();
  const [name, setName] = useState(device.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt(renameDevice(account, device.id, name.trim()).then(renamed));
    close();
  };
  return (
    <Dialog title={t("account.rename")} close={close} size="small">
      <form className={styles.form} onSubmit={submit}>
        <TextField
          label={t("account.renameTitle")}
          value={name}
          maxLength={100}
          required
          onChange={(event) => setName(event.target.value)}
        />
        <Button look="main" type="submit" wide>
          {t("settings.save")}
        </Button>
      </form>
    </Dialog>
  );
}
