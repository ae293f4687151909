import { Download, Trash2 } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { useAccount } from "@/app/account";
import { PasswordField } from "@/features/accounts/PasswordField";
import { ProofFields, useProof } from "@/features/accounts/Proof";
import { t } from "@/i18n";
import { changePassword, closeAccount } from "@/matrix/devices";
import { exportEverything } from "@/matrix/export";
import { Refusal } from "@/matrix/http";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/toasts";
import { Group, Switch } from "./Fields";
import { PasswordDialog } from "./PasswordDialog";
import styles from "./Settings.module.css";
import { TwoFactorGroup } from "./TwoFactorGroup";

/** The password, what one can take along, and the end. */
export function AccountPage() {
  return (
    <>
      <ChangePassword />
      <TwoFactorGroup />
      <Export />
      <Deletion />
    </>
  );
}

function ChangePassword() {
  const account = useAccount();
  const proof = useProof();
  const [next, setNext] = useState("");
  const [signsOut, setSignsOut] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await changePassword(account, proof.typed, next, signsOut);
      proof.clear();
      setNext("");
      toast(t("account.passwordChanged"));
    } catch (error) {
      const isWrong = error instanceof Refusal && error.code === "M_FORBIDDEN";
      setProblem(isWrong ? t("account.wrongPassword") : proof.refused(error));
    }
    setBusy(false);
  };
  return (
    <Group title={t("account.password")}>
      <form className={styles.inset} onSubmit={submit}>
        <ProofFields proof={proof} label={t("account.oldPassword")} />
        <PasswordField
          label={t("account.newPassword")}
          value={next}
          autoComplete="new-password"
          minLength={8}
          required
          onChange={(event) => setNext(event.target.value)}
        />
        <div className={styles.bare}>
          <Switch label={t("account.signOutToo")} isOn={signsOut} choose={setSignsOut} />
        </div>
        {problem && <Notice kind="danger">{problem}</Notice>}
        <Button look="main" type="submit" busy={isBusy}>
          {t("account.changePassword")}
        </Button>
      </form>
    </Group>
  );
}

function Export() {
  const account = useAccount();
  const [progress, setProgress] = useState<string | null>(null);
  const work = useRef<AbortController | null>(null);
  const run = async () => {
    const controller = new AbortController();
    work.current = controller;
    setProgress(t("account.exporting", { done: 0, all: 0 }));
    try {
      const told = (done: number, all: number) =>
        setProgress(t("account.exporting", { done: done + 1, all }));
      save(await exportEverything(account, told, controller.signal));
    } catch {
      if (!controller.signal.aborted) toast(t("app.notDone"));
    }
    setProgress(null);
  };
  return (
    <Group title={t("account.export")}>
      <div className={styles.inset}>
        <p className={styles.text}>{t("account.exportText")}</p>
        {progress === null ? (
          <Button onClick={run}>
            <Download size={17} aria-hidden /> {t("account.exportStart")}
          </Button>
        ) : (
          <>
            <p role="status">{progress}</p>
            <Button onClick={() => work.current?.abort()}>{t("ui.cancel")}</Button>
          </>
        )}
      </div>
    </Group>
  );
}

function save(file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = `aside-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

function Deletion() {
  const account = useAccount();
  const [isOpen, setOpen] = useState(false);
  const [erases, setErases] = useState(false);
  const run = async (password: string) => {
    await closeAccount(account, password, erases);
    await account.signOut();
  };
  return (
    <Group title={t("account.delete")}>
      <div className={styles.inset}>
        <p className={styles.text}>{t("account.deleteText")}</p>
        <Button look="danger" onClick={() => setOpen(true)}>
          <Trash2 size={17} aria-hidden /> {t("account.delete")}
        </Button>
      </div>
      {isOpen && (
        <PasswordDialog
          title={t("account.deleteTitle")}
          action={t("account.deleteAction")}
          close={() => setOpen(false)}
          run={run}
        >
          <p>{t("account.deleteWarning")}</p>
          <div className={styles.bare}>
            <Switch
              label={t("account.erase")}
              hint={t("account.eraseHint")}
              isOn={erases}
              choose={setErases}
            />
          </div>
        </PasswordDialog>
      )}
    </Group>
  );
}
