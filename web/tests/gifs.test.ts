import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { HEIGHT, type Provider, startProvider, WIDTH } from "./support/gifs";
import { picture } from "./support/pictures";
import { acquaint, setStage } from "./support/stage";

/** Rules by which pictures are covered, and two of them are sent together. */
const RULES = `[profile]
id = "careful"
[content]
hide_sensitive_media = true
[media]
items_per_message = 2
`;
const rules = join(tmpdir(), `aside-careful-${process.pid}.toml`);
const env: Record<string, string> = {
  ASIDE_GIFS__KEY: "key",
  ASIDE_OUTBOUND__ALLOW: JSON.stringify(["127.0.0.1"]),
  ASIDE_POLICY__PROFILE: rules,
};
let provider: Provider;
beforeAll(async () => {
  const gif = new URL("../src/features/conversation/pack/hello.gif", import.meta.url);
  provider = await startProvider(await readFile(gif));
  env.ASIDE_GIFS__URL = provider.url;
  await writeFile(rules, RULES);
});
const stage = setStage(env);
afterAll(async () => {
  provider?.stop();
  await rm(rules, { force: true });
});

test("moving pictures of a provider are looked for and sent, and are covered where the rules want that", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob");
  await acquaint(stage.server, alice, bob, "Hello Bob");
  const elsewhere: string[] = [];
  alice.page.on("request", (request) => {
    if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(stage.server.url))
      elsewhere.push(request.url());
  });
  const gif = (title: string) => alice.page.getByRole("button", { name: `Send “${title}”` });
  await alice.page.getByRole("button", { name: "Emoji and stickers" }).click();
  await alice.page.getByRole("tab", { name: "GIFs" }).click();
  await gif("liked 1").locator("img").waitFor();
  await alice.page.getByText("From 127.0.0.1").waitFor();
  // Going down brings more.
  await gif("liked 8").scrollIntoViewIfNeeded();
  await gif("liked 12").waitFor();
  await alice.page.getByLabel("Search GIFs").fill("nothing");
  await alice.page.getByText("No GIF found").waitFor();
  await alice.page.getByLabel("Search GIFs").fill("cats");
  await gif("cats 2").locator("img").waitFor();
  expect(await barriers(alice.page)).toEqual([]);
  await gif("cats 2").click();

  await bob.page.getByRole("log").getByText("It may be sensitive.").waitFor();
  expect(await barriers(bob.page)).toEqual([]);
  const arrived = bob.page.getByRole("log").getByRole("img", { name: "cats2.gif" });
  expect(await arrived.count()).toBe(0);
  await bob.page.getByRole("button", { name: "Show picture" }).click();
  await arrived.waitFor();
  const { width, height } = (await arrived.boundingBox()) ?? { width: 0, height: 0 };
  expect(width / height).toBeCloseTo(WIDTH / HEIGHT, 1);
  expect(elsewhere).toEqual([]);

  const files = ["#7aa7c7", "#c7a27a", "#8fb98a"].map((colour, index) =>
    picture(alice.page, `trip-${index}.png`, colour),
  );
  await alice.page.getByTestId("files").setInputFiles(await Promise.all(files));
  await alice.page.getByRole("button", { name: "Send", exact: true }).click();
  const together = alice.page
    .getByRole("log")
    .getByRole("list")
    .filter({ has: alice.page.getByRole("button", { name: "Open picture" }) });
  await alice.page.getByRole("log").getByRole("img", { name: "trip-2.png" }).waitFor();
  expect(await together.getByRole("img").count()).toBe(2);
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
