import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands for a provider of moving pictures, and answers as GIPHY does. */
export interface Provider {
  readonly url: string;
  readonly stop: () => void;
}

const COUNT = 8;
/** Of each picture, in pixels. */
export const [WIDTH, HEIGHT] = [320, 240];

/** The titles are what was asked for, with a number. `picture` is what every picture is. */
export async function startProvider(picture: Buffer): Promise<Provider> {
  const server = createServer((request, response) => {
    const { pathname, searchParams, origin } = new URL(request.url ?? "/", `http://${request.headers.host}`);
    if (pathname.endsWith(".gif")) {
      response.setHeader("Content-Type", "image/gif");
      response.end(picture);
      return;
    }
    const asked = searchParams.get("q") ?? "liked";
    const from = Number(searchParams.get("offset"));
    const original = { url: `${origin}/whole.gif`, width: `${WIDTH}`, height: `${HEIGHT}` };
    const numbers = Array.from({ length: asked === "nothing" ? 0 : COUNT }, (_, index) => from + index + 1);
    const data = numbers.map((number) => ({
      id: `${asked}${number}`,
      title: `${asked} ${number}`,
      images: { original },
    }));
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ data, pagination: { total_count: 3 * data.length } }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}
