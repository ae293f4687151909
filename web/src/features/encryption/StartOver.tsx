import { type FormEvent, useState } from "react";
import { useAccount } from "@/app/account";
import { ProofFields, useProof } from "@/features/accounts/Proof";
import { t } from "@/i18n";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./Confirming.module.css";
import { ShownKey } from "./KeepKey";

/** For those who have neither another device nor their recovery key. */
export function StartOver({ done }: { done: () => void }) {
  const { encryption } = useAccount();
  const proof = useProof();
  const [key, setKey] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      setKey(await encryption.startOver(proof.typed));
    } catch (error) {
      const refused = proof.refused(error);
      setProblem(refused && (proof.needsCode ? refused : t("encryption.startOverFailed")));
    }
    encryption.forgetSecrets();
    setBusy(false);
  };

  if (key) return <ShownKey recoveryKey={key} done={done} />;
  return (
    <form onSubmit={submit}>
      <p className={styles.text}>{t("encryption.startOverText")}</p>
      <ProofFields proof={proof} problem={problem} autoFocus />
      <Notice kind="warning">{t("encryption.startOverWarning")}</Notice>
      <br />
      <Button look="danger" type="submit" wide busy={isBusy}>
        {t("encryption.startOver")}
      </Button>
    </form>
  );
}
