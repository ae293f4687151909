import type { AuthDict, MatrixClient, UIAuthCallback } from "matrix-js-sdk";
import {
  type CryptoApi,
  type CryptoCallbacks,
  CryptoEvent,
  decodeRecoveryKey,
} from "matrix-js-sdk/lib/crypto-api";
import { Cell, onceSoon } from "./observable";
import { Verifications } from "./verification";

/** Where this device stands with the person's keys. */
export type Trust =
  | "unknown"
  /** Nothing has been set up yet on any device. */
  | "new"
  /** There are keys, and this device has not been let in: it reads no older messages. */
  | "unconfirmed"
  | "confirmed";

/** What is known of somebody else's keys. */
export type PersonTrust =
  | "unknown"
  /** They are the same as ever. */
  | "same"
  /** They are other ones than before: a new device after losing all others, or somebody in between. */
  | "changed"
  /** Both compared them. */
  | "confirmed";

/** What the person knows at the moment, and is asked for otherwise. */
export interface Secrets {
  password: string | null;
  recoveryKey: Uint8Array<ArrayBuffer> | null;
}

/** Keys of the person and of this device. */
export class Encryption {
  readonly trust = new Cell<Trust>("unknown");
  /** Whether older messages can be had again with the recovery key; `null` before the server has said it. */
  readonly hasBackup = new Cell<boolean | null>(null);

  /** Devices of the person that have not been let in. */
  readonly strangers = new Cell<readonly string[]>([]);
  /** Changes whenever something about anybody's keys may have changed. */
  readonly version = new Cell(0);
  readonly verifications = new Verifications();

  readonly #secrets: Secrets = { password: null, recoveryKey: null };
  #client: MatrixClient | null = null;

  readonly callbacks: CryptoCallbacks = {
    getSecretStorageKey: async ({ keys }) => {
      const id = Object.keys(keys)[0];
      const key = this.#secrets.recoveryKey;
      return id && key ? [id, key] : null;
    },
    cacheSecretStorageKey: (_id, _info, key) => {
      this.#secrets.recoveryKey = key as Uint8Array<ArrayBuffer>;
    },
  };

  start(client: MatrixClient): void {
    this.#client = client;
    this.verifications.start(client);
    const look = onceSoon(() => void this.refresh().catch(() => {}));
    const events = [
      CryptoEvent.KeysChanged,
      CryptoEvent.UserTrustStatusChanged,
      CryptoEvent.DevicesUpdated,
      CryptoEvent.KeyBackupStatus,
    ];
    for (const event of events) client.on(event as CryptoEvent.KeysChanged, look);
    look();
  }

  /** Kept for the minutes in which an account is set up, so that nobody is asked twice. */
  rememberPassword(password: string): void {
    this.#secrets.password = password;
  }

  forgetSecrets(): void {
    this.#secrets.password = null;
    this.#secrets.recoveryKey = null;
  }

