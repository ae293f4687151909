import type { Account } from "./account";
import type { MessageRequest, Wanted } from "./requests";
import { localpart } from "./session";

/** Invitations as requests, for a server that keeps no requests of its own. */
export function invitesAsRequests({ client, conversations, userId }: Account): readonly MessageRequest[] {
  return conversations.rows
    .get()
    .filter((row) => row.folder === "requests")
    .map((row) => {
      const room = client.getRoom(row.id);
      const senderId = room?.getMember(userId)?.events.member?.getSender() ?? row.personId ?? "";
      return {
        roomId: row.id,
        senderId,
        senderName: room?.getMember(senderId)?.rawDisplayName ?? localpart(senderId),
        avatar: row.avatar,
        folder: "requests",
        isDirect: row.kind === "person",
        isStranger: false,
        isUnread: true,
        at: row.at,
        expiresAt: null,
        groupName: row.kind === "group" ? row.name : null,
        members: room?.getJoinedMemberCount() ?? 0,
        snippet: null,
      };
    });
}

export function fitting(requests: readonly MessageRequest[], { folder, term }: Wanted) {
  const wanted = term.toLocaleLowerCase();
  return requests.filter(
    (request) => request.folder === folder && request.senderName.toLocaleLowerCase().includes(wanted),
  );
}
