import { createContext, useContext, useEffect, useState } from "react";
import { speakOfEverything } from "@/i18n";
import type { Account } from "@/matrix/account";
import { takeTurn } from "@/matrix/alone";
import type { Session } from "@/matrix/session";

/** How far this tab is with the account. */
export type AccountState =
  | { readonly at: "starting" }
  /** Another tab works on it. */
  | { readonly at: "elsewhere"; readonly takeOver: () => void }
  /** The browser gives no keys to pages that came without encryption. */
  | { readonly at: "insecure" }
  | { readonly at: "failed"; readonly error: unknown }
  | { readonly at: "ready"; readonly account: Account };

/** Waits for this tab's turn and starts the account; stops it when the tab is left. */
export function useAccountState(session: Session): AccountState {
  const [state, setState] = useState<AccountState>({ at: window.isSecureContext ? "starting" : "insecure" });
  useEffect(() => {
    if (!window.isSecureContext) return;
    let isOver = false;
    let running: Account | null = null;
    const turn = takeTurn(
      session.userId,
      () => setState({ at: "elsewhere", takeOver: () => turn.ask() }),
      // A fresh start gives everything up that this tab holds, and waits for its turn again.
      () => location.reload(),
    );
    // The largest part of the app, so it is on its way while we wait, but not before the list stands there.
    const matrix = painted().then(() => Promise.all([import("@/matrix/account"), speakOfEverything()]));
    void turn.granted
      .then(async () => {
        if (isOver) return;
        setState({ at: "starting" });
        const [{ Account }] = await matrix;
        running = await Account.start(session);
        if (isOver) running.stop();
        else setState({ at: "ready", account: running });
      })
      .catch((error: unknown) => !isOver && setState({ at: "failed", error }));
    return () => {
      isOver = true;
      running?.stop();
      turn.release();
    };
  }, [session]);
  return state;
}

/** A page that is not looked at paints nothing. */
const PAINTED_MAX_MS = 150;

/** Waits until what was drawn is on the screen. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PAINTED_MAX_MS);
    // The list measures its place in the first frame and draws its rows in the next.
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
  });
}

const AccountContext = createContext<Account | null>(null);

export const AccountProvider = AccountContext.Provider;

/** The account, where it has been started; `null` in the moment before. */
export function useAccountSoon(): Account | null {
  return useContext(AccountContext);
}

/** The account, below the part of the screen that waits for it. */
export function useAccount(): Account {
  const account = useContext(AccountContext);
  if (!account) throw new Error("this part of the screen needs an account");
  return account;
}
