import { lazy, Suspense } from "react";
import { useObservable } from "@/matrix/observable";
import { useAccount } from "./account";

const CallView = lazy(() => import("@/features/calls/CallView"));

/** What may appear over every screen, whatever was chosen. */
export default function Overlays() {
  const account = useAccount();
  const call = useObservable(account.calls.current);
  return <Suspense>{call && <CallView call={call} />}</Suspense>;
}
