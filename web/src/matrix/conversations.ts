import {
  ClientEvent,
  EventStatus,
  EventTimeline,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  NotificationCountType,
  type Room,
  RoomEvent,
  RoomStateEvent,
} from "matrix-js-sdk";
import { KnownMembership } from "matrix-js-sdk/lib/types";
import { listen } from "./listen";
import { Cell, onceSoon } from "./observable";
import { isWaiting } from "./outbox";
import { isMessage, previewOf } from "./preview";
import { byNewest, type ConversationRow, type Delivery, type LastMessage } from "./row";
import { localpart } from "./session";
import { keepSnapshot } from "./snapshot";
import { unreadReplies } from "./threads";

const KEEP_EVERY_MS = 2_000;
/** How many rows from the top look for their last message further back, and how far. */
const LOOK_FURTHER_ROWS = 30;
const LOOK_FURTHER_EVENTS = 20;
/** A sync that takes longer than this is shown as it is. */
const APPEARS_MAX_MS = 10_000;

/** The list of conversations, kept up to date row by row: what did not change stays the same object. */
export class Conversations {
  readonly rows = new Cell<readonly ConversationRow[]>([]);
  /** Whether the server's first answer has been taken in. */
  readonly isComplete = new Cell(false);

  readonly #client: MatrixClient;
  readonly #me: string;
  readonly #rows = new Map<string, ConversationRow>();
  readonly #changed = new Set<string>();
  readonly #typing = new Map<string, readonly string[]>();
  readonly #lookedAt = new Set<string>();
  #direct = new Map<string, string>();
  #stop = () => {};

  constructor(client: MatrixClient, me: string) {
    this.#client = client;
    this.#me = me;
  }

