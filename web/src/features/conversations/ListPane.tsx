import { Archive, ArrowLeft, Inbox, MessageCirclePlus, Search, Settings, X } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { Link, useLocation, useRoute } from "wouter";
import { useAccountSoon } from "@/app/account";
import { routes } from "@/app/routes";
import { t } from "@/i18n";
import { drafts as draftsCell } from "@/matrix/drafts";
import { Cell, useObservable } from "@/matrix/observable";
import type { ConversationRow } from "@/matrix/row";
import { localpart, type Session } from "@/matrix/session";
import { Avatar } from "@/ui/Avatar";
import { classes } from "@/ui/class";
import { Empty } from "@/ui/Empty";
import { IconButton } from "@/ui/IconButton";
import { type Filter, foldersOf, matching } from "./folders";
import styles from "./ListPane.module.css";
import { ListSkeleton } from "./ListSkeleton";
import { useOwnProfile } from "./own-profile";
import { RowList } from "./RowList";
import { SearchResults } from "./SearchResults";

interface Props {
  readonly session: Session;
  /** `null` before anything is known. */
  readonly rows: readonly ConversationRow[] | null;
}

const RequestList = lazy(() => import("@/features/requests/RequestList"));
const TrustBanner = lazy(() => import("@/features/encryption/TrustBanner"));

const ONLINE = new Cell<"live">("live");

/** The list of conversations, its folders and its search. */
export function ListPane({ session, rows }: Props) {
  const account = useAccountSoon();
  const connection = useObservable(account?.connection ?? ONLINE);
  const drafts = useObservable(draftsCell);
  const [filter, setFilter] = useState<Filter>("all");
  const [term, setTerm] = useState("");
  const [, go] = useLocation();
  const [isRequests] = useRoute("/requests/*?");
  const folders = useMemo(() => foldersOf(rows ?? []), [rows]);
  const isSearching = term.trim() !== "";
  const folder = filter === "archived" ? folders.archived : folders.inbox;
  const shown = useMemo(
    () => matching(isSearching ? folders.everything : folder, isSearching ? "all" : filter, term),
    [isSearching, folders, folder, filter, term],
  );

  if (isRequests) {
    return (
      <nav className={styles.pane} aria-label={t("conversations.requests")}>
        <Header session={session} isRequests />
        <Suspense fallback={<ListSkeleton />}>{account ? <RequestList /> : <ListSkeleton />}</Suspense>
      </nav>
    );
  }
  return (
    <nav className={styles.pane} aria-label={t("conversations.title")}>
      <Header session={session} isRequests={false} />
      <search className={styles.search}>
        <Search size={17} aria-hidden />
        <input
          type="search"
          value={term}
          placeholder={t("conversations.search")}
          aria-label={t("conversations.search")}
          onChange={(event) => setTerm(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && setTerm("")}
        />
        {term && (
          <IconButton icon={X} size="small" label={t("conversations.clear")} onClick={() => setTerm("")} />
        )}
      </search>
      {!isSearching && <Filters filter={filter} choose={setFilter} requests={folders.requests.length} />}
      {connection === "offline" && <p className={styles.offline}>{t("app.offline")}</p>}
      <Suspense>{account && <TrustBanner account={account} />}</Suspense>
      {rows === null ? (
        <ListSkeleton />
      ) : isSearching ? (
        <SearchResults term={term} rows={shown} />
      ) : shown.length > 0 ? (
        <RowList rows={shown} drafts={drafts} />
      ) : (
        <Nothing filter={filter} compose={() => go(routes.compose)} />
      )}
    </nav>
  );
}

function Header({ session, isRequests }: { session: Session; isRequests: boolean }) {
  const account = useAccountSoon();
  const profile = useOwnProfile(account);
  const [, go] = useLocation();
  if (isRequests) {
    return (
      <header className={styles.header}>
        <IconButton icon={ArrowLeft} label={t("conversations.back")} onClick={() => go(routes.inbox)} />
        <h1>{t("conversations.requests")}</h1>
      </header>
    );
  }
  return (
    <header className={styles.header}>
      <Link href={routes.settings} className={styles.me} aria-label={t("settings.title")}>
        <Avatar
          name={profile.name ?? localpart(session.userId)}
          id={session.userId}
          src={profile.url}
          size={32}
        />
      </Link>
      <h1>{t("conversations.title")}</h1>
      <IconButton icon={Settings} label={t("settings.title")} onClick={() => go(routes.settings)} />
      <IconButton
        icon={MessageCirclePlus}
        label={t("conversations.compose")}
        look="main"
        disabled={!account}
        onClick={() => go(routes.compose)}
      />
    </header>
  );
}

interface FiltersProps {
  readonly filter: Filter;
  readonly choose: (filter: Filter) => void;
  readonly requests: number;
}

function Filters({ filter, choose, requests }: FiltersProps) {
  const chips: readonly Filter[] = ["all", "unread", "groups"];
  const chip = (name: Filter) => (
    <button
      key={name}
      type="button"
      className={classes(styles.chip, filter === name && styles.chosen)}
      aria-pressed={filter === name}
      onClick={() => choose(name)}
    >
      {t(`conversations.filter_${name}`)}
    </button>
  );
  return (
    <div className={styles.filters}>
      {chips.map(chip)}
      <Link href={routes.requests} className={styles.chip}>
        {t("conversations.requests")}
        {requests > 0 && <span className={styles.count}>{requests}</span>}
      </Link>
      {chip("archived")}
    </div>
  );
}

interface NothingProps {
  readonly filter: Filter;
  readonly compose: () => void;
}

function Nothing({ filter, compose }: NothingProps) {
  if (filter === "archived") return <Empty icon={Archive} title={t("conversations.nothingArchived")} />;
  if (filter !== "all") return <Empty icon={Inbox} title={t("conversations.nothingHere")} />;
  return (
    <Empty
      icon={MessageCirclePlus}
      title={t("conversations.emptyTitle")}
      action={
        <button type="button" className={styles.start} onClick={compose}>
          {t("conversations.compose")}
        </button>
      }
    >
      {t("conversations.emptyText")}
    </Empty>
  );
}
