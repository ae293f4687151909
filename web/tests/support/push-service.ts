import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { BrowserContext } from "playwright-core";

const SALT_BYTES = 16;
const HEADER_BYTES = 21;
const KEY_BYTES = 65;
const TAG_BYTES = 16;

/** The push service of a browser, and the part of the browser that reads what it carries (RFC 8291). */
export class PushService {
  readonly #keys = createECDH("prime256v1");
  readonly #auth = randomBytes(16);
  readonly #came: Buffer[] = [];
  readonly #told: string[] = [];
  readonly #server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    this.#came.push(Buffer.concat(parts));
    response.writeHead(201).end();
  });
  endpoint = "";

  static async start(): Promise<PushService> {
    const service = new PushService();
    service.#keys.generateKeys();
    service.#server.listen(0, "127.0.0.1");
    await once(service.#server, "listening");
    const address = service.#server.address();
    if (typeof address !== "object" || !address) throw new Error("no port is free");
    service.endpoint = `http://127.0.0.1:${address.port}/push/somebody`;
    return service;
  }

  stop(): void {
    this.#server.close();
  }

  /** Has the pages of a browser subscribe here: the service of Chromium's maker is not for tests. */
  async serves(context: BrowserContext): Promise<void> {
    const keys = { p256dh: this.#keys.getPublicKey("base64url"), auth: this.#auth.toString("base64url") };
    await context.addInitScript(
      (subscription) => {
        const KEY = "test.subscribed";
        const found = () => ({
          toJSON: () => subscription,
          unsubscribe: async () => localStorage.removeItem(KEY),
        });
        Object.assign(PushManager.prototype, {
          subscribe: async () => {
            localStorage.setItem(KEY, "yes");
            return found();
          },
          getSubscription: async () => (localStorage.getItem(KEY) ? found() : null),
        });
      },
      { endpoint: this.endpoint, keys },
    );
  }

  /** The next push about a message, as the browser reads it. Others say only how many are left when some were read. */
  async next(timeoutMs = 60_000): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const pushed = this.#messages().shift();
      if (pushed) return pushed;
      if (Date.now() > deadline) throw new Error("nothing was pushed");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Whether nobody was told of a message since. */
  get isQuiet(): boolean {
    return this.#messages().length === 0;
  }

  /** What came and is about a message. */
  #messages(): string[] {
    const texts = this.#came.splice(0).map((body) => this.#decrypt(body));
    this.#told.push(...texts.filter((text) => "event_id" in JSON.parse(text)));
    return this.#told;
  }

  #decrypt(body: Buffer): string {
    const salt = body.subarray(0, SALT_BYTES);
    const theirs = body.subarray(HEADER_BYTES, HEADER_BYTES + KEY_BYTES);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.#keys.getPublicKey(), theirs]);
    const secret = derive(this.#keys.computeSecret(theirs), this.#auth, info, 32);
    const key = derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
    const nonce = derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
    const decipher = createDecipheriv("aes-128-gcm", key, nonce);
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    const text = decipher.update(body.subarray(HEADER_BYTES + KEY_BYTES, -TAG_BYTES));
    // What ends the last record.
    return Buffer.concat([text, decipher.final()]).subarray(0, -1).toString();
  }
}

function derive(from: Buffer, salt: Buffer, info: Buffer, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", from, salt, info, bytes));
}
