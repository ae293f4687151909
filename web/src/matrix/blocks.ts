import { ClientEvent, type MatrixClient } from "matrix-js-sdk";
import { Cell } from "./observable";

/** People whom the person has blocked, on every device. */
export class Blocks {
  readonly people = new Cell<readonly string[]>([]);
  readonly #client: MatrixClient;

  constructor(client: MatrixClient) {
    this.#client = client;
    const read = () => this.people.set(client.getIgnoredUsers());
    client.on(ClientEvent.AccountData, (event) => {
      if (event.getType() === "m.ignored_user_list") read();
    });
    // What was stored is there before the first answer of the server.
    client.once(ClientEvent.Sync, read);
  }

  async block(userId: string): Promise<void> {
    if (this.people.get().includes(userId)) return;
    await this.#set([...this.people.get(), userId]);
  }

  async unblock(userId: string): Promise<void> {
    await this.#set(this.people.get().filter((other) => other !== userId));
  }

  async #set(people: readonly string[]): Promise<void> {
    await this.#client.setIgnoredUsers([...people]);
    this.people.set(people);
  }
}
