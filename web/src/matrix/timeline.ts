import {
  EventTimeline,
  type EventTimelineSet,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  ReceiptType,
  type Room,
  RoomEvent,
  RoomMemberEvent,
} from "matrix-js-sdk";
import { fetchAnswers } from "./answers";
import { Arrivals } from "./arrivals";
import { listen } from "./listen";
import { type Message, messageOf } from "./message";
import { type Observable, onceSoon } from "./observable";
import { callIdOf } from "./past-call";
import { isEdit } from "./preview";
import { Receipts } from "./receipts";
import { isSent } from "./row";
import { rootIdOf, Summaries, type Threads } from "./threads";

export interface TimelineState {
  /** What was said in the conversation itself. */
  readonly messages: readonly Message[];
  /** What was said in its threads. */
  readonly threads: Threads;
  /** Of the threads, those with replies that were not read, the newest first. */
  readonly unreadThreads: readonly string[];
  readonly hasOlder: boolean;
  readonly isLoading: boolean;
  /** The last message that I had read when the conversation was opened. */
  readonly readUpTo: string | null;
}

const PAGE = 40;

interface Known {
  readonly version: number;
  /** `null` where a timeline shows nothing. */
  readonly message: Message | null;
  /** The thread that it is in. */
  readonly rootId: string | null;
}

/** The messages of one conversation. It listens only while somebody looks. */
export class Timeline implements Observable<TimelineState> {
  readonly room: Room;
  readonly #client: MatrixClient;
  readonly #me: string;
  readonly #listeners = new Set<() => void>();
  readonly #cache = new WeakMap<MatrixEvent, Known>();
  /** How often something about an event changed, by its id. */
  readonly #versions = new Map<string, number>();
  readonly #summaries: Summaries;
  readonly #receipts: Receipts;
  readonly #arrivals: Arrivals;
  /** Up to where this device said that it has read, by thread. */
  readonly #marked = new Map<string | null, string>();
  #namesVersion = 0;
  #keys = new WeakMap<MatrixEvent, string>();
  #lastKey = 0;
  #state: TimelineState;
  #loading: Promise<void> | null = null;

  constructor(client: MatrixClient, room: Room) {
    this.#client = client;
    this.room = room;
    this.#me = client.getSafeUserId();
    this.#summaries = new Summaries(room, this.#me);
    this.#receipts = new Receipts(room, this.#me);
    this.#arrivals = new Arrivals(client, room.roomId, () => this.#rebuild());
    this.#state = {
      messages: [],
      threads: new Map(),
      unreadThreads: [],
      hasOlder: true,
      isLoading: false,
      readUpTo: room.getEventReadUpTo(this.#me),
    };
    this.#rebuild();
  }

  readonly get = (): TimelineState => this.#state;

