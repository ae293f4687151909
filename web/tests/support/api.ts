import type { Server } from "./server";

type Answer = Record<string, string>;

/** Somebody without a browser, for whom the API is enough. */
export class Guest {
  readonly name: string;
  readonly id: string;
  readonly #url: string;
  readonly #token: string;
  #sent = 0;

  private constructor(url: string, name: string, { user_id = "", access_token = "" }: Answer) {
    this.#url = url;
    this.name = name;
    this.id = user_id;
    this.#token = access_token;
  }

  static async joins({ url }: Server, username: string, name: string): Promise<Guest> {
    const auth = { type: "m.login.dummy" };
    const body = { username, password: `${username} likes long passwords`, auth };
    const guest = new Guest(url, name, await ask(url, "POST", "/v3/register", body));
    await guest.#call("PUT", `/v3/profile/${encodeURIComponent(guest.id)}/displayname`, {
      displayname: name,
    });
    return guest;
  }

  /** The same person as on a device with a browser. */
  static async signsIn({ url }: Server, user: string, password: string): Promise<Guest> {
    const identifier = { type: "m.id.user", user };
    return new Guest(
      url,
      user,
      await ask(url, "POST", "/v3/login", { type: "m.login.password", identifier, password }),
    );
  }

  async signsOut(): Promise<void> {
    await this.#call("POST", "/v3/logout", {});
  }

  async looksLike(png: Buffer): Promise<void> {
    const headers = { Authorization: `Bearer ${this.#token}`, "Content-Type": "image/png" };
    const response = await fetch(`${this.#url}/_matrix/media/v3/upload`, {
      method: "POST",
      headers,
      body: new Uint8Array(png),
    });
    const { content_uri } = (await response.json()) as Answer;
    await this.#call("PUT", `/v3/profile/${encodeURIComponent(this.id)}/avatar_url`, {
      avatar_url: content_uri,
    });
  }

  /** A room that is not encrypted, of which the others become members. */
  async meets(others: readonly Guest[], name?: string): Promise<string> {
    const wanted = {
      preset: "trusted_private_chat",
      is_direct: name === undefined,
      invite: others.map(({ id }) => id),
      ...(name && { name }),
    };
    const { room_id = "" } = await this.#call("POST", "/v3/createRoom", wanted);
    for (const other of others) await other.#call("POST", `/v3/join/${encodeURIComponent(room_id)}`, {});
    return room_id;
  }

  /** Writes to somebody who does not know them. */
  async asks(userId: string, texts: readonly string[]): Promise<void> {
    const wanted = { preset: "trusted_private_chat", is_direct: true, invite: [userId] };
    const { room_id = "" } = await this.#call("POST", "/v3/createRoom", wanted);
    for (const text of texts) await this.says(room_id, text);
  }

  async noteDirect(rooms: Readonly<Record<string, readonly string[]>>): Promise<void> {
    await this.#call("PUT", `/v3/user/${encodeURIComponent(this.id)}/account_data/m.direct`, rooms);
  }

  async says(roomId: string, body: string): Promise<void> {
    this.#sent += 1;
    const path = `/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/said-${this.#sent}`;
    await this.#call("PUT", path, { msgtype: "m.text", body });
  }

  async reads(roomId: string): Promise<void> {
    const { chunk } = (await this.#call(
      "GET",
      `/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=1`,
    )) as unknown as {
      chunk: { event_id: string }[];
    };
    const last = encodeURIComponent(chunk[0]?.event_id ?? "");
    await this.#call("POST", `/v3/rooms/${encodeURIComponent(roomId)}/receipt/m.read/${last}`, {});
  }

  #call(method: string, path: string, body?: unknown): Promise<Answer> {
    return ask(this.#url, method, path, body, this.#token);
  }
}

async function ask(url: string, method: string, path: string, body?: unknown, token = ""): Promise<Answer> {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(`${url}/_matrix/client${path}`, request);
  const answer = (await response.json()) as Answer;
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.errcode} ${answer.error}`);
  return answer;
}
