import { Suspense } from "react";
import { Router } from "wouter";
import { useObservable } from "@/matrix/observable";
import { session as sessionCell } from "@/matrix/session";
import { Toasts } from "@/ui/toasts";
import { Failed } from "./Failed";
import { languageShown } from "./language";
import { useLoaded } from "./loaded";
import { Opening } from "./Opening";

const loadEntrance = () => import("@/features/accounts/Entrance");
const loadHome = () => import("./Home");
// Whoever is signed in needs it next, so it comes while the words are on their way.
if (sessionCell.get()) void loadHome().catch(() => {});

/** Signed out, the entrance; signed in, everything else. */
export function App() {
  const session = useObservable(sessionCell);
  const language = useObservable(languageShown);
  const Home = useLoaded(session ? loadHome : null);
  const Entrance = useLoaded(session ? null : loadEntrance);
  return (
    <Failed key={language}>
      <Router>
        <Suspense fallback={<Opening />}>
          {session && Home && <Home key={session.accessToken} session={session} />}
          {Entrance && <Entrance />}
          {!Home && !Entrance && <Opening />}
        </Suspense>
      </Router>
      <Toasts />
    </Failed>
  );
}
