import { BadgeCheck, BadgeX, CalendarClock, MessagesSquare, Store, UsersRound } from "lucide-react";
import { useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { list, monthAndYear } from "@/i18n/time";
import { type PersonFacts, personFacts } from "@/matrix/person-facts";
import styles from "./PersonFactsList.module.css";

const DAY_MS = 86_400_000;
/** An account is worth a second look for so long. */
const NEW_DAYS = 30;

/** What helps to judge somebody whom one doesn't know. */
export function PersonFactsList({ userId }: { userId: string }) {
  const account = useAccount();
  const [facts, setFacts] = useState<PersonFacts | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void personFacts(account, userId).then((facts) => isCurrent && setFacts(facts));
    return () => {
      isCurrent = false;
    };
  }, [account, userId]);
  if (!facts) return null;
  const { mutuals, groups, sharedConversations } = facts;
  return (
    <ul className={styles.facts} aria-label={t("requests.facts")}>
      <li>
        {facts.isVerified ? <BadgeCheck size={17} aria-hidden /> : <BadgeX size={17} aria-hidden />}
        {facts.isVerified ? t("requests.verified") : t("requests.notVerified")}
      </li>
      {facts.isPage && (
        <li>
          <Store size={17} aria-hidden />
          {t("requests.page")}
        </li>
      )}
      {mutuals && (
        <li>
          <UsersRound size={17} aria-hidden />
          {mutualText(mutuals)}
        </li>
      )}
      {(groups.length > 0 || sharedConversations > 0) && (
        <li>
          <MessagesSquare size={17} aria-hidden />
          {groups.length > 0
            ? t("requests.groups", { names: list(groups) })
            : t("requests.shared", { count: sharedConversations })}
        </li>
      )}
      <li>
        <CalendarClock size={17} aria-hidden />
        {ageText(facts.since)}
      </li>
    </ul>
  );
}

function mutualText({ count, names }: { count: number; names: readonly string[] }): string {
  if (count === 0) return t("requests.noMutuals");
  const known = names.slice(0, 3);
  return known.length > 0
    ? t("requests.mutualNames", { count, names: list(known) })
    : t("requests.mutuals", { count });
}

function ageText(since: number): string {
  const days = Math.floor((Date.now() - since) / DAY_MS);
  if (days < 1) return t("requests.newToday");
  return days < NEW_DAYS
    ? t("requests.newAccount", { count: days })
    : t("requests.since", { date: monthAndYear(since) });
}
