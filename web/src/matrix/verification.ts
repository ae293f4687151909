import { type MatrixClient, type MatrixEvent, MatrixEventEvent, RoomEvent } from "matrix-js-sdk";
import {
  type CryptoApi,
  CryptoEvent,
  type ShowQrCodeCallbacks,
  type ShowSasCallbacks,
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
  type Verifier,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api";
import { Cell } from "./observable";

/** How far two devices are with making sure that they speak with each other and nobody is in between. */
export type VerificationStep =
  /** The other side asks. */
  | "asked"
  /** The other side has to say yes. */
  | "waiting"
  /** Both are there, and one of the ways has to be chosen. */
  | "choosing"
  | "emoji"
  /** The other side has scanned the code, and says so on its screen. */
  | "scanned"
  /** The other side has to confirm what it sees. */
  | "confirming"
  | "done"
  | "cancelled";

/** A verification as a screen shows it. */
export interface Verification {
  readonly step: VerificationStep;
  /** Between two devices of one's own. */
  readonly isOwn: boolean;
  readonly userId: string;
  /** What the other device is called, where it is one's own and known. */
  readonly deviceName: string | null;
  readonly emoji: readonly (readonly [emoji: string, name: string])[];
  /** What a code to be scanned says, where the other device can scan. */
  readonly code: Uint8ClampedArray | null;
  readonly canScan: boolean;
  /** Why it was cancelled, as a code of Matrix. */
  readonly reason: string | null;
  readonly wasCancelledHere: boolean;
}

const READY = "m.key.verification.ready";
const SAS = "m.sas.v1";
const SHOWS_CODE = "m.qr_code.show.v1";

/** Verifications that are going on. One is shown at a time. */
export class Verifications {
  readonly current = new Cell<Verification | null>(null);
  #client: MatrixClient | null = null;
  #request: VerificationRequest | null = null;
  #verifier: Verifier | null = null;
  #sas: ShowSasCallbacks | null = null;
  #qr: ShowQrCodeCallbacks | null = null;
  #code: Uint8ClampedArray | null = null;
  #hasAskedForCode = false;
  #deviceName: string | null = null;
  #hasConfirmed = false;
  #isElsewhere = false;

  start(client: MatrixClient): void {
    this.#client = client;
    client.on(CryptoEvent.VerificationRequestReceived, (request) => {
      if (!this.#request && !request.initiatedByMe && request.pending) this.#follow(request);
    });
    client.on(RoomEvent.Timeline, (event) => this.#answered(event));
    client.on(MatrixEventEvent.Decrypted, (event) => this.#answered(event));
  }

  /**
   * Another device of the person has taken the question that came to all of them in a conversation. The SDK does not notice,
   * and closing the question here would end it there.
   */
  #answered(event: MatrixEvent): void {
    const isOwn = event.getType() === READY && event.getSender() === this.#client?.getUserId();
    if (!isOwn || event.getContent().from_device === this.#client?.getDeviceId()) return;
    if (!this.#request || event.relationEventId !== this.#request.transactionId) return;
    this.#isElsewhere = true;
    this.#show();
  }

  /** Asks the devices that one has already to let this one in. */
  async askOwnDevices(): Promise<void> {
    this.#follow(await this.#crypto().requestOwnUserVerification());
  }

  /** Lets in another device of one's own. */
  async askDevice(deviceId: string): Promise<void> {
    const userId = this.#client?.getSafeUserId() ?? "";
    this.#follow(await this.#crypto().requestDeviceVerification(userId, deviceId));
  }

  async askPerson(userId: string, roomId: string): Promise<void> {
    this.#follow(await this.#crypto().requestVerificationDM(userId, roomId));
  }

  async accept(): Promise<void> {
    await this.#request?.accept();
  }

  async compareEmoji(): Promise<void> {
    await this.#request?.startVerification(SAS);
  }

  /** Takes what was read from the code on the other device. */
  async scanned(code: Uint8ClampedArray): Promise<void> {
    await this.#request?.scanQRCode(code);
  }

  /** Both sides see the same. */
  confirm(): void {
    this.#hasConfirmed = true;
    if (this.#qr) this.#qr.confirm();
    else void this.#sas?.confirm().catch(() => {});
    this.#show();
  }

  /** The two sides see different things. */
  mismatch(): void {
    if (this.#qr) this.#qr.cancel();
    else this.#sas?.mismatch();
  }

  /** Ends it, wherever it is, and takes it off the screen. */
  close(): void {
    const request = this.#isElsewhere ? null : this.#request;
    this.#forget();
    if (request?.pending) void request.cancel().catch(() => {});
  }

  #follow(request: VerificationRequest): void {
    this.#forget();
    this.#request = request;
    request.on(VerificationRequestEvent.Change, () => {
      if (this.#request === request) void this.#changed(request);
    });
    void this.#changed(request);
    void this.#nameDevice(request);
  }

  #forget(): void {
    this.#request = null;
    this.#verifier = null;
    this.#sas = null;
    this.#qr = null;
    this.#code = null;
    this.#hasAskedForCode = false;
    this.#deviceName = null;
    this.#hasConfirmed = false;
    this.#isElsewhere = false;
    this.current.set(null);
  }

  async #changed(request: VerificationRequest): Promise<void> {
    // Making the code changes the request, and a second one would cancel the first.
    if (request.phase === VerificationPhase.Ready && !this.#hasAskedForCode) {
      this.#hasAskedForCode = true;
      this.#code = (await request.generateQRCode().catch(() => undefined)) ?? null;
      if (this.#request !== request) return;
    }
    if (request.verifier && request.verifier !== this.#verifier) this.#drive(request.verifier);
    this.#show();
  }

  #drive(verifier: Verifier): void {
    this.#verifier = verifier;
    this.#sas = verifier.getShowSasCallbacks();
    this.#qr = verifier.getReciprocateQrCodeCallbacks();
    verifier.on(VerifierEvent.ShowSas, (sas) => {
      this.#sas = sas;
      this.#show();
    });
    verifier.on(VerifierEvent.ShowReciprocateQr, (qr) => {
      this.#qr = qr;
      this.#show();
    });
    // How it ends is told by the request.
    verifier.verify().catch(() => {});
  }

  async #nameDevice(request: VerificationRequest): Promise<void> {
    if (!request.isSelfVerification) return;
    const me = request.otherUserId;
    const devices = (await this.#crypto().getUserDeviceInfo([me])).get(me);
    this.#deviceName = devices?.get(request.otherDeviceId ?? "")?.displayName ?? null;
    if (this.#request === request) this.#show();
  }

  #show(): void {
    const request = this.#request;
    if (!request) return;
    const step = this.#step(request);
    this.current.set({
      step,
      isOwn: request.isSelfVerification,
      userId: request.otherUserId,
      deviceName: this.#deviceName,
      emoji: this.#sas?.sas.emoji ?? [],
      code: this.#code,
      canScan: step === "choosing" && request.otherPartySupportsMethod(SHOWS_CODE),
      reason: this.#isElsewhere ? "m.accepted" : request.cancellationCode,
      wasCancelledHere: request.cancellingUserId === this.#client?.getUserId() && !request.isSelfVerification,
    });
  }

  #step(request: VerificationRequest): VerificationStep {
    if (this.#isElsewhere) return "cancelled";
    switch (request.phase) {
      case VerificationPhase.Unsent:
      case VerificationPhase.Requested:
        return request.initiatedByMe || request.accepting ? "waiting" : "asked";
      case VerificationPhase.Ready:
        return "choosing";
      case VerificationPhase.Started:
        if (this.#hasConfirmed) return "confirming";
        if (this.#qr) return "scanned";
        return this.#sas ? "emoji" : "confirming";
      case VerificationPhase.Done:
        return "done";
      case VerificationPhase.Cancelled:
        return "cancelled";
    }
  }

  #crypto(): CryptoApi {
    const crypto = this.#client?.getCrypto();
    if (!crypto) throw new Error("encryption is used before it was started");
    return crypto;
  }
}
