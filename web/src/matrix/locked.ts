import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { DecryptionFailureCode as Code } from "matrix-js-sdk/lib/crypto-api";

/** Why a message cannot be read here. */
export type LockedWhy =
  /** Its key has not come; it may still. */
  | "waiting"
  /** It is from before this device, which has not been confirmed. */
  | "unconfirmed"
  /** It is from before this device, and its key was not kept anywhere. */
  | "lost"
  /** It is from before the person was here. */
  | "before"
  /** Its sender did not give this device the key. */
  | "withheld"
  /** Whoever sent it has other keys than before. */
  | "changed";

export function lockedWhy(event: MatrixEvent): LockedWhy {
  switch (event.decryptionFailureReason) {
    case Code.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED:
      return "unconfirmed";
    case Code.HISTORICAL_MESSAGE_NO_KEY_BACKUP:
      return "lost";
    case Code.HISTORICAL_MESSAGE_USER_NOT_JOINED:
      return "before";
    case Code.MEGOLM_KEY_WITHHELD:
    case Code.MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE:
      return "withheld";
    case Code.SENDER_IDENTITY_PREVIOUSLY_VERIFIED:
      return "changed";
    default:
      return "waiting";
  }
}

/** Tries once more to read a message. */
export async function readAgain(client: MatrixClient, roomId: string, eventId: string): Promise<void> {
  const event = client.getRoom(roomId)?.findEventById(eventId);
  const crypto = client.getCrypto();
  if (event && crypto) await event.attemptDecryption(crypto as never, { isRetry: true });
}
