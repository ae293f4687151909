import { lazy, Suspense, useEffect } from "react";
import { leaving } from "@/features/conversations/leaving";
import { confirming, takeFirstTime } from "@/features/encryption/confirming";
import { Notifications } from "@/features/notifications/Notifications";
import { useObservable } from "@/matrix/observable";
import { useAccount } from "./account";

const CallView = lazy(() => import("@/features/calls/CallView"));
const LeaveDialog = lazy(() => import("@/features/conversations/LeaveDialog"));
const Confirming = lazy(() => import("@/features/encryption/Confirming"));
const VerificationView = lazy(() => import("@/features/encryption/VerificationView"));

/** What may appear over every screen, whatever was chosen. */
export default function Overlays() {
  const account = useAccount();
  const call = useObservable(account.calls.current);
  const verification = useObservable(account.encryption.verifications.current);
  const wanted = useObservable(confirming);
  const left = useObservable(leaving);
  const trust = useObservable(account.encryption.trust);

  useEffect(() => {
    if (trust === "unconfirmed" && takeFirstTime(account.session.deviceId)) confirming.set("confirm");
  }, [account, trust]);

  return (
    <Suspense>
      <Notifications />
      {left && <LeaveDialog row={left} />}
      {wanted && <Confirming wanted={wanted} />}
      {verification && <VerificationView verification={verification} />}
      {call && <CallView call={call} />}
    </Suspense>
  );
}
