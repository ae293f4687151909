import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Person, startBrowser } from "./support/browser";
import { type Server, startServer } from "./support/server";

let server: Server;
let browser: Browser;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  alice = await Person.at(browser, "Alice");
  bob = await Person.at(browser, "Bob");
  await alice.joins(server);
  await bob.joins(server);
  await alice.writesTo(bob);
  await alice.says("Hello Bob");
  await bob.accepts(alice);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Answers for the server, which may reach no page from a test, and notes which pages it was asked about. */
async function answersOf({ page }: Person): Promise<readonly string[]> {
  const asked: string[] = [];
  await page.route("**/_matrix/client/v1/media/preview_url*", async (route) => {
    const url = new URL(route.request().url()).searchParams.get("url") ?? "";
    asked.push(url);
    await route.fulfill({
      json: { "og:title": `About ${new URL(url).pathname}`, "og:description": "A page" },
    });
  });
  return asked;
}

/** Where the page asked for anything that is not the server's. */
function watchOthers(page: Page): readonly string[] {
  const others: string[] = [];
  page.on("request", (request) => {
    if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(server.url))
      others.push(request.url());
  });
  return others;
}

test("in an encrypted conversation a page is previewed only where somebody asks", async () => {
  const asked = await answersOf(bob);
  const others = watchOthers(bob.page);
  await alice.says("Read https://example.org/first");
  const message = bob.page.getByRole("log").getByText(/^Read https/);
  await message.waitFor();
  await bob.page.waitForTimeout(500);
  expect(asked).toEqual([]);
  await message.click({ button: "right", position: { x: 5, y: 5 } });
  await bob.page.getByRole("menuitem", { name: "Show link preview" }).click();
  await bob.page.getByRole("link", { name: "About /first" }).waitFor();

  await bob.page.goto(`${server.url}/settings/privacy`);
  await bob.page.getByRole("switch", { name: "In encrypted conversations" }).check();
  await alice.says("And https://example.org/second");
  await bob.page.goto(server.url);
  await bob.page.getByRole("link", { name: /Alice/ }).first().click();
  await bob.page.getByRole("link", { name: "About /second" }).waitFor();
  expect([...new Set(asked)].sort()).toEqual(["https://example.org/first", "https://example.org/second"]);
  expect(others).toEqual([]);
});

test("where the server may read anyway, pages are previewed unless somebody turns it off", async () => {
  const asked = await answersOf(alice);
  const { page } = alice;
  await page.goto(server.url);
  const roomId = await page.evaluate(async () => {
    const session = JSON.parse(localStorage.getItem("aside.session") ?? "{}") as { accessToken: string };
    const response = await fetch("/_matrix/client/v3/createRoom", {
      method: "POST",
      headers: { Authorization: `Bearer ${session.accessToken}`, "Content-Type": "application/json" },
      body: JSON.stringify({ name: "In the open", preset: "private_chat" }),
    });
    return ((await response.json()) as { room_id: string }).room_id;
  });
  await page.getByRole("link", { name: /In the open/ }).click();
  expect(roomId).toMatch(/^!/);
  await page.getByLabel("Write a message").fill("Look: https://example.org/open");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "About /open" }).waitFor();
  expect(asked).toEqual(["https://example.org/open"]);

  await page.goto(`${server.url}/settings/privacy`);
  await page.getByRole("switch", { name: "In conversations that are not encrypted" }).uncheck();
  await page.goto(`${server.url}/c/${encodeURIComponent(roomId)}`);
  await page.getByRole("log").getByText("Look:").waitFor();
  expect(await page.getByRole("link", { name: "About /open" }).count()).toBe(0);
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
