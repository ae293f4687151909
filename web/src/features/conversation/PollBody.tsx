import { ChartBarBig, CircleCheck } from "lucide-react";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import { endPoll, type Poll, type PollOption, vote } from "@/matrix/poll";
import { attempt } from "@/ui/attempt";
import styles from "./Card.module.css";
import { useConversation } from "./context";

/** A poll that one can vote in. Where votes are secret until the end, only one's own shows. */
export function PollBody({ message, poll }: { message: Message; poll: Poll }) {
  const { account, source } = useConversation();
  const hasVoted = poll.options.some(({ isMine }) => isMine);
  const showsVotes = poll.hasEnded || (poll.isOpen && hasVoted);
  const isSingle = poll.selectionsMax === 1;
  const start = source.find(message.eventId);

  const choose = (option: PollOption) => {
    const mine = poll.options.filter(({ isMine }) => isMine).map(({ id }) => id);
    const others = mine.filter((id) => id !== option.id);
    const choices = option.isMine ? others : isSingle ? [option.id] : [...others, option.id];
    if (start && choices.length <= poll.selectionsMax) attempt(vote(account, start, choices));
  };
  const best = Math.max(...poll.options.map(({ votes }) => votes));
  const end = () => {
    const winners = poll.options.filter(({ votes }) => votes > 0 && votes === best);
    const text = t("messages.pollResult", { names: winners.map(({ text }) => text).join(", ") || "–" });
    if (start) attempt(endPoll(account, start, text));
  };
  return (
    <div className={styles.card}>
      <div className={styles.head}>
        <span className={styles.icon}>
          <ChartBarBig size={20} aria-hidden />
        </span>
        <div className={styles.facts}>
          <strong dir="auto">{poll.question}</strong>
          <p>{isSingle ? t("messages.pollOne") : t("messages.pollSeveral", { count: poll.selectionsMax })}</p>
        </div>
      </div>
      <div className={styles.options}>
        {poll.options.map((option) => (
          <button
            key={option.id}
            type="button"
            aria-pressed={option.isMine}
            className={styles.option}
            disabled={poll.hasEnded}
            onClick={() => choose(option)}
          >
            {showsVotes && (
              <span
                className={styles.bar}
                style={{ inlineSize: `${(option.votes / Math.max(1, poll.voters)) * 100}%` }}
              />
            )}
            {option.isMine && <CircleCheck size={18} aria-hidden />}
            <span className={styles.grow} dir="auto">
              {option.text}
            </span>
            {showsVotes && (
              <span className={styles.votes}>
                <span aria-hidden>{option.votes}</span>
                <span className="only-spoken">{t("messages.pollVotes", { count: option.votes })}</span>
              </span>
            )}
          </button>
        ))}
      </div>
      <div className={styles.foot}>
        <span>
          {poll.hasEnded ? t("messages.pollEnded") : t("messages.pollVoters", { count: poll.voters })}
          {!poll.isOpen && !poll.hasEnded && ` · ${t("messages.pollSecret")}`}
        </span>
        {message.isMine && !poll.hasEnded && message.delivery !== "sending" && (
          <button type="button" className={styles.link} onClick={end}>
            {t("messages.pollEnd")}
          </button>
        )}
      </div>
    </div>
  );
}
