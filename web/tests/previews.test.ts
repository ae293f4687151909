import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Person } from "./support/browser";
import { setPair } from "./support/stage";

const pair = setPair("Hello Bob");

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
    if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(pair.server.url))
      others.push(request.url());
  });
  return others;
}

test("in an encrypted conversation a page is previewed only where somebody asks", async () => {
  const { alice, bob } = pair;
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

  await bob.page.goto(`${pair.server.url}/settings/privacy`);
  await bob.page.getByRole("switch", { name: "In encrypted conversations" }).check();
  await alice.says("And https://example.org/second");
  await bob.page.goto(pair.server.url);
  await bob.page.getByRole("link", { name: /Alice/ }).first().click();
  await bob.page.getByRole("link", { name: "About /second" }).waitFor();
  expect([...new Set(asked)].sort()).toEqual(["https://example.org/first", "https://example.org/second"]);
  expect(others).toEqual([]);
});

test("where the server may read anyway, pages are previewed unless somebody turns it off", async () => {
  const { alice, bob } = pair;
  const asked = await answersOf(alice);
  const { page } = alice;
  await page.goto(pair.server.url);
  const wanted = { name: "In the open", preset: "private_chat" };
  const { room_id: roomId } = await alice.calls<{ room_id: string }>("POST", "/createRoom", wanted);
  await page.getByRole("link", { name: /In the open/ }).click();
  expect(roomId).toMatch(/^!/);
  await page.getByLabel("Write a message").fill("Look: https://example.org/open");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "About /open" }).waitFor();
  expect(asked).toEqual(["https://example.org/open"]);

  await page.goto(`${pair.server.url}/settings/privacy`);
  const saved = page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.ok());
  await page.getByRole("switch", { name: "In conversations that are not encrypted" }).uncheck();
  await saved;
  await page.goto(`${pair.server.url}/c/${encodeURIComponent(roomId)}`);
  await page.getByRole("log").getByText("Look:").waitFor();
  await page.getByLabel("Write a message").fill("Now: https://example.org/closed");
  await page.keyboard.press("Enter");
  await page.getByRole("log").getByText("Now:").waitFor();
  await page.waitForTimeout(500);
  // Not even before the device has heard of the choice again, which it may remember as it was.
  expect(asked).toEqual(["https://example.org/open"]);
  expect(await page.getByRole("link", { name: "About /open" }).count()).toBe(0);
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
