import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Person, startBrowser } from "./support/browser";
import { type Server, startServer } from "./support/server";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Waits until so many pictures of the other have arrived. */
async function seesFrames(page: Page, atLeast: number): Promise<void> {
  await page.waitForFunction(
    (atLeast) => {
      const video = document.querySelector<HTMLVideoElement>('video[data-whose="other"]');
      return !!video && video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames >= atLeast;
    },
    atLeast,
    { timeout: 60_000 },
  );
}

test("two people call each other, with video both ways, and a missed call is noted", async () => {
  const alice = await Person.at(browser, "Alice");
  const bob = await Person.at(browser, "Bob");
  await alice.joins(server);
  await bob.joins(server);
  await alice.writesTo(bob);
  await alice.says("May I call?");
  await bob.accepts(alice);
  await bob.sees("May I call?");

  await alice.page.getByRole("button", { name: "Video call" }).click();
  await alice.page.getByText("Calling…").waitFor();
  await bob.page.getByRole("button", { name: "Answer", exact: true }).click();
  await Promise.all([seesFrames(alice.page, 10), seesFrames(bob.page, 10)]);

  await bob.page.getByRole("button", { name: "Mute", exact: true }).click();
  await alice.page.getByText("Bob is muted").waitFor();
  await bob.page.getByRole("button", { name: "Turn camera off" }).click();
  await alice.page.locator('video[data-whose="other"]').waitFor({ state: "attached" });
  await alice.page.locator("section[data-seen]").waitFor({ state: "detached" });
  await bob.page.getByRole("button", { name: "Make small" }).click();
  await bob.says("You look well");
  await bob.page.getByRole("button", { name: "Hang up" }).click();
  await alice.page.getByText("Call ended").waitFor();
  await alice.page.getByRole("log").getByText("Video call").waitFor();
  await alice.page.getByText("Call ended").waitFor({ state: "detached" });

  await bob.page.getByRole("button", { name: "Voice call" }).click();
  await alice.page.getByRole("alertdialog").waitFor();
  await bob.page.getByRole("button", { name: "Hang up" }).click();
  await alice.page.getByRole("log").getByText("Missed voice call").waitFor();
  await bob.page.getByRole("log").getByText("No answer").waitFor();

  await alice.page.getByRole("alertdialog").waitFor({ state: "detached" });
  await bob.page.getByText("Call ended").waitFor({ state: "detached" });
  await alice.page.getByRole("button", { name: "Voice call" }).click();
  await bob.page.getByRole("button", { name: "Decline" }).click();
  await alice.page.getByText("Bob can’t take your call").waitFor();
  await bob.page.getByRole("log").getByText("Declined").waitFor();
  expect([...alice.problems, ...bob.problems]).toEqual([]);
}, 240_000);