  start(): void {
    const client = this.#client;
    const update = onceSoon(() => this.#update());
    const keep = onceSoon(() => keepSnapshot(this.#me, this.rows.get()), KEEP_EVERY_MS);
    const changed = (roomId: string | null | undefined) => {
      if (!roomId) return;
      this.#changed.add(roomId);
      update();
    };
    const ofRoom = (room: Room | undefined) => changed(room?.roomId);
    const second = (_: unknown, room: Room | undefined) => changed(room?.roomId);
    const ofEvent = (event: MatrixEvent) => changed(event.getRoomId());
    const forget = onceSoon(() => {
      this.#direct = directRooms(client);
      for (const room of client.getRooms()) this.#changed.add(room.roomId);
      update();
    });
    const accountData = (event: MatrixEvent) => {
      if (event.getType() === "m.direct" || event.getType() === "m.push_rules") forget();
    };
    const typing = (event: MatrixEvent, member: { roomId: string }) => {
      const ids: unknown = event.getContent().user_ids;
      const others = Array.isArray(ids) ? ids.filter((id): id is string => id !== this.#me) : [];
      this.#typing.set(member.roomId, others);
      changed(member.roomId);
    };
    const synced = () => {
      if (this.isComplete.get() || !client.isInitialSyncComplete()) return;
      forget();
      this.#update();
      this.isComplete.set(true);
    };
    const stopListening = listen(client, [
      [ClientEvent.Room, ofRoom],
      [ClientEvent.DeleteRoom, changed],
      [ClientEvent.AccountData, accountData],
      [ClientEvent.Sync, synced],
      [RoomEvent.Timeline, second],
      [RoomEvent.TimelineReset, ofRoom],
      [RoomEvent.LocalEchoUpdated, second],
      [RoomEvent.Redaction, second],
      [RoomEvent.Receipt, second],
      [RoomEvent.Tags, second],
      [RoomEvent.AccountData, second],
      [RoomEvent.Name, ofRoom],
      [RoomEvent.MyMembership, ofRoom],
      [RoomStateEvent.Events, ofEvent],
      [MatrixEventEvent.Decrypted, ofEvent],
      [MatrixEventEvent.Replaced, ofEvent],
      ["RoomMember.typing", typing],
    ]);
    const stopKeeping = this.rows.subscribe(keep);
    this.#stop = () => {
      stopListening();
      stopKeeping();
    };
  }

  stop(): void {
    this.#stop();
  }

  find(roomId: string): ConversationRow | undefined {
    return this.#rows.get(roomId);
  }

  /** The conversation with one person, where there is one. */
  findDirect(userId: string): string | null {
    for (const row of this.rows.get()) if (row.personId === userId) return row.id;
    return null;
  }

  /** Waits until the sync has brought a conversation that was just made or entered. */
  async appears(roomId: string): Promise<void> {
    const isThere = () => this.#rows.get(roomId)?.folder === "inbox";
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.rows.subscribe(() => isThere() && resolve());
    const timer = setTimeout(resolve, APPEARS_MAX_MS);
    if (isThere()) resolve();
    await promise;
    clearTimeout(timer);
    stop();
  }

  /** Records for every device that a conversation is the one with a person. */
  async markDirect(roomId: string, userId: string): Promise<void> {
    const present = (this.#client.getAccountData("m.direct" as never)?.getContent() ?? {}) as Record<
      string,
      string[]
    >;
    if (present[userId]?.includes(roomId)) return;
    const rooms = [roomId, ...(present[userId] ?? [])];
    await this.#client.setAccountData("m.direct" as never, { ...present, [userId]: rooms } as never);
  }

  #update(): void {
    for (const roomId of this.#changed) {
      const room = this.#client.getRoom(roomId);
      const row = room && this.#rowOf(room);
      if (row) this.#rows.set(roomId, row);
      else this.#rows.delete(roomId);
    }
    this.#changed.clear();
    // Until the first answer is complete, the list as it was last seen is better than a part of it. It stays complete without
    // a connection, of which the SDK says otherwise.
    if (!this.isComplete.get() && !this.#client.isInitialSyncComplete()) return;
    this.rows.set([...this.#rows.values()].sort(byNewest));
    this.#lookFurther();
  }

  /** A row whose newest event is no message, but a reaction or a name, finds its last message further back. */
  #lookFurther(): void {
    const shown = this.rows.get().slice(0, LOOK_FURTHER_ROWS);
    const blind = shown.filter(
      ({ id, last, folder }) => !last && folder === "inbox" && !this.#lookedAt.has(id),
    );
    for (const { id } of blind) {
      const room = this.#client.getRoom(id);
      if (!room?.getLiveTimeline().getPaginationToken(EventTimeline.BACKWARDS)) continue;
      this.#lookedAt.add(id);
      this.#client.scrollback(room, LOOK_FURTHER_EVENTS).catch(() => this.#lookedAt.delete(id));
    }
  }

  #rowOf(room: Room): ConversationRow | null {
    const membership = room.getMyMembership();
    if (membership !== KnownMembership.Join && membership !== KnownMembership.Invite) return null;
    const isInvite = membership === KnownMembership.Invite;
    const personId = this.#personOf(room, isInvite);
    const member = personId ? room.getMember(personId) : null;
    const last = this.#lastOf(room);
    return {
      id: room.roomId,
      kind: personId ? "person" : "group",
      folder: isInvite ? "requests" : "inbox",
      name: personId ? (member?.rawDisplayName ?? personId) : room.name,
      avatar: (personId ? member?.getMxcAvatarUrl() : room.getMxcAvatarUrl()) || null,
      personId,
      last,
      at: last?.at ?? madeAt(room, this.#me),
      unread: isInvite ? 1 : this.#unreadOf(room),
      mentions: room.getUnreadNotificationCount(NotificationCountType.Highlight),
      isMarkedUnread: room.getAccountData("m.marked_unread" as never)?.getContent().unread === true,
      isEncrypted: room.hasEncryptionStateEvent(),
      isMuted: isMuted(this.#client, room.roomId),
      isPinned: "m.favourite" in room.tags,
      isArchived: "m.lowpriority" in room.tags,
      typing: (this.#typing.get(room.roomId) ?? []).map((id) => nameIn(room, id)),
    };
  }

  #unreadOf(room: Room): number {
    const told = room.getUnreadNotificationCount(NotificationCountType.Total);
    return room.hasEncryptionStateEvent() ? told + unreadReplies(this.#client, room) : told;
  }

  #personOf(room: Room, isInvite: boolean): string | null {
    const known = this.#direct.get(room.roomId);
    if (known) return known;
    const inviter = isInvite ? room.getDMInviter() : undefined;
    if (inviter) return inviter;
    const isNamed = !!room.currentState.getStateEvents("m.room.name", "")?.getContent().name;
    if (isNamed || room.getInvitedAndJoinedMemberCount() !== 2) return null;
    return room.getAvatarFallbackMember()?.userId ?? null;
  }

  #lastOf(room: Room): LastMessage | null {
    const event = lastMessage(room);
    if (!event) return null;
    // What a row shows is decrypted even if nobody opens the conversation.
    if (event.isEncrypted() && !event.getClearContent()) void this.#client.decryptEventIfNeeded(event);
    const sender = event.getSender() ?? "";
    const isMine = sender === this.#me;
    return {
      preview: previewOf(event),
      isMine,
      senderName: nameIn(room, sender),
      at: event.getTs(),
      delivery: isMine ? deliveryOf(room, event, this.#me) : "sent",
    };
  }
}

function directRooms(client: MatrixClient): Map<string, string> {
  const people = new Map<string, string>();
  const content = (client.getAccountData("m.direct" as never)?.getContent() ?? {}) as Record<string, unknown>;
  for (const [userId, rooms] of Object.entries(content)) {
    if (!Array.isArray(rooms)) continue;
    for (const roomId of rooms) if (typeof roomId === "string") people.set(roomId, userId);
  }
  return people;
}

function lastMessage(room: Room): MatrixEvent | null {
  const events = room.getLiveTimeline().getEvents();
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const event = events[index];
    if (event && isMessage(event)) return event;
  }
  return null;
}

/** How far a message of mine has come: read where anybody else has read it or something later. */
export function deliveryOf(room: Room, event: MatrixEvent, me: string): Delivery {
  const local = localDelivery(event);
  if (local) return local;
  const id = event.getId() ?? "";
  const isRead = room
    .getJoinedMembers()
    .some(({ userId }) => userId !== me && room.hasUserReadEvent(userId, id));
  return isRead ? "read" : "sent";
}

/** Where a message has not reached the server yet. */
export function localDelivery(event: MatrixEvent): "sending" | "failed" | null {
  switch (event.status) {
    case EventStatus.NOT_SENT:
      return isWaiting(event.getTxnId()) ? "sending" : "failed";
    case EventStatus.ENCRYPTING:
    case EventStatus.SENDING:
    case EventStatus.QUEUED:
      return "sending";
    default:
      return null;
  }
}

/** Somebody's name in a conversation, and the readable part of their id where they have none. */
export function nameIn(room: Room, userId: string): string {
  return room.getMember(userId)?.rawDisplayName || localpart(userId);
}

function madeAt(room: Room, me: string): number {
  const state = room.currentState;
  const event = state.getStateEvents("m.room.member", me) ?? state.getStateEvents("m.room.create", "");
  return event?.getTs() ?? 0;
}

function isMuted(client: MatrixClient, roomId: string): boolean {
  const rules = client.pushRules?.global;
  const muting = [...(rules?.override ?? []), ...(rules?.room ?? [])].find((rule) => rule.rule_id === roomId);
  return muting?.enabled === true && !muting.actions.some((action) => action === "notify");
}
