import {
  Direction,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
} from "matrix-js-sdk";
import type { Archive, Said } from "./archive";
import { nameIn } from "./conversations";
import { VIEW_ONCE } from "./forward";
import { listen } from "./listen";
import type { Observable } from "./observable";
import { rootIdOf } from "./threads";

/** A message that a search found. */
export interface FoundMessage {
  readonly roomId: string;
  readonly eventId: string;
  /** The thread that it was said in. */
  readonly rootId: string | null;
  readonly roomName: string;
  /** `null` where it was said by the person who searches. */
  readonly senderName: string | null;
  readonly text: string;
  readonly at: number;
}

const FOUND_MAX = 50;
/** Shorter words are in nearly everything. */
const TERM_MIN = 2;
/** Events that are read at once where somebody looks further back. */
const PAGE = 100;

/** Looks through what was said: asks nobody, because what is encrypted can be read only here. */
export class Search {
  readonly #client: MatrixClient;
  readonly #archive: Archive;
  #stop = () => {};

  constructor(client: MatrixClient, archive: Archive) {
    this.#client = client;
    this.#archive = archive;
  }

  /** Notes from now on what this device reads. */
  start(): void {
    type Data = { liveEvent?: boolean };
    // What the device itself has kept was noted when it came.
    const came = (event: MatrixEvent, _room?: Room, toStart?: boolean, _removed?: boolean, data?: Data) => {
      if (toStart || data?.liveEvent) this.#note(event);
    };
    const noted = (event: MatrixEvent) => this.#note(event);
    const redacted = (event: MatrixEvent) => {
      const id = event.getAssociatedId();
      if (id) this.#archive.forget(id);
    };
    const reset = (room: Room | undefined) => room && this.#archive.forgetRoom(room.roomId);
    const left = ({ roomId }: Room, membership: string) => {
      if (membership !== "join") this.#archive.forgetRoom(roomId);
    };
    this.#stop = listen(this.#client, [
      [RoomEvent.Timeline, came],
      [RoomEvent.LocalEchoUpdated, noted],
      [MatrixEventEvent.Decrypted, noted],
      [RoomEvent.Redaction, redacted],
      [RoomEvent.TimelineReset, reset],
      [RoomEvent.MyMembership, left],
    ]);
  }

  stop(): void {
    this.#stop();
  }

  /** Messages with all the words, the newest first, of all that this device has read. */
  async find(term: string): Promise<readonly FoundMessage[]> {
    if (term.replace(/\s/g, "").length < TERM_MIN) return [];
    await this.#openAll();
    const said = await this.#archive.find(term, FOUND_MAX);
    return said.flatMap((one) => this.#foundOf(one) ?? []);
  }

  /** Rises whenever there may be more to find. */
  get found(): Observable<number> {
    return this.#archive.written;
  }

  /** Reads what was said before, conversation by conversation, so that it is found, too. Answers whether everything was read. */
  async lookBack(signal: AbortSignal): Promise<boolean> {
    const rooms = this.#client.getRooms().filter((room) => room.getMyMembership() === "join");
    rooms.sort((a, b) => b.getLastActiveTimestamp() - a.getLastActiveTimestamp());
    for (const { roomId } of rooms) {
      while (await this.#readPage(roomId, signal));
      if (signal.aborted) return false;
    }
    return true;
  }

  /** Reads the page before those that were read; answers whether there may be another. */
  async #readPage(roomId: string, signal: AbortSignal): Promise<boolean> {
    const depth = await this.#archive.depthOf(roomId);
    if (signal.aborted || depth === null) return false;
    const client = this.#client;
    const page = await client.createMessagesRequest(roomId, depth ?? null, PAGE, Direction.Backward);
    const events = page.chunk.map(client.getEventMapper());
    await Promise.allSettled(events.map((event) => client.decryptEventIfNeeded(event)));
    for (const event of events) {
      this.#note(event);
      // Its key may still be on its way from the backup.
      if (event.isDecryptionFailure()) event.on(MatrixEventEvent.Decrypted, () => this.#note(event));
    }
    await this.#archive.setDepth(roomId, page.end ?? null);
    return page.end !== undefined;
  }

  #note(event: MatrixEvent): void {
    const id = event.getId();
    const content = event.getContent();
    const isOwn = event.getRoomId() && event.getType() === "m.room.message" && content[VIEW_ONCE] !== true;
    if (!id || id.startsWith("~") || !isOwn || event.isRedacted()) return;
    const relation = event.getRelation();
    const isEdit = relation?.rel_type === "m.replace";
    const text: unknown = isEdit ? content["m.new_content"]?.body : content.body;
    // The name of a recording says nothing that anybody would look for.
    const isVoice = "org.matrix.msc3245.voice" in content;
    if (typeof text !== "string" || isVoice || event.isDecryptionFailure()) return;
    const said: Said = {
      eventId: id,
      roomId: event.getRoomId() ?? "",
      senderId: event.getSender() ?? "",
      rootId: rootIdOf(event),
      at: event.getTs(),
      text,
    };
    if (!isEdit) this.#archive.keep(said);
    else if (relation.event_id) this.#archive.change({ ...said, targetId: relation.event_id });
  }

  #foundOf({ eventId, roomId, senderId, rootId, at, text }: Said): FoundMessage | null {
    const room = this.#client.getRoom(roomId);
    if (!room || this.#client.isUserIgnored(senderId)) return null;
    const isMine = senderId === this.#client.getUserId();
    const senderName = isMine ? null : nameIn(room, senderId);
    return { roomId, eventId, rootId, roomName: room.name, senderName, text, at };
  }

  /** Decrypts what nobody has looked at since the app was opened. */
  async #openAll(): Promise<void> {
    const events = this.#client.getRooms().flatMap((room) => room.getLiveTimeline().getEvents());
    const closed = events.filter((event) => event.isEncrypted() && !event.getClearContent());
    await Promise.allSettled(closed.map((event) => this.#client.decryptEventIfNeeded(event)));
  }
}
