import { type FormEvent, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";

/** Lets a new device in by the recovery key. */
export function Recover({ done }: { done: () => void }) {
  const { encryption } = useAccount();
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    setBusy(true);
    try {
      await encryption.recover(key);
      encryption.forgetSecrets();
      toast(t("encryption.recovered"));
      done();
    } catch {
      setProblem(t("encryption.wrongKey"));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit}>
      <p>{t("encryption.recoverText")}</p>
      <br />
      <TextField
        label={t("encryption.recoveryKey")}
        value={key}
        problem={problem}
        onChange={(event) => setKey(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        required
        autoFocus
      />
      <Button look="main" type="submit" wide busy={isBusy}>
        {t("encryption.recover")}
      </Button>
    </form>
  );
}
