import { Check, Copy, Download } from "lucide-react";
import { useState } from "react";
import { t } from "@/i18n";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import styles from "./KeepKey.module.css";

interface Props {
  readonly text: string;
  readonly fileName: string;
  /** It is somewhere else now, too. */
  readonly kept: () => void;
}

/** Two ways to keep something that is shown only once. */
export function CopyAndSave({ text, fileName, kept }: Props) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    kept();
  };
  const save = () => {
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(url);
    kept();
  };
  return (
    <div className={styles.row}>
      <Button onClick={() => attempt(copy())}>
        {isCopied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
        {isCopied ? t("encryption.copied") : t("encryption.copy")}
      </Button>
      <Button onClick={save}>
        <Download size={16} aria-hidden /> {t("encryption.save")}
      </Button>
    </div>
  );
}
