import { EyeOff, Inbox, ListChecks, Search, ShieldAlert, X } from "lucide-react";
import { useState } from "react";
import { useRoute } from "wouter";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { answerRequests, FOLDERS, type Folder, type RequestAnswer } from "@/matrix/requests";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { classes } from "@/ui/class";
import { Empty } from "@/ui/Empty";
import { IconButton } from "@/ui/IconButton";
import { Notice } from "@/ui/Notice";
import { Spinner } from "@/ui/Spinner";
import { toast } from "@/ui/toasts";
import { useRequests } from "./listed";
import styles from "./RequestList.module.css";
import { RequestRow } from "./RequestRow";

const ICONS = { requests: Inbox, hidden: EyeOff, spam: ShieldAlert } as const;

/** The requests: what waits, what was put aside, and what looks like spam. */
export default function RequestList() {
  const account = useAccount();
  const [folder, setFolder] = useState<Folder>("requests");
  const [term, setTerm] = useState("");
  const [isUnread, setUnread] = useState(false);
  const [isByPriority, setByPriority] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const [, params] = useRoute("/requests/:id");
  const openId = params ? decodeURIComponent(params.id) : null;
  const { requests, hasFailed } = useRequests({ folder, term: term.trim(), isUnread, isByPriority });

  const toggle = (roomId: string) => {
    const next = new Set(chosen);
    if (!next.delete(roomId)) next.add(roomId);
    setChosen(next);
  };
  const answer = async (answer: RequestAnswer) => {
    const ids = [...(chosen ?? [])];
    await answerRequests(account, ids, answer);
    toast(t("requests.answered", { count: ids.length }));
    setChosen(null);
  };
  const chooseFolder = (name: Folder) => {
    setFolder(name);
    setChosen(null);
  };
  return (
    <div className={styles.pane}>
      <div className={styles.folders} role="tablist" aria-label={t("requests.title")}>
        {FOLDERS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={folder === name}
            className={classes(styles.folder, folder === name && styles.chosen)}
            onClick={() => chooseFolder(name)}
          >
            {t(`requests.folder_${name}`)}
          </button>
        ))}
      </div>
      <search className={styles.search}>
        <Search size={17} aria-hidden />
        <input
          type="search"
          value={term}
          placeholder={t("requests.search")}
          aria-label={t("requests.search")}
          onChange={(event) => setTerm(event.target.value)}
        />
        {term && (
          <IconButton icon={X} size="small" label={t("conversations.clear")} onClick={() => setTerm("")} />
        )}
      </search>
      <div className={styles.filters}>
        <Chip isOn={isUnread} toggle={() => setUnread(!isUnread)}>
          {t("conversations.filter_unread")}
        </Chip>
        <Chip isOn={isByPriority} toggle={() => setByPriority(!isByPriority)}>
          {t("requests.byPriority")}
        </Chip>
        <IconButton
          icon={ListChecks}
          size="small"
          className={styles.choose}
          label={t("requests.choose")}
          aria-pressed={chosen !== null}
          disabled={!requests?.length}
          onClick={() => setChosen(chosen ? null : new Set())}
        />
      </div>
      {folder !== "requests" && <p className={styles.about}>{t(`requests.about_${folder}`)}</p>}
      {hasFailed && <Notice kind="danger">{t("app.unreachable")}</Notice>}
      <ul className={styles.rows} aria-busy={!requests && !hasFailed}>
        {requests?.map((request) => (
          <li key={request.roomId}>
            <RequestRow
              request={request}
              isOpen={request.roomId === openId}
              isChosen={chosen?.has(request.roomId) ?? null}
              toggle={() => toggle(request.roomId)}
            />
          </li>
        ))}
        {!requests && !hasFailed && (
          <li className={styles.waiting}>
            <Spinner />
          </li>
        )}
        {requests?.length === 0 && (
          <li className={styles.nothing}>
            <Nothing folder={folder} isFiltered={term.trim() !== "" || isUnread} />
          </li>
        )}
      </ul>
      {chosen && requests && (
        <Answers
          chosen={chosen}
          chooseAll={() => setChosen(new Set(requests.map(({ roomId }) => roomId)))}
          answer={(wanted) => attempt(answer(wanted))}
        />
      )}
    </div>
  );
}

function Nothing({ folder, isFiltered }: { folder: Folder; isFiltered: boolean }) {
  if (isFiltered) return <Empty icon={Search} title={t("requests.nothingFound")} />;
  return (
    <Empty icon={ICONS[folder]} title={t("requests.emptyTitle")}>
      {folder === "requests" && t("requests.emptyText")}
    </Empty>
  );
}

function Chip({ isOn, toggle, children }: { isOn: boolean; toggle: () => void; children: string }) {
  return (
    <button
      type="button"
      className={classes(styles.chip, isOn && styles.chosen)}
      aria-pressed={isOn}
      onClick={toggle}
    >
      {children}
    </button>
  );
}

interface AnswersProps {
  readonly chosen: ReadonlySet<string>;
  readonly chooseAll: () => void;
  readonly answer: (answer: RequestAnswer) => void;
}

/** One answer for everything that was chosen. */
function Answers({ chosen, chooseAll, answer }: AnswersProps) {
  const isNothing = chosen.size === 0;
  return (
    <div className={styles.answers}>
      <p>
        {t("requests.chosen", { count: chosen.size })}
        <button type="button" className={styles.all} onClick={chooseAll}>
          {t("requests.chooseAll")}
        </button>
      </p>
      <Button size="small" look="main" disabled={isNothing} onClick={() => answer("accept")}>
        {t("requests.accept")}
      </Button>
      <Button size="small" disabled={isNothing} onClick={() => answer("decline")}>
        {t("requests.decline")}
      </Button>
      <Button size="small" disabled={isNothing} onClick={() => answer("delete")}>
        {t("conversation.delete")}
      </Button>
      <Button size="small" look="danger" disabled={isNothing} onClick={() => answer("block")}>
        {t("requests.block")}
      </Button>
    </div>
  );
}
