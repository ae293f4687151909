import { useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { block, type Report, reportReasons, type Subject, sendReport } from "@/matrix/reports";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Spinner } from "@/ui/Spinner";
import { toast } from "@/ui/toasts";
import styles from "./ReportDialog.module.css";

interface Props {
  readonly name: string;
  readonly userId: string;
  readonly subject: Subject;
  /** Messages that can be shown to those who look after reports, as they were read here. */
  readonly disclosable: Report["disclosed"];
  readonly close: () => void;
}

const DISCLOSED_MAX = 20;
const COMMENT_MAX = 1_000;

/** What is wrong with a message or a person. Whom it is about isn't told. */
export function ReportDialog({ name, userId, subject, disclosable, close }: Props) {
  const account = useAccount();
  const [reasons, setReasons] = useState<readonly string[] | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [comment, setComment] = useState("");
  const [discloses, setDiscloses] = useState(true);
  const [alsoBlocks, setAlsoBlocks] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [hasFailed, setFailed] = useState(false);

  useEffect(() => {
    reportReasons(account).then(setReasons, () => setFailed(true));
  }, [account]);
  const send = async () => {
    if (!reason) return;
    setBusy(true);
    setFailed(false);
    try {
      const disclosed = discloses ? disclosable.slice(-DISCLOSED_MAX) : [];
      await sendReport(account, subject, { reason, comment: comment.trim(), disclosed });
      if (alsoBlocks) await block(account, userId);
      toast(t("requests.reported"));
      close();
    } catch {
      setFailed(true);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("requests.reportTitle", { name })}
      close={close}
      actions={
        <Button look="main" disabled={!reason} busy={isBusy} onClick={send}>
          {t("requests.reportSend")}
        </Button>
      }
    >
      <p className={styles.text}>{t("requests.reportText")}</p>
      {hasFailed && <Notice kind="danger">{t("app.notDone")}</Notice>}
      {!reasons && !hasFailed && <Spinner />}
      <fieldset className={styles.reasons}>
        <legend className="only-spoken">{t("requests.reason")}</legend>
        {reasons?.map((name) => (
          <label key={name} className={styles.choice}>
            <input type="radio" name="reason" checked={reason === name} onChange={() => setReason(name)} />
            {reasonText(name)}
          </label>
        ))}
      </fieldset>
      <textarea
        className={styles.comment}
        rows={2}
        maxLength={COMMENT_MAX}
        value={comment}
        placeholder={t("requests.comment")}
        aria-label={t("requests.comment")}
        onChange={(event) => setComment(event.target.value)}
      />
      {disclosable.length > 0 && (
        <label className={styles.choice}>
          <input
            type="checkbox"
            checked={discloses}
            onChange={(event) => setDiscloses(event.target.checked)}
          />
          {t("requests.disclose", { count: Math.min(disclosable.length, DISCLOSED_MAX) })}
        </label>
      )}
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={alsoBlocks}
          onChange={(event) => setAlsoBlocks(event.target.checked)}
        />
        {t("requests.blockName", { name })}
      </label>
    </Dialog>
  );
}

function reasonText(reason: string): string {
  switch (reason) {
    case "spam":
    case "scam":
    case "fraud":
    case "harassment":
    case "hate":
    case "threat":
    case "minor_safety":
    case "nudity":
    case "misinformation":
    case "impersonation":
    case "self_harm":
    case "security_vulnerability":
    case "other":
      return t(`requests.reason_${reason}`);
    default:
      return reason.replaceAll("_", " ");
  }
}
