import { call } from "./http";
import { byNewest, type ConversationRow, type LastMessage } from "./row";
import { localpart, type Session } from "./session";

/**
 * The list on a device that has just signed in, asked for directly and with one message per conversation: it is there before
 * the Matrix SDK has been loaded and has taken in the rest.
 */
export async function fetchFirstList(session: Session): Promise<readonly ConversationRow[]> {
  const path = `/_matrix/client/v3/sync?timeout=0&filter=${encodeURIComponent(JSON.stringify(FILTER))}`;
  return rowsOfSync(await call<Sync>(path, { token: session.accessToken }), session.userId);
}

const FILTER = {
  presence: { not_types: ["*"] },
  account_data: { types: ["m.direct"] },
  room: {
    timeline: { limit: 1 },
    state: {
      types: ["m.room.name", "m.room.avatar", "m.room.encryption", "m.room.member"],
      lazy_load_members: true,
    },
    ephemeral: { not_types: ["*"] },
    account_data: { types: ["m.tag", "m.marked_unread"] },
  },
};

interface Event {
  readonly type: string;
  readonly sender?: string;
  readonly state_key?: string;
  readonly origin_server_ts?: number;
  readonly content: Readonly<Record<string, unknown>>;
}

interface Events {
  readonly events?: readonly Event[];
}

interface JoinedRoom {
  readonly state?: Events;
  readonly timeline?: Events;
  readonly account_data?: Events;
  readonly summary?: { readonly "m.heroes"?: readonly string[]; readonly "m.joined_member_count"?: number };
  readonly unread_notifications?: { readonly notification_count?: number; readonly highlight_count?: number };
}

export interface Sync {
  readonly account_data?: Events;
  readonly rooms?: {
    readonly join?: Readonly<Record<string, JoinedRoom>>;
    readonly invite?: Readonly<Record<string, { readonly invite_state?: Events }>>;
  };
}

export function rowsOfSync(sync: Sync, me: string): readonly ConversationRow[] {
  const people = new Map<string, string>();
  const direct = sync.account_data?.events?.find(({ type }) => type === "m.direct")?.content ?? {};
  for (const [userId, rooms] of Object.entries(direct)) {
    if (Array.isArray(rooms)) for (const id of rooms) people.set(String(id), userId);
  }
  const joined = Object.entries(sync.rooms?.join ?? {}).map(([id, room]) =>
    joinedRow(id, room, me, people.get(id)),
  );
  const invited = Object.entries(sync.rooms?.invite ?? {}).map(([id, room]) =>
    invitedRow(id, room.invite_state?.events ?? [], me),
  );
  return [...joined, ...invited].sort(byNewest);
}

/** What a conversation is, by its state. */
class State {
  readonly #events: readonly Event[];

  constructor(events: readonly Event[]) {
    this.#events = events;
  }

  find(type: string, key = ""): Event | undefined {
    return this.#events.findLast((event) => event.type === type && event.state_key === key);
  }

  text(type: string, field: string, key = ""): string | null {
    const value = this.find(type, key)?.content[field];
    return typeof value === "string" && value !== "" ? value : null;
  }

  nameOf(userId: string): string {
    return this.text("m.room.member", "displayname", userId) ?? localpart(userId);
  }
}

const NOTHING = {
  last: null,
  mentions: 0,
  isMarkedUnread: false,
  isMuted: false,
  isPinned: false,
  isArchived: false,
  typing: [],
} as const;

function joinedRow(id: string, room: JoinedRoom, me: string, person: string | undefined): ConversationRow {
  const timeline = room.timeline?.events ?? [];
  const state = new State([...(room.state?.events ?? []), ...timeline]);
  const data = new State((room.account_data?.events ?? []).map((event) => ({ ...event, state_key: "" })));
  const tags = (data.find("m.tag")?.content.tags ?? {}) as Record<string, unknown>;
  const heroes = room.summary?.["m.heroes"] ?? [];
  const ownName = state.text("m.room.name", "name");
  const personId = person ?? (!ownName && heroes.length === 1 ? (heroes[0] ?? null) : null);
  const names = heroes.map((hero) => state.nameOf(hero));
  const last = lastOf(timeline.at(-1), state, me);
  return {
    ...NOTHING,
    id,
    kind: personId ? "person" : "group",
    folder: "inbox",
    name: personId ? state.nameOf(personId) : (ownName ?? names.join(", ")),
    avatar: personId
      ? state.text("m.room.member", "avatar_url", personId)
      : state.text("m.room.avatar", "url"),
    personId,
    last,
    at: timeline.at(-1)?.origin_server_ts ?? 0,
    unread: room.unread_notifications?.notification_count ?? 0,
    mentions: room.unread_notifications?.highlight_count ?? 0,
    isMarkedUnread: data.find("m.marked_unread")?.content.unread === true,
    isEncrypted: state.find("m.room.encryption") !== undefined,
    isPinned: "m.favourite" in tags,
    isArchived: "m.lowpriority" in tags,
  };
}

/** Encrypted messages are opened when the SDK is there; until then the row tells only that there is one. */
function lastOf(event: Event | undefined, state: State, me: string): LastMessage | null {
  if (event?.type !== "m.room.message" && event?.type !== "m.room.encrypted") return null;
  const body = typeof event.content.body === "string" ? event.content.body : "";
  const isText = event.content.msgtype === "m.text";
  const kind = event.type === "m.room.encrypted" ? "locked" : isText ? "text" : "other";
  return {
    preview: { kind, text: body.slice(0, 160) },
    isMine: event.sender === me,
    senderName: state.nameOf(event.sender ?? ""),
    at: event.origin_server_ts ?? 0,
    delivery: "sent",
  };
}

function invitedRow(id: string, events: readonly Event[], me: string): ConversationRow {
  const state = new State(events);
  const invite = state.find("m.room.member", me);
  const isDirect = invite?.content.is_direct === true;
  const inviter = invite?.sender ?? "";
  return {
    ...NOTHING,
    id,
    kind: isDirect ? "person" : "group",
    folder: "requests",
    name: isDirect ? state.nameOf(inviter) : (state.text("m.room.name", "name") ?? state.nameOf(inviter)),
    avatar: isDirect
      ? state.text("m.room.member", "avatar_url", inviter)
      : state.text("m.room.avatar", "url"),
    personId: isDirect ? inviter : null,
    at: invite?.origin_server_ts ?? 0,
    unread: 1,
    isEncrypted: state.find("m.room.encryption") !== undefined,
  };
}
