import { CalendarClock, ChevronRight, CircleAlert } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { t } from "@/i18n";
import { useScheduled } from "@/matrix/scheduled";
import { useConversation } from "./context";
import styles from "./Scheduled.module.css";

const ScheduledDialog = lazy(() => import("./ScheduledDialog"));

/** Says above the composer how much waits to be sent in this conversation. */
export function ScheduledBar() {
  const { account, roomId } = useConversation();
  const [isOpen, setOpen] = useState(false);
  const list = useScheduled(account, roomId);
  const failed = list.filter(({ failure }) => failure).length;
  if (list.length === 0) return null;
  const Icon = failed > 0 ? CircleAlert : CalendarClock;
  return (
    <>
      <button
        type="button"
        className={styles.bar}
        data-failed={failed > 0 || undefined}
        onClick={() => setOpen(true)}
      >
        <Icon size={18} strokeWidth={1.9} aria-hidden />
        <span>
          {failed > 0
            ? t("scheduled.failed", { count: failed })
            : t("scheduled.waiting", { count: list.length })}
        </span>
        <ChevronRight size={18} aria-hidden />
      </button>
      {isOpen && (
        <Suspense>
          <ScheduledDialog list={list} close={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
