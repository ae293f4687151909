import { type FormEvent, useEffect, useState } from "react";
import { Link } from "wouter";
import { beginFirstRun } from "@/app/first-run";
import { t } from "@/i18n";
import { checkUsername, isTokenValid, register } from "@/matrix/auth";
import { Refusal } from "@/matrix/http";
import { keepSession } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Spinner } from "@/ui/Spinner";
import { TextField } from "@/ui/TextField";
import styles from "./Entrance.module.css";
import { PasswordField } from "./PasswordField";
import { rememberPassword } from "./password";
import { sentence } from "./refusal";
import { useRegistration } from "./SignIn";

const PASSWORD_MIN = 8;
const PAUSE_MS = 350;

/** Making an account: by the operator's link, which holds a token, or where registration is open. */
export function Register({ token }: { token: string | null }) {
  const registration = useRegistration();
  const [isValid, setValid] = useState<boolean | null>(null);
  useEffect(() => {
    if (!token) return;
    isTokenValid(token).then(setValid, () => setValid(false));
  }, [token]);
  const mayRegister = token ? isValid : registration && registration === "open";
  if (mayRegister === null) return <Spinner />;
  return mayRegister ? <Form token={token} /> : <Refused hasToken={token !== null} />;
}

function Refused({ hasToken }: { hasToken: boolean }) {
  return (
    <>
      <h1>{hasToken ? t("accounts.linkUsedTitle") : t("accounts.closedTitle")}</h1>
      <p className={styles.lead}>{hasToken ? t("accounts.linkUsedText") : t("accounts.closedText")}</p>
      <p className={styles.other}>
        <Link href="/sign-in">{t("accounts.toSignIn")}</Link>
      </p>
    </>
  );
}

function Form({ token }: { token: string | null }) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const availability = useAvailability(username.trim());

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    setBusy(true);
    try {
      const session = await register(username.trim(), password, token);
      rememberPassword(password);
      beginFirstRun();
      // The token has no further use, so it need not stay in the history.
      history.replaceState(null, "", "/");
      keepSession(session);
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  };

  return (
    <>
      <h1>{t("accounts.registerTitle")}</h1>
      <p className={styles.lead}>{t("accounts.registerText")}</p>
      <form className={styles.form} onSubmit={submit}>
        <TextField
          label={t("accounts.username")}
          hint={availability.isFree ? t("accounts.nameFree") : t("accounts.usernameHint")}
          problem={availability.problem}
          before="@"
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={200}
          required
          autoFocus
        />
        <PasswordField
          hint={t("accounts.passwordHint", { count: PASSWORD_MIN })}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="new-password"
          minLength={PASSWORD_MIN}
          maxLength={512}
          required
        />
        {problem && <Notice kind="danger">{problem}</Notice>}
        <Button look="main" type="submit" wide busy={isBusy}>
          {t("accounts.register")}
        </Button>
      </form>
      <p className={styles.other}>
        <Link href="/sign-in">{t("accounts.toSignIn")}</Link>
      </p>
    </>
  );
}

/** While somebody types, they are told whether the name is free. */
function useAvailability(username: string): { isFree: boolean; problem: string | null } {
  const [answer, setAnswer] = useState<{ username: string; problem: string | null } | null>(null);
  useEffect(() => {
    if (!username) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      checkUsername(username, abort.signal).then(
        () => setAnswer({ username, problem: null }),
        (error: unknown) => {
          if (error instanceof Refusal && error.status !== 0)
            setAnswer({ username, problem: sentence(error) });
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [username]);
  if (answer?.username !== username) return { isFree: false, problem: null };
  return { isFree: answer.problem === null && username !== "", problem: answer.problem };
}
