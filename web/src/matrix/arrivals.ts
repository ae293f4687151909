import type { MatrixClient } from "matrix-js-sdk";
import { call } from "./http";

/** How long after a message was sent it is asked whether it has arrived, again and again until it has. */
const ASK_AFTER_MS = [400, 1_500, 4_000, 10_000, 30_000] as const;

interface Answer {
  readonly received: readonly { readonly user_id: string; readonly event_id: string }[];
}

/** How far a conversation has come to the devices of the others. It asks only while a message of mine has not arrived. */
export class Arrivals {
  readonly #client: MatrixClient;
  readonly #path: string;
  readonly #changed: () => void;
  #received: ReadonlySet<string> = new Set();
  #awaited: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: MatrixClient, roomId: string, changed: () => void) {
    this.#client = client;
    this.#path = `/_aside/v1/rooms/${encodeURIComponent(roomId)}/received`;
    this.#changed = changed;
  }

  /** The newest event that each of the others has. */
  get received(): ReadonlySet<string> {
    return this.#received;
  }

  /** Asks until a message has arrived, or `null` to ask no more. */
  awaitArrival(eventId: string | null): void {
    if (eventId === this.#awaited) return;
    this.#awaited = eventId;
    clearTimeout(this.#timer);
    if (eventId) this.#askLater(0);
  }

  #askLater(asked: number): void {
    const wait = ASK_AFTER_MS[asked] ?? ASK_AFTER_MS[ASK_AFTER_MS.length - 1];
    this.#timer = setTimeout(() => void this.#ask(asked), wait);
  }

  async #ask(asked: number): Promise<void> {
    const awaited = this.#awaited;
    // Nobody sees it meanwhile, and without an answer there will be another one.
    const isSeen = document.visibilityState === "visible";
    const token = this.#client.getAccessToken() ?? undefined;
    const answer = isSeen ? await call<Answer>(this.#path, { token }).catch(() => null) : null;
    if (this.#awaited !== awaited) return;
    this.#askLater(asked + 1);
    if (!answer) return;
    this.#received = new Set(answer.received.map(({ event_id: id }) => id));
    this.#changed();
  }
}
