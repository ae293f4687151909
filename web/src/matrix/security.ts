import type { Account } from "./account";
import { call, Refusal } from "./http";

export type SecurityLevel = "end_to_end" | "in_transit_and_at_rest" | "in_transit" | "nothing";
export type SecurityReader =
  | "members"
  | "world"
  | "later_members"
  | "unverified_devices"
  | "operator"
  | "push_gateways"
  | "disk_access";

/** What protects a conversation, and from whom not. */
export interface Security {
  readonly level: SecurityLevel;
  readonly readers: readonly SecurityReader[];
  /** Whether it was encrypted only after something had been said. */
  readonly wasPlainBefore: boolean;
  readonly disappearsAfterMs: number | null;
}

interface Label {
  readonly level: SecurityLevel;
  readonly readable_by: readonly { readonly who: SecurityReader }[];
  readonly encryption?: { readonly after_plain_messages: boolean };
  readonly disappears_after_ms?: number;
}

/** What the server says about it, and where it says nothing, what this device can tell. */
export async function securityOf(account: Account, roomId: string): Promise<Security> {
  const path = `/_aside/v1/rooms/${encodeURIComponent(roomId)}/security`;
  try {
    const label = await call<Label>(path, { token: account.session.accessToken });
    return {
      level: label.level,
      readers: label.readable_by.map(({ who }) => who),
      wasPlainBefore: label.encryption?.after_plain_messages === true,
      disappearsAfterMs: label.disappears_after_ms ?? null,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return ownLabel(account, roomId);
  }
}

/** Without the server's word nothing is said about its disks. */
function ownLabel({ client }: Account, roomId: string): Security {
  const room = client.getRoom(roomId);
  const isEncrypted = room?.hasEncryptionStateEvent() === true;
  const onTheWay = location.protocol === "https:" ? "in_transit" : "nothing";
  const readers: SecurityReader[] = isEncrypted ? ["members"] : ["members", "operator", "disk_access"];
  if (!isEncrypted && room?.getHistoryVisibility() === "world_readable") readers.push("world");
  return {
    level: isEncrypted ? "end_to_end" : onTheWay,
    readers,
    wasPlainBefore: false,
    disappearsAfterMs: null,
  };
}
