import type { IContent } from "matrix-js-sdk";
import type { Account } from "./account";
import type { Person } from "./people";
import { localpart } from "./session";

const CONTACT = "org.aside.contact";

/** The person whom a message recommends (docs/api/messages.md). */
export function contactOf(content: IContent): Person | null {
  const contact: unknown = content[CONTACT];
  if (typeof contact !== "object" || contact === null) return null;
  const { user_id: userId, displayname, avatar_url: avatar } = contact as Record<string, unknown>;
  if (typeof userId !== "string" || !/^@[^:\s]+:\S+$/.test(userId)) return null;
  return {
    userId,
    name: typeof displayname === "string" && displayname ? displayname : localpart(userId),
    avatar: typeof avatar === "string" ? avatar : null,
  };
}

/** Other clients show the person's name and their address as a link. */
export function sendContact({ client }: Account, roomId: string, { userId, name, avatar }: Person): void {
  const content = {
    msgtype: "m.text",
    body: `${name} (${userId}) https://matrix.to/#/${encodeURIComponent(userId)}`,
    "m.mentions": {},
    [CONTACT]: { user_id: userId, displayname: name, ...(avatar && { avatar_url: avatar }) },
  };
  client.sendMessage(roomId, content as never).catch(() => {});
}
