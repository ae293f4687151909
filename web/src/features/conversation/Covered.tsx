import { EyeOff } from "lucide-react";
import { type ReactNode, useState } from "react";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import styles from "./Covered.module.css";
import { usePolicy } from "./policy";

/** Messages whose pictures were uncovered, so that they stay so while somebody scrolls. */
const uncovered = new Set<string>();

/** Covers pictures that may be sensitive, until somebody wants to see them. They are not even fetched before. */
export function Covered({ message, children }: { message: Message; children: ReactNode }) {
  const policy = usePolicy();
  const [isShown, setShown] = useState(() => uncovered.has(message.eventId));
  const mayBeSensitive = message.isSensitive || policy?.coversPictures;
  if (!mayBeSensitive || message.isMine || isShown) return children;
  const show = () => {
    uncovered.add(message.eventId);
    setShown(true);
  };
  return (
    <button type="button" className={styles.cover} onClick={show}>
      <EyeOff size={22} aria-hidden />
      {t("messages.covered")}
      <span className={styles.action}>{t("requests.uncover")}</span>
    </button>
  );
}
