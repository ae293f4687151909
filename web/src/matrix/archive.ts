import { Cell, onceSoon } from "./observable";

/** What somebody said, as this device has read it. */
export interface Said {
  readonly eventId: string;
  readonly roomId: string;
  readonly senderId: string;
  /** The thread that it was said in. */
  readonly rootId: string | null;
  readonly at: number;
  readonly text: string;
}

/** What somebody made of a message of theirs. */
export interface Edit extends Said {
  /** The message that it changes. */
  readonly targetId: string;
}

interface Kept extends Said {
  /** The text as it is compared. */
  readonly plain: string;
  readonly editedAt?: number;
  /** Only the edit is known yet: who reads backwards comes to it first. */
  readonly isEarly?: boolean;
}

type Change = (said: IDBObjectStore) => Promise<unknown>;

const SAID = "said";
const DEPTHS = "depths";
/** What comes together is written together. */
const WRITE_AFTER_MS = 1_000;

/**
 * What this device has read of what was said, kept to be searched: what is encrypted can be searched nowhere else. What is
 * taken back or disappears goes from here, too.
 */
export class Archive {
  /** Rises whenever something was written. */
  readonly written = new Cell(0);
  readonly #name: string;
  #database: Promise<IDBDatabase> | null = null;
  #changes: Change[] = [];
  #isOver = false;
  readonly #writeSoon = onceSoon(() => void this.#write().catch(() => {}), WRITE_AFTER_MS);

  constructor(name: string) {
    this.#name = name;
  }

  keep(said: Said): void {
    this.#change((store) =>
      update(store, said.eventId, (known) => {
        const isEdited = known?.senderId === said.senderId && known.editedAt !== undefined;
        if (!isEdited) return { ...said, plain: folded(said.text) };
        const { text, plain, editedAt } = known;
        return { ...said, text, plain, editedAt };
      }),
    );
  }

  change({ targetId, ...edit }: Edit): void {
    this.#change((store) =>
      update(store, targetId, (known) => {
        const changed = { text: edit.text, plain: folded(edit.text), editedAt: edit.at };
        if (!known) return { ...edit, eventId: targetId, ...changed, isEarly: true };
        const isTheirs = known.senderId === edit.senderId && (known.editedAt ?? 0) <= edit.at;
        return isTheirs ? { ...known, ...changed } : known;
      }),
    );
  }

  forget(eventId: string): void {
    this.#change((store) => result(store.delete(eventId)));
  }

  /** Where it isn't known any more what was taken back meanwhile, everything goes; it can be read again. */
  forgetRoom(roomId: string): void {
    this.#change((store) => {
      store.transaction.objectStore(DEPTHS).delete(roomId);
      return eachOf(store.index("room").openKeyCursor(IDBKeyRange.only(roomId)), ({ primaryKey }) => {
        store.delete(primaryKey);
        return true;
      });
    });
  }

  /** Messages with all the words, the newest first. */
  async find(term: string, max: number): Promise<readonly Said[]> {
    const words = folded(term).split(/\s+/).filter(Boolean);
    await this.#write();
    const store = (await this.#open()).transaction(SAID).objectStore(SAID);
    const found: Said[] = [];
    await eachOf(store.index("at").openCursor(null, "prev"), ({ value }) => {
      const kept = value as Kept;
      if (!kept.isEarly && words.every((word) => kept.plain.includes(word))) found.push(kept);
      return found.length < max;
    });
    return found;
  }

  /** How far back a conversation was looked through: a token of the server, `null` to its beginning. */
  async depthOf(roomId: string): Promise<string | null | undefined> {
    const store = (await this.#open()).transaction(DEPTHS).objectStore(DEPTHS);
    return result(store.get(roomId) as IDBRequest<string | null | undefined>);
  }

  async setDepth(roomId: string, token: string | null): Promise<void> {
    const store = (await this.#open()).transaction(DEPTHS, "readwrite").objectStore(DEPTHS);
    await result(store.put(token, roomId));
  }

  /** Forgets everything, for good. */
  async delete(): Promise<void> {
    this.#isOver = true;
    (await this.#database?.catch(() => null))?.close();
    await result(indexedDB.deleteDatabase(this.#name));
  }

  #change(change: Change): void {
    this.#changes.push(change);
    this.#writeSoon();
  }

  async #write(): Promise<void> {
    if (this.#changes.length === 0 || this.#isOver) return;
    const changes = this.#changes;
    this.#changes = [];
    const writing = (await this.#open()).transaction([SAID, DEPTHS], "readwrite");
    const written = new Promise<void>((resolve, reject) => {
      writing.oncomplete = () => resolve();
      writing.onabort = () => reject(writing.error);
    });
    // In their order: what is kept and then taken back has to be gone.
    const apply = async () => {
      for (const change of changes) await change(writing.objectStore(SAID));
    };
    await Promise.all([written, apply()]);
    this.written.set(this.written.get() + 1);
  }

  #open(): Promise<IDBDatabase> {
    if (this.#isOver) return Promise.reject(new Error("forgotten"));
    if (!this.#database) {
      const opening = indexedDB.open(this.#name, 1);
      opening.onupgradeneeded = () => {
        const said = opening.result.createObjectStore(SAID, { keyPath: "eventId" });
        said.createIndex("at", "at");
        said.createIndex("room", "roomId");
        opening.result.createObjectStore(DEPTHS);
      };
      this.#database = result(opening).then((database) => {
        // Another tab signs out and deletes it all.
        database.onversionchange = () => database.close();
        return database;
      });
    }
    return this.#database;
  }
}

/** Changes what is kept of one message. */
async function update(
  store: IDBObjectStore,
  eventId: string,
  change: (known: Kept | undefined) => Kept,
): Promise<void> {
  const known = await result(store.get(eventId) as IDBRequest<Kept | undefined>);
  await result(store.put(change(known)));
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Visits one after the other, for as long as it is answered that there should be more. */
function eachOf<C extends IDBCursor>(
  request: IDBRequest<C | null>,
  visit: (cursor: C) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor && visit(cursor)) cursor.continue();
      else resolve();
    };
    request.onerror = () => reject(request.error);
  });
}

/** Without accents and capitals. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
