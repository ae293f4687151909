import { useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { findPeople, type Person } from "@/matrix/people";

const PAUSE_MS = 200;

/** What a search for people has found so far. */
export interface Found {
  readonly people: readonly Person[] | null;
  readonly hasFailed: boolean;
}

/** People whose name begins like this, a moment after the last key. */
export function useFound(term: string): Found {
  const account = useAccount();
  const [found, setFound] = useState<Found & { term: string }>({ term: "", people: null, hasFailed: false });
  const wanted = term.trim();
  useEffect(() => {
    if (!wanted) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      findPeople(account, wanted).then(
        (people) => isCurrent && setFound({ term: wanted, people, hasFailed: false }),
        () => isCurrent && setFound({ term: wanted, people: null, hasFailed: true }),
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [account, wanted]);
  // While the next answer is on its way, the last one is better than none.
  return wanted ? found : { people: null, hasFailed: false };
}
