import { CircleAlert, Lock, MonitorSmartphone } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useLocation, useRoute } from "wouter";
import { ListPane } from "@/features/conversations/ListPane";
import { t } from "@/i18n";
import { fetchFirstList } from "@/matrix/first-list";
import { Cell, useObservable } from "@/matrix/observable";
import type { ConversationRow } from "@/matrix/row";
import type { Session } from "@/matrix/session";
import { loadSnapshot } from "@/matrix/snapshot";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Mark } from "@/ui/Mark";
import { AccountProvider, type AccountState, useAccountState } from "./account";
import { firstRun } from "./first-run";
import styles from "./Home.module.css";

const Pane = lazy(() => import("./Pane"));
const Overlays = lazy(() => import("./Overlays"));
const Welcome = lazy(() => import("@/features/accounts/Welcome"));

/** The list beside what was chosen from it; on a phone, one of the two. */
export default function Home({ session }: { session: Session }) {
  const state = useAccountState(session);
  const account = state.at === "ready" ? state.account : null;
  const isFirstRun = useObservable(firstRun);
  const kept = useKeptRows(session);
  const present = useObservable(account?.conversations.rows ?? NO_ROWS);
  const isComplete = useObservable(account?.conversations.isComplete ?? NOT_YET);
  const rows = isComplete ? present : kept;
  const [isList] = useRoute("/");
  const [isRequests] = useRoute("/requests");
  const showsList = isList || isRequests;

  const stopped = whyStopped(state);
  if (stopped) return <main className={styles.whole}>{stopped}</main>;
  if (isFirstRun && account) {
    return (
      <AccountProvider value={account}>
        <Suspense>
          <Welcome />
        </Suspense>
      </AccountProvider>
    );
  }
  return (
    <AccountProvider value={account}>
      <div className={styles.home} data-shows={showsList ? "list" : "pane"}>
        <ListPane session={session} rows={rows} />
        <main className={styles.pane}>
          <Suspense fallback={<PaneOpening />}>{account ? <Pane /> : <PaneOpening />}</Suspense>
        </main>
      </div>
      <Suspense>{account && <Overlays />}</Suspense>
    </AccountProvider>
  );
}

const NOT_YET = new Cell(false);
const NO_ROWS = new Cell<readonly ConversationRow[]>([]);

/** The list before the account is there: as it was last seen here, or else as the server has it. */
function useKeptRows(session: Session): readonly ConversationRow[] | null {
  const [kept, setKept] = useState(() => loadSnapshot(session.userId));
  const isMissing = kept === null;
  useEffect(() => {
    if (isMissing) fetchFirstList(session).then(setKept, () => {});
  }, [session, isMissing]);
  return kept;
}

/** What fills the pane until the account is there. */
function PaneOpening() {
  const [path] = useLocation();
  return (
    <div className={styles.opening} aria-busy={path !== "/"}>
      <Mark size={40} />
    </div>
  );
}

function whyStopped(state: AccountState): ReactNode {
  switch (state.at) {
    case "elsewhere":
      return (
        <Empty
          icon={MonitorSmartphone}
          title={t("app.elsewhereTitle")}
          action={
            <Button look="main" onClick={state.takeOver}>
              {t("app.useHere")}
            </Button>
          }
        >
          {t("app.elsewhereText")}
        </Empty>
      );
    case "insecure":
      return (
        <Empty icon={Lock} title={t("app.insecureTitle")}>
          {t("app.insecureText")}
        </Empty>
      );
    case "failed":
      return (
        <Empty
          icon={CircleAlert}
          title={t("app.failedTitle")}
          action={
            <Button look="main" onClick={() => location.reload()}>
              {t("app.reload")}
            </Button>
          }
        >
          {t("app.failedText")}
        </Empty>
      );
    default:
      return null;
  }
}
