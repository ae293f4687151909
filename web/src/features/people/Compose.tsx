import { ArrowLeft, Check, Search, UserSearch, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { t } from "@/i18n";
import { useMedia } from "@/matrix/media";
import type { Person } from "@/matrix/people";
import { explain, type Verdict } from "@/matrix/policy";
import { startConversation } from "@/matrix/send";
import { localpart } from "@/matrix/session";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { classes } from "@/ui/class";
import { Empty } from "@/ui/Empty";
import { IconButton } from "@/ui/IconButton";
import { Notice } from "@/ui/Notice";
import { Spinner } from "@/ui/Spinner";
import { TextField } from "@/ui/TextField";
import styles from "./Compose.module.css";
import { type Found, useFound } from "./found";
import { ruleText, whyNot } from "./why-not";

/** Choosing to whom to write: one person makes the conversation with them, several make a group. */
export default function Compose() {
  const account = useAccount();
  const [, go] = useLocation();
  const [term, setTerm] = useState("");
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const found = useFound(term);
  const prospect = useProspect(chosen);
  const isGroup = chosen.length > 1;

  const toggle = (person: Person) => {
    const isChosen = chosen.some(({ userId }) => userId === person.userId);
    setChosen(isChosen ? chosen.filter(({ userId }) => userId !== person.userId) : [...chosen, person]);
    setTerm("");
    setProblem(null);
    field.current?.focus();
  };
  const start = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const people = chosen.map(({ userId }) => userId);
      const roomId = await startConversation(account, people, isGroup ? name.trim() : "");
      await account.conversations.appears(roomId);
      go(routes.conversation(roomId), { replace: true });
    } catch (error) {
      setProblem(whyNot(error));
      setBusy(false);
    }
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Backspace" && term === "") setChosen(chosen.slice(0, -1));
    const [first] = found.people ?? [];
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (term.trim() && first) toggle(first);
    else if (chosen.length > 0 && prospect?.isAllowed !== false) void start();
  };

  return (
    <section className={styles.compose} aria-label={t("people.composeTitle")}>
      <header className={styles.header}>
        <IconButton icon={ArrowLeft} label={t("conversations.back")} onClick={() => go(routes.inbox)} />
        <h1>{t("people.composeTitle")}</h1>
        <Button
          look="main"
          size="small"
          disabled={chosen.length === 0 || prospect?.isAllowed === false}
          busy={isBusy}
          onClick={start}
        >
          {isGroup ? t("people.startGroup") : t("people.start")}
        </Button>
      </header>
      <div className={styles.body}>
        <div className={styles.to}>
          <span className={styles.label}>{t("people.to")}</span>
          {chosen.map((person) => (
            <button key={person.userId} type="button" className={styles.chip} onClick={() => toggle(person)}>
              {shownName(person)}
              <X size={14} aria-label={t("people.remove")} />
            </button>
          ))}
          <input
            ref={field}
            value={term}
            placeholder={chosen.length === 0 ? t("people.searchHint") : t("people.addMore")}
            aria-label={t("people.search")}
            autoComplete="off"
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: the screen is for this field.
            autoFocus
            onChange={(event) => setTerm(event.target.value)}
            onKeyDown={pressed}
          />
        </div>
        {isGroup && (
          <TextField
            label={t("people.groupName")}
            hint={t("people.groupNameHint")}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        {problem && <Notice kind="danger">{problem}</Notice>}
        {!problem && prospect && <Prospect verdict={prospect} />}
        <Results term={term} found={found} chosen={chosen} toggle={toggle} />
      </div>
    </section>
  );
}

interface Prospect extends Verdict {
  readonly userId: string;
}

/** What will become of a message to one person, before it is written; `null` where that is not known. */
function useProspect(people: readonly Person[]): Prospect | null {
  const account = useAccount();
  const [verdict, setVerdict] = useState<Prospect | null>(null);
  const userId = people.length === 1 ? people[0]?.userId : undefined;
  useEffect(() => {
    if (!userId) return;
    let isCurrent = true;
    void explain(account, userId).then((verdict) => {
      if (isCurrent) setVerdict(verdict && { ...verdict, userId });
    });
    return () => {
      isCurrent = false;
    };
  }, [account, userId]);
  return verdict?.userId === userId ? verdict : null;
}

function Prospect({ verdict }: { verdict: Prospect }) {
  const account = useAccount();
  if (!verdict.isAllowed) return <Notice kind="warning">{ruleText(verdict.rule, verdict.text)}</Notice>;
  const isKnown = account.conversations.findDirect(verdict.userId) !== null;
  return verdict.action === "request" && !isKnown ? <Notice>{t("reasons.willAsk")}</Notice> : null;
}

interface ResultsProps {
  readonly term: string;
  readonly found: Found;
  readonly chosen: readonly Person[];
  readonly toggle: (person: Person) => void;
}

function Results({ term, found, chosen, toggle }: ResultsProps) {
  if (!term.trim()) {
    if (chosen.length > 0) return null;
    return (
      <Empty icon={UserSearch} title={t("people.emptyTitle")}>
        {t("people.emptyText")}
      </Empty>
    );
  }
  if (found.hasFailed) return <Notice kind="danger">{t("app.unreachable")}</Notice>;
  if (!found.people) {
    return (
      <p className={styles.waiting} aria-busy="true">
        <Spinner />
      </p>
    );
  }
  if (found.people.length === 0) {
    return (
      <Empty icon={Search} title={t("people.nobodyTitle")}>
        {t("people.nobodyText")}
      </Empty>
    );
  }
  return (
    <ul className={styles.people}>
      {found.people.map((person) => (
        <li key={person.userId}>
          <PersonButton
            person={person}
            isChosen={chosen.some(({ userId }) => userId === person.userId)}
            choose={() => toggle(person)}
          />
        </li>
      ))}
    </ul>
  );
}

interface PersonProps {
  readonly person: Person;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

function PersonButton({ person, isChosen, choose }: PersonProps) {
  const account = useAccount();
  const source = person.avatar ? { mxc: person.avatar } : null;
  const { url } = useMedia(account.media, source, { width: 40, height: 40 });
  const name = shownName(person);
  return (
    <button
      type="button"
      className={classes(styles.person, isChosen && styles.chosen)}
      aria-pressed={isChosen}
      onClick={choose}
    >
      <Avatar name={name} id={person.userId} src={url} size={40} />
      <span className={styles.names}>
        <span dir="auto">{name}</span>
        <span>
          <bdi dir="ltr">@{localpart(person.userId)}</bdi>
        </span>
      </span>
      {isChosen && <Check size={18} aria-hidden />}
    </button>
  );
}

function shownName({ name, userId }: Person): string {
  return name === userId ? localpart(userId) : name;
}
