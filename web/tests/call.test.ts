import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { acquaint, setStage } from "./support/stage";

const stage = setStage();

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

/** What keeps people out, on the screens of both. */
async function bothFind({ page: one }: Person, { page: other }: Person): Promise<void> {
  expect([...(await barriers(one)), ...(await barriers(other))]).toEqual([]);
}

async function press({ page }: Person, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

test("two people call each other, with video both ways, and a missed call is noted", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob");
  await acquaint(stage.server, alice, bob, "May I call?");

  await press(alice, "Video call");
  await alice.page.getByText("Calling…").waitFor();
  await bob.page.getByRole("alertdialog", { name: "Alice is calling you with video" }).waitFor();
  await bothFind(alice, bob);
  await press(bob, "Answer");
  await Promise.all([seesFrames(alice.page, 10), seesFrames(bob.page, 10)]);
  await bothFind(alice, bob);

  await press(bob, "Mute");
  await alice.page.getByText("Bob is muted").waitFor();
  await press(bob, "Unmute");
  await alice.page.getByText("Bob is muted").waitFor({ state: "detached" });
  await press(bob, "Turn camera off");
  await alice.page.locator("dialog[data-seen]").waitFor({ state: "detached" });
  await bothFind(alice, bob);
  await press(bob, "Turn camera on");
  await alice.page.locator("dialog[data-seen]").waitFor();

  await press(bob, "Share screen");
  await bob.page.getByRole("button", { name: "Stop sharing" }).waitFor();
  // Bob and his screen.
  await alice.page.locator('video[data-whose="other"]').nth(1).waitFor({ state: "attached" });
  await seesFrames(alice.page, 10);
  await bothFind(alice, bob);
  await press(bob, "Stop sharing");
  await alice.page.locator('video[data-whose="other"]').nth(1).waitFor({ state: "detached" });

  await press(bob, "Make small");
  await bob.says("You look well");
  await bothFind(alice, bob);
  await press(bob, "Hang up");
  await alice.page.getByText("Call ended").waitFor();
  expect(await barriers(alice.page)).toEqual([]);
  await alice.page.getByRole("log").getByText("Video call").waitFor();

  // The end is still shown, and Bob calls again already.
  await bob.page.getByRole("button", { name: "Voice call" }).click();
  await alice.page.getByRole("alertdialog", { name: "Bob is calling you" }).waitFor();
  await press(bob, "Hang up");
  await alice.page.getByRole("log").getByText("Missed voice call").waitFor();
  await bob.page.getByRole("log").getByText("No answer").waitFor();

  await alice.page.getByRole("alertdialog").waitFor({ state: "detached" });
  await bob.page.getByText("Call ended").waitFor({ state: "detached" });
  await press(alice, "Voice call");
  await press(bob, "Decline");
  await alice.page.getByText("Bob can’t take your call").waitFor();
  await bob.page.getByRole("log").getByText("Declined").waitFor();
  await bothFind(alice, bob);
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});

test("a call rings on every device, and what one of them does ends the ringing of the others", async () => {
  const carol = await Person.at(stage.browser, "Carol");
  const dave = await Person.at(stage.browser, "Dave");
  await acquaint(stage.server, carol, dave, "May I call?");
  const phone = await Person.at(stage.browser, "Dave");
  await phone.signsIn(stage.server);
  // What a new device is asked first stays open below the call.
  await phone.page.getByRole("dialog", { name: "Confirm this device" }).waitFor();

  await press(carol, "Voice call");
  await dave.page.getByRole("alertdialog").waitFor();
  await phone.page.getByRole("alertdialog").waitFor();
  await press(phone, "Answer");
  await dave.page.getByText("Answered on another device").waitFor();
  await phone.page.getByRole("timer").waitFor();
  await carol.page.getByRole("timer").waitFor();
  await press(carol, "Hang up");
  await phone.page.getByText("Call ended").waitFor();
  await phone.page.getByText("Call ended").waitFor({ state: "detached" });
  await phone.page.getByRole("dialog", { name: "Confirm this device" }).waitFor();

  await carol.page.getByText("Call ended").waitFor({ state: "detached" });
  await press(carol, "Voice call");
  await dave.page.getByRole("alertdialog").waitFor();
  await phone.page.getByRole("alertdialog").waitFor();
  await press(dave, "Decline");
  await phone.page.getByRole("alertdialog").waitFor({ state: "detached" });
  await carol.page.getByText("Dave can’t take your call").waitFor();
  expect([...carol.problems, ...dave.problems, ...phone.problems]).toEqual([]);
});

test("a call is made, answered and ended with the keyboard, and disturbs nobody who writes", async () => {
  const erin = await Person.at(stage.browser, "Erin");
  const frank = await Person.at(stage.browser, "Frank");
  await acquaint(stage.server, erin, frank, "May I call?");
  const tabTo = async ({ page }: Person, name: string) => {
    const wanted = page.getByRole("button", { name, exact: true });
    await wanted.waitFor();
    for (let step = 0; step < 40; step += 1) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${name}`);
  };
  await frank.page.getByLabel("Write a message").fill("I was just");
  await tabTo(erin, "Voice call");
  await erin.page.keyboard.press("Enter");
  await frank.page.getByRole("alertdialog").waitFor();
  await frank.page.keyboard.type(" writing");
  await frank.page.keyboard.press("Escape");
  expect(await frank.page.getByLabel("Write a message").inputValue()).toBe("I was just writing");
  await tabTo(frank, "Answer");
  await frank.page.keyboard.press("Enter");
  await frank.page.getByRole("timer").waitFor();
  // The call is over everything: the focus goes round in it, and Escape makes it small.
  for (let step = 0; step < 12; step += 1) {
    await frank.page.keyboard.press("Tab");
    const isOutside = await frank.page.evaluate(() => {
      const { activeElement } = document;
      return activeElement !== document.body && !activeElement?.closest("dialog");
    });
    expect(isOutside).toBe(false);
  }
  await frank.page.keyboard.press("Escape");
  await frank.page.getByRole("button", { name: "Make large" }).waitFor();
  await tabTo(frank, "Hang up");
  await frank.page.keyboard.press("Enter");
  await erin.page.getByText("Call ended").waitFor();
  expect([...erin.problems, ...frank.problems]).toEqual([]);
});
