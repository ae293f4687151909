import { t } from "@/i18n";
import { span } from "@/i18n/time";
import { setTimer, timerOf } from "@/matrix/timer";
import { attempt } from "@/ui/attempt";
import { Dialog } from "@/ui/Dialog";
import { useConversation } from "./context";
import styles from "./Forms.module.css";

/** After what time messages go. */
export function TimerDialog({ times, close }: { times: readonly number[]; close: () => void }) {
  const { account, source } = useConversation();
  const now = timerOf(source.room);
  // A time that another client chose is shown, too.
  const offered = [...new Set([0, ...times, now])].sort((a, b) => a - b);
  const choose = (afterMs: number) => {
    if (afterMs !== now) attempt(setTimer(account, source.room.roomId, afterMs));
    close();
  };
  return (
    <Dialog title={t("messages.timer")} size="small" close={close}>
      <p>{t("messages.timerText")}</p>
      <div className={styles.list} role="radiogroup" aria-label={t("messages.timer")}>
        {offered.map((afterMs) => (
          <label key={afterMs} className={styles.item}>
            <span>{afterMs === 0 ? t("messages.timerNever") : span(afterMs)}</span>
            <input
              type="radio"
              name="timer"
              checked={afterMs === now}
              onChange={() => choose(afterMs)}
              onClick={() => afterMs === now && close()}
            />
          </label>
        ))}
      </div>
    </Dialog>
  );
}
