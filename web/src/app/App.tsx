import { lazy, Suspense } from "react";
import { Router } from "wouter";
import { useObservable } from "@/matrix/observable";
import { session as sessionCell } from "@/matrix/session";
import { Toasts } from "@/ui/toasts";
import { Failed } from "./Failed";
import { languageShown } from "./language";
import { Opening } from "./Opening";

const Entrance = lazy(() => import("@/features/accounts/Entrance"));
const Home = lazy(() => import("./Home"));

/** Signed out, the entrance; signed in, everything else. */
export function App() {
  const session = useObservable(sessionCell);
  const language = useObservable(languageShown);
  return (
    <Failed key={language}>
      <Router>
        <Suspense fallback={<Opening />}>
          {session ? <Home key={session.accessToken} session={session} /> : <Entrance />}
        </Suspense>
      </Router>
      <Toasts />
    </Failed>
  );
}
