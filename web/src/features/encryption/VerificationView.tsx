import { CircleCheck, MonitorSmartphone, ShieldQuestion, ShieldX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { t } from "@/i18n";
import { localpart } from "@/matrix/session";
import type { Verification } from "@/matrix/verification";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Spinner } from "@/ui/Spinner";
import { emojiName } from "./emoji";
import { QrCode } from "./QrCode";
import { Scanner } from "./Scanner";
import styles from "./VerificationView.module.css";

interface Props {
  readonly verification: Verification;
}

/** Two devices make sure that they speak with each other, step by step. */
export default function VerificationView({ verification }: Props) {
  const { encryption } = useAccount();
  const { verifications } = encryption;
  const name = useName(verification);
  const title = verification.isOwn ? t("encryption.verifyDevice") : t("encryption.verifyPerson", { name });
  const close = () => {
    verifications.close();
    void encryption.refresh();
  };
  return (
    <Dialog title={title} close={close}>
      <div className={styles.step}>
        <Step verification={verification} close={close} />
      </div>
    </Dialog>
  );
}

function Step({ verification, close }: Props & { close: () => void }) {
  const { verifications } = useAccount().encryption;
  const name = useName(verification);
  const { isOwn } = verification;
  switch (verification.step) {
    case "asked":
      return (
        <>
          <Icon of={isOwn ? MonitorSmartphone : ShieldQuestion} />
          <p>
            {isOwn
              ? t("encryption.askedOwn", { name: verification.deviceName ?? t("encryption.someDevice") })
              : t("encryption.askedPerson", { name })}
          </p>
          <Button look="main" wide autoFocus onClick={() => attempt(verifications.accept())}>
            {isOwn ? t("encryption.itIsMe") : t("encryption.compare")}
          </Button>
          {isOwn ? <NotMe close={close} /> : <Quiet choose={close}>{t("encryption.cancel")}</Quiet>}
        </>
      );
    case "waiting":
      return (
        <Waiting>{isOwn ? t("encryption.waitingOwn") : t("encryption.waitingPerson", { name })}</Waiting>
      );
    case "confirming":
      return <Waiting>{t("encryption.waitingOther")}</Waiting>;
    case "choosing":
      return <Choosing verification={verification} />;
    case "emoji":
      return <Emoji verification={verification} />;
    case "scanned":
      return (
        <>
          <p>{t("encryption.scannedText")}</p>
          <Answers yes={t("encryption.scannedYes")} no={t("encryption.scannedNo")} />
        </>
      );
    case "done":
      return (
        <>
          <Icon of={CircleCheck} kind="good" />
          <p>{isOwn ? t("encryption.doneOwn") : t("encryption.donePerson", { name })}</p>
          <Button look="main" wide autoFocus onClick={close}>
            {t("encryption.done")}
          </Button>
        </>
      );
    case "cancelled":
      return (
        <>
          <Icon of={ShieldX} kind="danger" />
          <p>{whyCancelled(verification)}</p>
          <Button look="main" wide autoFocus onClick={close}>
            {t("ui.close")}
          </Button>
        </>
      );
  }
}

function Choosing({ verification }: Props) {
  const { verifications } = useAccount().encryption;
  const [isScanning, setScanning] = useState(false);
  const found = (code: Uint8ClampedArray) => {
    setScanning(false);
    attempt(verifications.scanned(code), t("encryption.wrongCode"));
  };
  const { code, canScan } = verification;
  if (isScanning) {
    return (
      <>
        <Scanner found={found} />
        <Quiet choose={() => setScanning(false)}>{t("ui.cancel")}</Quiet>
      </>
    );
  }
  return (
    <>
      {code && (
        <>
          <p>{t("encryption.showCode")}</p>
          <QrCode bytes={code} label={t("encryption.code")} />
        </>
      )}
      {canScan && (
        <Button wide onClick={() => setScanning(true)}>
          {t("encryption.scanCode")}
        </Button>
      )}
      <Button look={code ? "plain" : "main"} wide onClick={() => attempt(verifications.compareEmoji())}>
        {t("encryption.compareEmoji")}
      </Button>
    </>
  );
}

function Emoji({ verification }: Props) {
  return (
    <>
      <p>{t("encryption.emojiText")}</p>
      <ul className={styles.emoji} data-testid="emoji">
        {verification.emoji.map(([emoji, name], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may come twice, and none ever moves.
          <li key={index}>
            <span aria-hidden="true">{emoji}</span>
            {emojiName(emoji, name)}
          </li>
        ))}
      </ul>
      <Answers yes={t("encryption.emojiYes")} no={t("encryption.emojiNo")} />
    </>
  );
}

function Answers({ yes, no }: { yes: string; no: string }) {
  const { verifications } = useAccount().encryption;
  return (
    <>
      <Button look="main" wide onClick={() => verifications.confirm()}>
        {yes}
      </Button>
      <Quiet choose={() => verifications.mismatch()}>{no}</Quiet>
    </>
  );
}

/** Somebody else has the password, then. */
function NotMe({ close }: { close: () => void }) {
  const [, go] = useLocation();
  return (
    <Button
      look="danger"
      wide
      onClick={() => {
        close();
        go(routes.section("devices"));
      }}
    >
      {t("encryption.itIsNotMe")}
    </Button>
  );
}

function Quiet({ choose, children }: { choose: () => void; children: ReactNode }) {
  return (
    <Button look="quiet" wide onClick={choose}>
      {children}
    </Button>
  );
}

function Waiting({ children }: { children: ReactNode }) {
  return (
    <>
      <span className={styles.waiting}>
        <Spinner size={28} />
      </span>
      <p role="status">{children}</p>
    </>
  );
}

function Icon({ of: Shown, kind }: { of: typeof CircleCheck; kind?: "good" | "danger" }) {
  return (
    <span className={styles.icon} data-kind={kind}>
      <Shown size={30} strokeWidth={1.7} aria-hidden />
    </span>
  );
}

function whyCancelled({ reason }: Verification): string {
  switch (reason) {
    case "m.mismatched_sas":
    case "m.key_mismatch":
    case "m.mismatched_commitment":
      return t("encryption.cancelledMismatch");
    case "m.timeout":
      return t("encryption.cancelledTimeout");
    case "m.accepted":
      return t("encryption.cancelledElsewhere");
    default:
      return t("encryption.cancelled");
  }
}

/** What the other person is called. */
function useName({ userId }: Verification): string {
  const { client } = useAccount();
  return client.getUser(userId)?.displayName || localpart(userId);
}
