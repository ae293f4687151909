/**
 * One tab at a time works on an account: two would write the same keys and lose messages by it. The tab that works holds
 * a lock, which the browser takes back when the tab is gone; another may ask for it.
 */

export interface Turn {
  /** It is this tab's turn when this resolves. */
  readonly granted: Promise<void>;
  /** Asks the tab whose turn it is to let this one go on. */
  readonly ask: () => void;
  readonly release: () => void;
}

/**
 * @param waiting is told when another tab has the account
 * @param asked is told when another tab wants it; this one must then stop and release
 */
export function takeTurn(account: string, waiting: () => void, asked: () => void): Turn {
  const name = `aside ${account}`;
  const channel = new BroadcastChannel(name);
  let release = () => {};
  let isOver = false;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const granted = new Promise<void>((resolve) => {
    const hold = () => {
      if (isOver) return;
      resolve();
      channel.onmessage = () => asked();
      return held;
    };
    void navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock) return hold();
        waiting();
        void navigator.locks.request(name, hold);
      })
      .catch(() => {});
  });
  return {
    granted,
    ask: () => channel.postMessage("ask"),
    release: () => {
      isOver = true;
      release();
      channel.close();
    },
  };
}
