import {
  ClientEvent,
  createClient,
  HttpApiEvent,
  IndexedDBStore,
  type MatrixClient,
  SyncState,
} from "matrix-js-sdk";
import { logger } from "matrix-js-sdk/lib/logger";
import { Calls } from "./calls";
import { Conversations } from "./conversations";
import { Encryption } from "./encryption";
import { Media } from "./media";
import { Cell } from "./observable";
import { keepSession, type Session } from "./session";
import { markEnvelopes } from "./view-once";

// The SDK tells each of its steps; people who look into the console want to see what went wrong.
(logger as unknown as { setLevel(level: "error", persist: boolean): void }).setLevel("error", false);

/** How this device stands to the server. */
export type Connection = "starting" | "live" | "offline";

/** Events per conversation that the first answer of the server brings: the rest is fetched of those that are opened. */
const FIRST_EVENTS = 1;

/** Somebody's account, at work on this device: what features talk to. */
export class Account {
  readonly session: Session;
  readonly client: MatrixClient;
  readonly conversations: Conversations;
  readonly encryption: Encryption;
  readonly media: Media;
  readonly calls: Calls;
  readonly connection = new Cell<Connection>("starting");

  private constructor(session: Session, client: MatrixClient, encryption: Encryption) {
    this.session = session;
    this.client = client;
    this.encryption = encryption;
    this.conversations = new Conversations(client, session.userId);
    this.media = new Media(session);
    this.calls = new Calls(client);
    client.on(ClientEvent.Sync, (state) => this.connection.set(connectionOf(state)));
    // The server ended the session: another device signed this one out.
    client.on(HttpApiEvent.SessionLoggedOut, () => keepSession(null));
  }

  get userId(): string {
    return this.session.userId;
  }

  /** Opens what this device keeps and begins to sync. Only one tab may do this at a time. */
  static async start(session: Session): Promise<Account> {
    const store = new IndexedDBStore({ indexedDB, dbName: databaseName(session) });
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
    encryption.start(client);
    markEnvelopes(client);
    account.conversations.start();
    await client.startClient({ lazyLoadMembers: true, initialSyncLimit: FIRST_EVENTS });
    return account;
  }

  /** Ends the work in this tab; what the device keeps stays. */
  stop(): void {
    this.calls.stop();
    this.conversations.stop();
    this.client.stopClient();
  }

  /** Signs this device out and forgets what it kept. */
  async signOut(): Promise<void> {
    await this.client.logout(true).catch(() => {});
    this.conversations.stop();
    await this.client.clearStores({ cryptoDatabasePrefix: databaseName(this.session) }).catch(() => {});
    keepSession(null);
  }
}

/** Loads and compiles the crypto, which takes longest, before it is needed. */
export function warmUp(): void {
  void import("@matrix-org/matrix-sdk-crypto-wasm").then(({ initAsync }) => initAsync()).catch(() => {});
}

function connectionOf(state: SyncState): Connection {
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
