import { useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { knownPolicy, loadPolicy, type Policy } from "@/matrix/policy";

/** The server's rules; `null` until they are known. */
export function usePolicy(): Policy | null {
  const account = useAccount();
  const [policy, setPolicy] = useState<Policy | null>(() => knownPolicy(account));
  useEffect(() => {
    let isCurrent = true;
    void loadPolicy(account).then((policy) => isCurrent && setPolicy(policy));
    return () => {
      isCurrent = false;
    };
  }, [account]);
  return policy;
}
