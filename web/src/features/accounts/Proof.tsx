import { useState } from "react";
import { t } from "@/i18n";
import { NEEDS_CODE } from "@/matrix/two-factor";
import { TextField } from "@/ui/TextField";
import { PasswordField } from "./PasswordField";
import { sentence } from "./refusal";

/** What somebody types to show that they are who they say: the password and, where the server wants one, a code. */
export interface Proof {
  readonly password: string;
  readonly code: string;
  readonly needsCode: boolean;
  readonly setPassword: (password: string) => void;
  readonly setCode: (code: string) => void;
  /** As the server takes it: the code behind the password. */
  readonly typed: string;
  /** What to say where the server refused it: nothing where it only wants the code, for which there is a field now. */
  readonly refused: (error: unknown) => string | null;
  readonly clear: () => void;
}

export function useProof(): Proof {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const refused = (error: unknown) => {
    if (codeOf(error) !== NEEDS_CODE) return sentence(error);
    setNeedsCode(true);
    setCode("");
    return needsCode ? t("accounts.wrongCode") : null;
  };
  const clear = () => {
    setPassword("");
    setCode("");
    setNeedsCode(false);
  };
  const typed = password + code.replace(/\s/g, "");
  return { password, code, needsCode, setPassword, setCode, typed, refused, clear };
}

/** The SDK has its own errors, with the same codes. */
function codeOf(error: unknown): string | undefined {
  const { code, errcode } = error as { code?: string; errcode?: string };
  return errcode ?? code;
}

interface Props {
  readonly proof: Proof;
  readonly label?: string;
  readonly problem?: string | null;
  readonly autoFocus?: boolean;
}

export function ProofFields({ proof, label, problem, autoFocus }: Props) {
  const { password, code, needsCode, setPassword, setCode } = proof;
  return (
    <>
      <PasswordField
        {...(label && { label })}
        value={password}
        problem={needsCode ? null : problem}
        autoComplete="current-password"
        required
        autoFocus={autoFocus}
        onChange={(event) => setPassword(event.target.value)}
      />
      {needsCode && (
        <TextField
          label={t("accounts.code")}
          hint={t("accounts.codeHint")}
          problem={problem}
          value={code}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          required
          autoFocus
          onChange={(event) => setCode(event.target.value)}
        />
      )}
    </>
  );
}
