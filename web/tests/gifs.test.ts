import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { acquaint, setStage } from "./support/stage";

/** A picture of one pixel that any browser shows. */
const DOT = Buffer.from("R0lGODlhAQABAIABAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64");

/** Answers like GIPHY, with what it was asked for as the pictures' title. */
const provider: Server = createServer((request, response) => {
  const { pathname, searchParams, origin } = new URL(request.url ?? "/", `http://${request.headers.host}`);
  if (pathname.endsWith(".gif")) {
    response.setHeader("Content-Type", "image/gif");
    response.end(DOT);
    return;
  }
  const asked = searchParams.get("q") ?? "liked";
  const from = Number(searchParams.get("offset"));
  const original = { url: `${origin}/whole.gif`, width: "320", height: "240" };
  const data =
    asked === "nothing"
      ? []
      : [1, 2, 3].map((number) => ({
          id: `${asked}${from + number}`,
          title: `${asked} ${from + number}`,
          images: { original },
        }));
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ data, pagination: { total_count: data.length ? 6 : 0 } }));
});

const env: Record<string, string> = {
  ASIDE_GIFS__KEY: "key",
  ASIDE_OUTBOUND__ALLOW: JSON.stringify(["127.0.0.1"]),
};
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  env.ASIDE_GIFS__URL = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
});
const stage = setStage(env);
afterAll(() => provider.close());

test("moving pictures of the provider are looked for and sent, and nobody else is asked for them", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob");
  await acquaint(stage.server, alice, bob, "Hello Bob");
  const elsewhere: string[] = [];
  alice.page.on("request", (request) => {
    if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(stage.server.url))
      elsewhere.push(request.url());
  });
  await alice.page.getByRole("button", { name: "Emoji and stickers" }).click();
  await alice.page.getByRole("tab", { name: "GIFs" }).click();
  await alice.page.getByRole("button", { name: "Send “liked 1”" }).locator("img").waitFor();
  // All that there is fits without scrolling only once it is asked for.
  await alice.page.getByText("From 127.0.0.1").waitFor();
  await alice.page.getByLabel("Search GIFs").fill("nothing");
  await alice.page.getByText("No GIF found").waitFor();
  await alice.page.getByLabel("Search GIFs").fill("cats");
  const cat = alice.page.getByRole("button", { name: "Send “cats 2”" });
  await cat.locator("img").waitFor();
  expect(await barriers(alice.page)).toEqual([]);
  await cat.click();
  const arrived = bob.page.getByRole("log").getByRole("img", { name: "cats2.gif" });
  await arrived.waitFor();
  const { width, height } = (await arrived.boundingBox()) ?? { width: 0, height: 0 };
  expect(width / height).toBeCloseTo(320 / 240, 1);
  expect(elsewhere).toEqual([]);
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