  readonly subscribe = (changed: () => void): (() => void) => {
    if (this.#listeners.size === 0) this.#listen();
    this.#listeners.add(changed);
    return () => {
      this.#listeners.delete(changed);
      if (this.#listeners.size === 0) this.#unlisten();
    };
  };

  find(eventId: string): MatrixEvent | undefined {
    return this.room.findEventById(eventId);
  }

  /** Brings earlier messages, if there are any. */
  async loadOlder(limit = PAGE): Promise<void> {
    if (this.#loading || !this.#state.hasOlder) return this.#loading ?? undefined;
    this.#loading = this.#client
      .scrollback(this.room, limit)
      .then(() => {})
      .catch(() => {})
      .finally(() => {
        this.#loading = null;
        this.#rebuild();
      });
    this.#rebuild();
    return this.#loading;
  }

  /** Tells the others that everything was seen of the conversation itself, or of one of its threads. */
  async markRead(threadId: string | null = null): Promise<void> {
    const shown = threadId ? this.#state.threads.get(threadId) : this.#state.messages;
    const last = shown?.findLast(({ delivery }) => isSent(delivery));
    const event = last && this.find(last.eventId);
    if (!event || this.#marked.get(threadId) === last.eventId) return;
    if (!threadId && this.room.getEventReadUpTo(this.#me, true) === last.eventId) return;
    this.#marked.set(threadId, last.eventId);
    const receipt = this.#client.sendReceipt(event, ReceiptType.Read, { thread_id: threadId ?? "main" });
    await receipt.catch(() => this.#marked.delete(threadId));
  }

  #unlisten = () => {};

  #listen(): void {
    const { room } = this;
    const client = this.#client;
    const update = onceSoon(() => this.#rebuild());
    const touch = (id: string | null | undefined) => {
      if (!id) return;
      this.#versions.set(id, (this.#versions.get(id) ?? 0) + 1);
      update();
    };
    const about = (event: MatrixEvent) => {
      touch(event.getId());
      touch(event.getRelation()?.event_id);
      touch(this.#callOf(event)?.getId());
    };
    const inRoom = (event: MatrixEvent, where: Room | undefined) => {
      if (where?.roomId === room.roomId) about(event);
    };
    const redacted = (event: MatrixEvent, where: Room) => {
      if (where.roomId !== room.roomId) return;
      const target = event.getAssociatedId();
      touch(target);
      // A reaction that was taken back is shown at its message.
      touch(target && room.findEventById(target)?.getRelation()?.event_id);
      // Its relation is gone from it by now, so that every message with reactions is looked at again.
      this.#namesVersion += 1;
    };
    const ofEvent = (event: MatrixEvent) => {
      if (event.getRoomId() === room.roomId) about(event);
    };
    const reset = (where: Room | undefined, _set: EventTimelineSet) => {
      if (where?.roomId === room.roomId) update();
    };
    const receipt = (_: MatrixEvent, where: Room) => {
      if (where.roomId !== room.roomId) return;
      this.#summaries.changed();
      update();
    };
    const named = (_: MatrixEvent, member: { roomId: string }) => {
      if (member.roomId !== room.roomId) return;
      this.#namesVersion += 1;
      update();
    };
    const stopListening = listen(client, [
      [RoomEvent.Timeline, inRoom],
      [RoomEvent.LocalEchoUpdated, inRoom],
      [RoomEvent.Redaction, redacted],
      [RoomEvent.TimelineReset, reset],
      [RoomEvent.Receipt, receipt],
      [MatrixEventEvent.Decrypted, ofEvent],
      [MatrixEventEvent.Replaced, ofEvent],
      [RoomMemberEvent.Name, named],
    ]);
    this.#unlisten = () => {
      this.#arrivals.awaitArrival(null);
      stopListening();
    };
    // What happened while nobody looked.
    this.#namesVersion += 1;
    update();
  }

  #rebuild(): void {
    const timeline = this.room.getLiveTimeline();
    const messages: Message[] = [];
    const threads = new Map<string, Message[]>();
    for (const event of timeline.getEvents()) {
      const { message, rootId } = this.#known(event);
      if (!message) continue;
      const replies = rootId ? (threads.get(rootId) ?? []) : messages;
      if (rootId) threads.set(rootId, replies);
      replies.push(message);
    }
    const shown = this.#receipts.addTo(this.#summaries.addTo(messages, threads), this.#arrivals.received);
    const mine = shown.findLast(({ isMine, delivery }) => isMine && isSent(delivery));
    if (this.#listeners.size > 0) {
      this.#arrivals.awaitArrival(mine?.delivery === "sent" ? mine.eventId : null);
    }
    this.#state = {
      ...this.#state,
      messages: shown,
      threads,
      unreadThreads: this.#summaries.unread(threads),
      hasOlder: timeline.getPaginationToken(EventTimeline.BACKWARDS) !== null,
      isLoading: this.#loading !== null,
    };
    for (const listener of [...this.#listeners]) listener();
  }

  /** What was found out about an event before, unless something about it changed. It is asked for each of thousands. */
  #known(event: MatrixEvent): Known {
    const version = (this.#versions.get(event.getId() ?? "") ?? 0) + this.#namesVersion * 1_000_000;
    const before = this.#cache.get(event);
    if (before?.version === version) return before;
    const isShown = !isEdit(event) && event.getType() !== "m.reaction";
    const known = { version, message: isShown ? this.#messageOf(event) : null, rootId: rootIdOf(event) };
    this.#cache.set(event, known);
    return known;
  }

  #messageOf(event: MatrixEvent): Message | null {
    if (event.isEncrypted() && !event.getClearContent()) void this.#client.decryptEventIfNeeded(event);
    const message = messageOf(event, this.room, this.#me, this.#keyOf(event));
    if (message?.body.kind === "poll" || message?.body.kind === "plan") this.#fetchAnswers(message.eventId);
    return message;
  }

  /** The invitation to the call that an event is about, which is how the timeline shows the call. */
  #callOf(event: MatrixEvent): MatrixEvent | undefined {
    const id = callIdOf(event);
    if (id === null || event.getType() === "m.call.invite") return undefined;
    const events = this.room.getLiveTimeline().getEvents();
    return events.find((other) => other.getType() === "m.call.invite" && callIdOf(other) === id);
  }

  /** Votes from before what is loaded change what a poll looks like. */
  #fetchAnswers(eventId: string): void {
    void fetchAnswers(this.#client, this.room, eventId).then((isNew) => {
      if (!isNew) return;
      this.#versions.set(eventId, (this.#versions.get(eventId) ?? 0) + 1);
      this.#rebuild();
    });
  }

  /** An event that is being sent gets another id when it arrives, and must stay where it is on the screen. */
  #keyOf(event: MatrixEvent): string {
    let key = this.#keys.get(event);
    if (!key) {
      this.#lastKey += 1;
      key = `m${this.#lastKey}`;
      this.#keys.set(event, key);
    }
    return key;
  }
}
