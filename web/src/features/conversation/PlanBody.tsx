import { CalendarDays } from "lucide-react";
import { t } from "@/i18n";
import { fullDate, list } from "@/i18n/time";
import type { Message } from "@/matrix/message";
import { answerPlan, COMING, type Plan } from "@/matrix/plan";
import { attempt } from "@/ui/attempt";
import styles from "./Card.module.css";
import { useConversation } from "./context";

/** Something planned: when, where, and who comes. */
export function PlanBody({ message, plan }: { message: Message; plan: Plan }) {
  const { account, roomId } = useConversation();
  return (
    <div className={styles.card}>
      <div className={styles.head}>
        <span className={styles.icon}>
          <CalendarDays size={20} aria-hidden />
        </span>
        <div className={styles.facts}>
          <strong dir="auto">{plan.title}</strong>
          <p>
            <time dateTime={new Date(plan.startsAt).toISOString()}>{fullDate(plan.startsAt)}</time>
          </p>
          {plan.place && <p dir="auto">{plan.place}</p>}
        </div>
      </div>
      {plan.note && (
        <p className={styles.note} dir="auto">
          {plan.note}
        </p>
      )}
      <fieldset className={styles.choices} aria-label={t("messages.planAsk")}>
        {COMING.map((coming) => (
          <button
            key={coming}
            type="button"
            className={styles.option}
            aria-pressed={plan.mine === coming}
            disabled={message.delivery === "sending"}
            onClick={() => attempt(answerPlan(account, roomId, message.eventId, coming))}
          >
            {t(`messages.plan_${coming}`)}
          </button>
        ))}
      </fieldset>
      {COMING.map(
        (coming) =>
          plan.coming[coming].length > 0 && (
            <p key={coming} className={styles.hint}>
              {t(`messages.planNames_${coming}`, { names: list(plan.coming[coming]) })}
            </p>
          ),
      )}
    </div>
  );
}
