import { ChevronRight, MessagesSquare } from "lucide-react";
import { t } from "@/i18n";
import { useConversation } from "./context";
import styles from "./UnreadThreads.module.css";

/** Says that something new was replied in threads, which may be far up, and leads to the newest. */
export function UnreadThreads({ rootIds }: { rootIds: readonly string[] }) {
  const { openThread } = useConversation();
  const [newest] = rootIds;
  if (!newest) return null;
  return (
    <button type="button" className={styles.bar} onClick={() => openThread(newest)}>
      <MessagesSquare size={18} strokeWidth={1.9} aria-hidden />
      <span>{t("threads.news", { count: rootIds.length })}</span>
      <ChevronRight size={18} className={styles.arrow} aria-hidden />
    </button>
  );
}
