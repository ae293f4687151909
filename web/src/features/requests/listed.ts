import { useEffect, useMemo, useState } from "react";
import { useAccount } from "@/app/account";
import { useObservable } from "@/matrix/observable";
import { listRequests, type MessageRequest, requestsChanged, type Wanted } from "@/matrix/requests";

const PAUSE_MS = 200;

interface Listed {
  /** `null` until the first answer. */
  readonly requests: readonly MessageRequest[] | null;
  readonly hasFailed: boolean;
}

/** The requests that fit, asked for again when somebody new asks, or something was answered. */
export function useRequests({ folder, term, isUnread, isByPriority }: Wanted): Listed {
  const account = useAccount();
  const rows = useObservable(account.conversations.rows);
  const [state, setState] = useState<Listed>({ requests: null, hasFailed: false });
  const changes = useObservable(requestsChanged);
  const waiting = useMemo(
    () =>
      rows
        .filter((row) => row.folder === "requests")
        .map(({ id, at }) => `${id} ${at}`)
        .join(),
    [rows],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the last two say when to ask again.
  useEffect(() => {
    let isCurrent = true;
    const ask = () =>
      listRequests(account, { folder, term, isUnread, isByPriority }).then(
        (requests) => isCurrent && setState({ requests, hasFailed: false }),
        () => isCurrent && setState({ requests: null, hasFailed: true }),
      );
    const timer = setTimeout(ask, term ? PAUSE_MS : 0);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [account, folder, term, isUnread, isByPriority, waiting, changes]);
  return state;
}
