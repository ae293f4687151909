import { useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import type { PersonTrust } from "@/matrix/encryption";
import { useObservable } from "@/matrix/observable";

/** What is known of somebody's keys, kept up to date. */
export function usePersonTrust(userId: string | null): PersonTrust {
  const { encryption } = useAccount();
  const version = useObservable(encryption.version);
  const [trust, setTrust] = useState<PersonTrust>("unknown");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when to look again.
  useEffect(() => {
    let isCurrent = true;
    if (userId) {
      encryption.trustOf(userId).then(
        (trust) => isCurrent && setTrust(trust),
        () => {},
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [encryption, userId, version]);
  return trust;
}