  async refresh(): Promise<void> {
    const crypto = this.#client?.getCrypto();
    const me = this.#client?.getUserId();
    if (!crypto || !me) return;
    const [hasKeys, device, backup] = await Promise.all([
      crypto.userHasCrossSigningKeys(me, true),
      crypto.getDeviceVerificationStatus(me, this.#client?.getDeviceId() ?? ""),
      crypto.getKeyBackupInfo(),
    ]);
    this.hasBackup.set(backup !== null);
    this.strangers.set(await this.#strangers(crypto, me));
    this.version.set(this.version.get() + 1);
    this.trust.set(!hasKeys ? "new" : device?.crossSigningVerified ? "confirmed" : "unconfirmed");
  }

  /**
   * Makes the person's keys, which every new device is confirmed with. It needs nothing but a moment, and the password where
   * the server asks for it.
   */
  async setUp(): Promise<void> {
    await this.#crypto().bootstrapCrossSigning({ authUploadDeviceSigningKeys: this.#byPassword });
    await this.refresh();
  }

  /** Makes the recovery key, and a backup that it opens. Returns the key as it is written down. */
  async makeRecoveryKey(): Promise<string> {
    const crypto = this.#crypto();
    const { privateKeysCachedLocally: kept } = await crypto.getCrossSigningStatus();
    const hasKeys = kept.masterKey && kept.selfSigningKey && kept.userSigningKey;
    // Where this device has them, the former recovery key need not be known to make another one.
    if (!hasKeys) await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: this.#byPassword });
    return this.#newRecoveryKey(crypto);
  }

  async #newRecoveryKey(crypto: CryptoApi): Promise<string> {
    const key = await crypto.createRecoveryKeyFromPassphrase();
    this.#secrets.recoveryKey = key.privateKey as Uint8Array<ArrayBuffer>;
    await crypto.bootstrapSecretStorage({
      createSecretStorageKey: async () => key,
      setupNewSecretStorage: true,
      setupNewKeyBackup: true,
    });
    await this.refresh();
    return key.encodedPrivateKey ?? "";
  }

  /** Lets this device in by the recovery key, and brings back older messages. Refused where it is another key. */
  async recover(written: string): Promise<void> {
    const crypto = this.#crypto();
    const key = decodeRecoveryKey(written.trim());
    const storage = this.#client?.secretStorage;
    const stored = await storage?.getKey();
    if (!stored || !(await storage?.checkKey(key, stored[1]))) throw new WrongRecoveryKey();
    this.#secrets.recoveryKey = key;
    await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: this.#byPassword });
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    await crypto.checkKeyBackupAndEnable();
    void crypto.restoreKeyBackup().catch(() => {});
    await this.refresh();
  }

  /** What is known of somebody's keys. */
  async trustOf(userId: string): Promise<PersonTrust> {
    const status = await this.#crypto().getUserVerificationStatus(userId);
    if (status.isCrossSigningVerified()) return "confirmed";
    if (status.needsUserApproval) return "changed";
    return status.known ? "same" : "unknown";
  }

  /** Takes somebody's new keys for theirs. */
  async acceptKeys(userId: string): Promise<void> {
    const crypto = this.#crypto();
    const status = await crypto.getUserVerificationStatus(userId);
    if (status.wasCrossSigningVerified()) await crypto.withdrawVerificationRequirement(userId);
    if (status.needsUserApproval) await crypto.pinCurrentUserIdentity(userId);
    await this.refresh();
  }

  /**
   * Begins anew for somebody who has lost all devices and the recovery key: new keys, a new recovery key, and nothing of
   * what was encrypted before. Returns the new recovery key.
   */
  async startOver(password: string): Promise<string> {
    this.#secrets.password = password;
    const crypto = this.#crypto();
    await crypto.resetEncryption(this.#byPassword);
    return this.#newRecoveryKey(crypto);
  }

  async #strangers(crypto: CryptoApi, me: string): Promise<readonly string[]> {
    const before = this.strangers.get();
    const devices = [...((await crypto.getUserDeviceInfo([me])).get(me)?.keys() ?? [])];
    const isKnown = await Promise.all(
      devices.map(async (id) => (await crypto.getDeviceVerificationStatus(me, id))?.signedByOwner !== false),
    );
    const found = devices.filter((_, index) => !isKnown[index]);
    return found.join() === before.join() ? before : found;
  }

  readonly #byPassword: UIAuthCallback<void> = async (request) => {
    try {
      await request(null);
    } catch (error) {
      const { httpStatus, data } = error as { httpStatus?: number; data?: { session?: string } };
      const user = this.#client?.getUserId();
      if (httpStatus !== 401 || !this.#secrets.password || !user) throw error;
      const auth: AuthDict = {
        type: "m.login.password",
        identifier: { type: "m.id.user", user },
        password: this.#secrets.password,
        session: data?.session,
      };
      await request(auth);
    }
  };

  #crypto(): CryptoApi {
    const crypto = this.#client?.getCrypto();
    if (!crypto) throw new Error("encryption is used before it was started");
    return crypto;
  }
}

export class WrongRecoveryKey extends Error {}
