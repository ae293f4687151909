import { type FormEvent, useEffect, useState } from "react";
import { Link } from "wouter";
import { t } from "@/i18n";
import { findRegistration, type Registration, signIn } from "@/matrix/auth";
import { keepSession } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import styles from "./Entrance.module.css";
import { ProofFields, useProof } from "./Proof";
import { rememberPassword } from "./password";

export function SignIn() {
  const [user, setUser] = useState("");
  const proof = useProof();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const registration = useRegistration();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    setBusy(true);
    try {
      const session = await signIn(user, proof.typed);
      // With a code behind it, it would not be taken a second time.
      if (!proof.needsCode) rememberPassword(proof.password);
      history.replaceState(null, "", "/");
      keepSession(session);
    } catch (error) {
      setProblem(proof.refused(error));
      setBusy(false);
    }
  };

  return (
    <>
      <h1>{t("accounts.signInTitle")}</h1>
      <p className={styles.lead}>{t("accounts.signInText")}</p>
      <form className={styles.form} onSubmit={submit}>
        <TextField
          label={t("accounts.username")}
          value={user}
          onChange={(event) => setUser(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
          autoFocus
        />
        <ProofFields proof={proof} />
        {problem && <Notice kind="danger">{problem}</Notice>}
        <Button look="main" type="submit" wide busy={isBusy}>
          {t("accounts.signIn")}
        </Button>
      </form>
      <p className={styles.other}>
        {registration === "open" ? (
          <Link href="/register">{t("accounts.toRegister")}</Link>
        ) : registration === "token" ? (
          t("accounts.registerByLink")
        ) : null}
      </p>
    </>
  );
}

/** How an account can be made here, once the server has said it. */
export function useRegistration(): Registration | null {
  const [registration, setRegistration] = useState<Registration | null>(null);
  useEffect(() => {
    findRegistration().then(setRegistration, () => {});
  }, []);
  return registration;
}
