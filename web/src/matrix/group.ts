import type { MatrixClient, Room, RoomMember } from "matrix-js-sdk";
import { nameIn } from "./conversations";
import type { Person } from "./people";

/** Somebody who is in a group, or is asked into it. */
export interface Member extends Person {
  readonly isMe: boolean;
  readonly isInvited: boolean;
  /** Whether they look after the group. */
  readonly isKeeper: boolean;
  /** Whether I may take them out. */
  readonly mayRemove: boolean;
}

/** What I may do with a group. */
export interface GroupRights {
  readonly mayRename: boolean;
  readonly mayPicture: boolean;
  readonly mayAdd: boolean;
}

/** From this power on, somebody looks after a group. */
const KEEPER = 50;

/** Myself last, as in a sentence; the others by name. */
export function membersOf(room: Room): readonly Member[] {
  const me = room.client.getSafeUserId();
  const there = room
    .getMembers()
    .filter(({ membership }) => membership === "join" || membership === "invite");
  const members = there.map((member) => ({
    userId: member.userId,
    name: nameIn(room, member.userId),
    avatar: member.getMxcAvatarUrl() ?? null,
    isMe: member.userId === me,
    isInvited: member.membership === "invite",
    isKeeper: member.powerLevel >= KEEPER,
    mayRemove: mayRemove(room, member, me),
  }));
  return members.sort((a, b) => Number(a.isMe) - Number(b.isMe) || a.name.localeCompare(b.name));
}

function mayRemove(room: Room, member: RoomMember, me: string): boolean {
  const mine = room.getMember(me)?.powerLevel ?? 0;
  return (
    member.userId !== me &&
    room.currentState.hasSufficientPowerLevelFor("kick", mine) &&
    mine > member.powerLevel
  );
}

export function rightsIn(room: Room): GroupRights {
  const me = room.client.getSafeUserId();
  return {
    mayRename: room.currentState.maySendStateEvent("m.room.name", me),
    mayPicture: room.currentState.maySendStateEvent("m.room.avatar", me),
    mayAdd: room.canInvite(me),
  };
}

export async function rename(client: MatrixClient, roomId: string, name: string): Promise<void> {
  await client.setRoomName(roomId, name);
}

export async function setPicture(client: MatrixClient, roomId: string, mxc: string): Promise<void> {
  await client.sendStateEvent(roomId, "m.room.avatar" as never, { url: mxc } as never, "");
}

export async function addTo(client: MatrixClient, roomId: string, userId: string): Promise<void> {
  await client.invite(roomId, userId);
}

export async function removeFrom(client: MatrixClient, roomId: string, userId: string): Promise<void> {
  await client.kick(roomId, userId);
}
