import { KeyRound, MonitorSmartphone, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { attempt } from "@/ui/attempt";
import { Dialog } from "@/ui/Dialog";
import styles from "./Confirming.module.css";
import { confirming } from "./confirming";
import { KeepKey } from "./KeepKey";
import { Recover } from "./Recover";
import { StartOver } from "./StartOver";

const close = () => confirming.set(null);

/** The ways in which a new device is let in, or the recovery key of one that is in. */
export default function Confirming({ wanted }: { wanted: "confirm" | "key" }) {
  const [way, setWay] = useState<"recover" | "startOver" | null>(null);
  if (wanted === "key") {
    return (
      <Dialog title={t("encryption.keyTitle")} close={close}>
        <KeepKey done={close} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={way === "startOver" ? t("encryption.startOver") : t("encryption.confirmTitle")}
      close={close}
    >
      {way === "recover" && <Recover done={close} />}
      {way === "startOver" && <StartOver done={close} />}
      {way === null && <Ways choose={setWay} />}
    </Dialog>
  );
}

function Ways({ choose }: { choose: (way: "recover" | "startOver") => void }) {
  const { encryption } = useAccount();
  const askDevices = () => {
    attempt(encryption.verifications.askOwnDevices().then(close));
  };
  return (
    <>
      <p className={styles.text}>{t("encryption.confirmText")}</p>
      <ul className={styles.ways}>
        <Way
          icon={MonitorSmartphone}
          title={t("encryption.byDevice")}
          text={t("encryption.byDeviceText")}
          choose={askDevices}
        />
        <Way
          icon={KeyRound}
          title={t("encryption.byKey")}
          text={t("encryption.byKeyText")}
          choose={() => choose("recover")}
        />
        <Way
          icon={RotateCcw}
          title={t("encryption.byNothing")}
          text={t("encryption.byNothingText")}
          choose={() => choose("startOver")}
        />
      </ul>
    </>
  );
}

interface WayProps {
  readonly icon: typeof KeyRound;
  readonly title: string;
  readonly text: string;
  readonly choose: () => void;
}

function Way({ icon: Icon, title, text, choose }: WayProps) {
  return (
    <li>
      <button type="button" className={styles.way} onClick={choose}>
        <span className={styles.icon}>
          <Icon size={20} strokeWidth={1.8} aria-hidden />
        </span>
        <span>
          <strong>{title}</strong>
          <span>{text}</span>
        </span>
      </button>
    </li>
  );
}
