import type { Account } from "./account";
import { callWithPassword } from "./reauth";

/** A device on which the person is signed in. */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly isThis: boolean;
  readonly isConfirmed: boolean;
  /** When it was last there, in milliseconds. */
  readonly seenAt: number | null;
}

/** This device first, then those that were there last. */
export async function listDevices({ client, session }: Account): Promise<readonly Device[]> {
  const [{ devices }, crypto] = [await client.getDevices(), client.getCrypto()];
  const found = await Promise.all(
    devices.map(async ({ device_id: id, display_name: name, last_seen_ts: seenAt }): Promise<Device> => {
      const status = await crypto?.getDeviceVerificationStatus(session.userId, id);
      const isConfirmed = status?.signedByOwner === true;
      return { id, name: name || id, isThis: id === session.deviceId, isConfirmed, seenAt: seenAt ?? null };
    }),
  );
  return found.sort((a, b) => Number(b.isThis) - Number(a.isThis) || (b.seenAt ?? 0) - (a.seenAt ?? 0));
}

/** Signs other devices out; they forget everything that they kept. */
export async function signOutDevices(
  { session }: Account,
  devices: readonly string[],
  password: string,
): Promise<void> {
  await callWithPassword(session, "/_matrix/client/v3/delete_devices", { devices }, password);
}

export async function renameDevice({ client }: Account, deviceId: string, name: string): Promise<void> {
  await client.setDeviceDetails(deviceId, { display_name: name });
}

export async function changePassword(
  { session }: Account,
  password: string,
  newPassword: string,
  signsOthersOut: boolean,
): Promise<void> {
  const body = { new_password: newPassword, logout_devices: signsOthersOut };
  await callWithPassword(session, "/_matrix/client/v3/account/password", body, password);
}

/** Closes the account for ever. With `erase`, others lose what was written where the server can take it away. */
export async function closeAccount({ session }: Account, password: string, erase: boolean): Promise<void> {
  await callWithPassword(session, "/_matrix/client/v3/account/deactivate", { erase }, password);
}
