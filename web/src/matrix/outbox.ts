import { ConnectionError, type MatrixClient, MatrixError } from "matrix-js-sdk";

/** A message that is on its way. It is kept until the server has it, over reloads and days without a connection. */
interface Waiting {
  readonly roomId: string;
  /** The server stores what comes twice with this only once. */
  readonly txnId: string;
  readonly content: Record<string, unknown>;
}

const KEY = "aside.outbox";
/** More than anybody writes without a connection; what comes later fails at once and says so. */
const WAITING_MAX = 500;

export class Outbox {
  readonly #client: MatrixClient;
  readonly #key: string;
  #waiting: readonly Waiting[];
  /** Messages are sent in their order, one after the other. */
  #flushing: Promise<void> | null = null;

  constructor(client: MatrixClient, userId: string) {
    this.#client = client;
    this.#key = `${KEY} ${userId}`;
    this.#waiting = load(this.#key);
    for (const { txnId } of this.#waiting) waitingIds.add(txnId);
  }

  /** Sends a message now, or as soon as the server can be reached. The timeline shows how far it is. */
  send(roomId: string, content: Record<string, unknown>): void {
    const txnId = this.#client.makeTxnId();
    const waiting = { roomId, txnId, content };
    if (this.#waiting.length < WAITING_MAX) this.#keep([...this.#waiting, waiting]);
    void this.#attempt(waiting);
  }

  /** Sends what is left over, in its order. What cannot be sent yet is shown all the same. */
  async flush(): Promise<void> {
    this.#flushing ??= this.#sendAll().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  /** Takes a message out that its writer gave up. */
  forget(txnId: string | undefined): void {
    waitingIds.delete(txnId ?? "");
    this.#keep(this.#waiting.filter((waiting) => waiting.txnId !== txnId));
  }

  /** When somebody signs out. */
  clear(): void {
    this.#keep([]);
  }

  async #sendAll(): Promise<void> {
    for (const waiting of this.#waiting) {
      if (this.#underWay.has(waiting.txnId)) continue;
      await this.#attempt(waiting);
    }
  }

  readonly #underWay = new Set<string>();

  async #attempt(waiting: Waiting): Promise<void> {
    const { roomId, txnId, content } = waiting;
    const room = this.#client.getRoom(roomId);
    const shown = room?.getEventForTxnId(txnId);
    this.#underWay.add(txnId);
    try {
      if (room && shown?.status === "not_sent") await this.#client.resendEvent(shown, room);
      else await this.#client.sendMessage(roomId, content as never, txnId);
    } catch (error) {
      if (isWorthRepeating(error)) return;
    } finally {
      this.#underWay.delete(txnId);
    }
    this.forget(txnId);
  }

  #keep(waiting: readonly Waiting[]): void {
    this.#waiting = waiting;
    for (const { txnId } of waiting) waitingIds.add(txnId);
    if (waiting.length === 0) localStorage.removeItem(this.#key);
    else localStorage.setItem(this.#key, JSON.stringify(waiting));
  }
}

const waitingIds = new Set<string>();

/** Whether a message that was not sent will be sent by itself. */
export function isWaiting(txnId: string | undefined): boolean {
  return txnId !== undefined && waitingIds.has(txnId);
}

function load(key: string): readonly Waiting[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(stored) ? (stored as Waiting[]) : [];
  } catch {
    return [];
  }
}

/** Where the server was not reached, or was busy; what it refused stays refused. */
function isWorthRepeating(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  if (!(error instanceof MatrixError)) return !navigator.onLine;
  const status = error.httpStatus ?? 0;
  return status === 0 || status === 429 || status >= 500;
}
