import type { ConversationRow } from "./row";

/** The list as it was last seen, which is shown at once after a reload, while the rest of the app is still being loaded. */
const KEY = "aside.list";
/** A change of what a row is makes what was kept unreadable. */
const VERSION = 1;

interface Snapshot {
  readonly version: number;
  readonly userId: string;
  readonly rows: readonly ConversationRow[];
}

export function loadSnapshot(userId: string): readonly ConversationRow[] | null {
  try {
    const snapshot = JSON.parse(localStorage.getItem(KEY) ?? "null") as Snapshot | null;
    if (snapshot?.version !== VERSION || snapshot.userId !== userId) return null;
    return snapshot.rows;
  } catch {
    return null;
  }
}

export function keepSnapshot(userId: string, rows: readonly ConversationRow[]): void {
  const still = rows.map((row) => (row.typing.length > 0 ? { ...row, typing: [] } : row));
  const snapshot: Snapshot = { version: VERSION, userId, rows: still };
  try {
    localStorage.setItem(KEY, JSON.stringify(snapshot));
  } catch {
    // There is no room for it, so the list comes a moment later next time.
    localStorage.removeItem(KEY);
  }
}

export function forgetSnapshot(): void {
  localStorage.removeItem(KEY);
}
