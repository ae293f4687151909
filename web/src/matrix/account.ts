import {
  ClientEvent,
  createClient,
  HttpApiEvent,
  IndexedDBStore,
  type MatrixClient,
  SyncState,
} from "matrix-js-sdk";
import { logger } from "matrix-js-sdk/lib/logger";
import { Archive } from "./archive";
import { Blocks } from "./blocks";
import { Calls } from "./calls";
import { Conversations } from "./conversations";
import { forgetDrafts } from "./drafts";
import { Encryption } from "./encryption";
import { Media } from "./media";
import { Cell, onceSoon } from "./observable";
import { Outbox } from "./outbox";
import { Search } from "./search";
import { keepSession, type Session } from "./session";
import { forgetSnapshot } from "./snapshot";
import { forgetTold } from "./told";
import { markEnvelopes } from "./view-once";
import { forgetPush } from "./web-push";

// The SDK tells each of its steps; people who look into the console want to see what went wrong.
(logger as unknown as { setLevel(level: "error", persist: boolean): void }).setLevel("error", false);

/** How this device stands to the server. */
export type Connection = "starting" | "live" | "offline";

/** Events per conversation that the first answer of the server brings: the rest is fetched of those that are opened. */
const FIRST_EVENTS = 1;
/** How long after it came a message is on the device. */
const KEEP_AFTER_MS = 2_000;

/** Somebody's account, at work on this device: what features talk to. */
export class Account {
  readonly session: Session;
  readonly client: MatrixClient;
  readonly conversations: Conversations;
  readonly encryption: Encryption;
  readonly media: Media;
  readonly calls: Calls;
  readonly blocks: Blocks;
  readonly outbox: Outbox;
  readonly search: Search;
  readonly #archive: Archive;
  readonly connection = new Cell<Connection>("starting");

  private constructor(session: Session, client: MatrixClient, encryption: Encryption) {
    this.session = session;
    this.client = client;
    this.encryption = encryption;
    this.conversations = new Conversations(client, session.userId);
    this.media = new Media(session);
    this.calls = new Calls(client);
    this.blocks = new Blocks(client);
    this.outbox = new Outbox(client, session.userId);
    this.#archive = new Archive(`${databaseName(session)} said`);
    this.search = new Search(client, this.#archive);
    client.on(ClientEvent.Sync, (state, _before, data) => {
      const connection = connectionOf(state);
      if (connection === "live") void this.outbox.flush();
      // What the device has kept says nothing about the server.
      if (!data?.fromCache) this.connection.set(connection);
    });
    window.addEventListener("online", this.#tryAgain);
    window.addEventListener("offline", this.#cutOff);
    // The server ended the session: another device signed this one out, and was promised that it forgets everything.
    client.on(HttpApiEvent.SessionLoggedOut, () => void this.#forget());
  }

  get userId(): string {
    return this.session.userId;
  }

  /** Opens what this device keeps and begins to sync. Only one tab may do this at a time. */
  static async start(session: Session): Promise<Account> {
    const workerFactory = () => new Worker(new URL("./store-worker.ts", import.meta.url), { type: "module" });
    const store = new IndexedDBStore({ indexedDB, dbName: databaseName(session), workerFactory });
    const encryption = new Encryption();
    const client = createClient({
      baseUrl: location.origin,
      userId: session.userId,
      deviceId: session.deviceId,
      accessToken: session.accessToken,
      store,
      timelineSupport: true,
      cryptoCallbacks: encryption.callbacks,
    });
    const account = new Account(session, client, encryption);
    await Promise.all([
      store.startup(),
      client.initRustCrypto({ cryptoDatabasePrefix: databaseName(session) }),
    ]);
    account.#keepWhatCame(store);
    encryption.start(client);
    markEnvelopes(client);
    account.conversations.start();
    account.search.start();
    // Without a connection it goes on trying, while what was kept is shown.
    client.startClient({ lazyLoadMembers: true, initialSyncLimit: FIRST_EVENTS }).catch(() => {});
    return account;
  }

  /** Ends the work in this tab; what the device keeps stays. */
  stop(): void {
    window.removeEventListener("online", this.#tryAgain);
    window.removeEventListener("offline", this.#cutOff);
    this.#stopKeeping();
    this.calls.stop();
    this.conversations.stop();
    this.search.stop();
    this.client.stopClient();
  }

  /** The SDK writes what came every five minutes, which is too late for whoever closes the tab before. */
  #keepWhatCame(store: IndexedDBStore): void {
    const keep = () => void store.save(true).catch(() => {});
    const keepSoon = onceSoon(keep, KEEP_AFTER_MS);
    const leaving = () => document.visibilityState === "hidden" && keep();
    this.client.on(ClientEvent.Sync, (state) => state === SyncState.Syncing && keepSoon());
    document.addEventListener("visibilitychange", leaving);
    this.#stopKeeping = () => document.removeEventListener("visibilitychange", leaving);
  }

  #stopKeeping = () => {};

  readonly #tryAgain = () => {
    this.connection.set(connectionOf(this.client.getSyncState()));
    this.client.retryImmediately();
  };

  /** The browser knows at once; the SDK when its next request has failed. */
  readonly #cutOff = () => this.connection.set("offline");

  /** Signs this device out and forgets what it kept. */
  async signOut(): Promise<void> {
    await this.client.logout(true).catch(() => {});
    await this.#forget();
  }

  async #forget(): Promise<void> {
    this.stop();
    this.outbox.clear();
    forgetDrafts();
    forgetSnapshot();
    const forgotten = [forgetTold(), forgetPush(), this.#archive.delete(), caches.delete("aside media")];
    await Promise.allSettled(forgotten);
    await this.client.clearStores({ cryptoDatabasePrefix: databaseName(this.session) }).catch(() => {});
    keepSession(null);
  }
}

/** Loads and compiles the crypto, which takes longest, before it is needed. */
export function warmUp(): void {
  void import("@matrix-org/matrix-sdk-crypto-wasm").then(({ initAsync }) => initAsync()).catch(() => {});
}

function connectionOf(state: SyncState | null): Connection {
  switch (state) {
    case SyncState.Prepared:
    case SyncState.Syncing:
    case SyncState.Catchup:
      return "live";
    default:
      return "offline";
  }
}

function databaseName({ userId, deviceId }: Session): string {
  return `aside ${userId} ${deviceId}`;
}
