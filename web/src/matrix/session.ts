import { Cell } from "./observable";

/** Proof that somebody is signed in on this device. */
export interface Session {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
}

const KEY = "aside.session";

function load(): Session | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return isSession(stored) ? stored : null;
  } catch {
    return null;
  }
}

function isSession(value: unknown): value is Session {
  if (typeof value !== "object" || value === null) return false;
  const { userId, deviceId, accessToken } = value as Record<string, unknown>;
  return [userId, deviceId, accessToken].every((field) => typeof field === "string" && field !== "");
}

/** Who is signed in here. It survives a reload, and other tabs follow it. */
export const session = new Cell<Session | null>(load());

export function keepSession(value: Session | null): void {
  if (value) localStorage.setItem(KEY, JSON.stringify(value));
  else localStorage.removeItem(KEY);
  session.set(value);
}

window.addEventListener("storage", (event) => {
  if (event.key !== KEY && event.key !== null) return;
  const stored = load();
  if (stored?.accessToken !== session.get()?.accessToken) session.set(stored);
});

/** The part of a user id that people read: `ada` of `@ada:example.org`. */
export function localpart(userId: string): string {
  return userId.replace(/^@/, "").replace(/:.*$/, "");
}

/** The server's part of a user id. */
export function serverName(userId: string): string {
  return userId.slice(userId.indexOf(":") + 1);
}
