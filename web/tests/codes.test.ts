import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person, startBrowser } from "./support/browser";
import { codeOn, type Film, makeFilm } from "./support/camera";
import { acquaint, setStage } from "./support/stage";

const stage = setStage();
let film: Film;
/** The camera of this one sees the film. */
let filming: Browser;

beforeAll(async () => {
  film = await makeFilm();
  filming = await startBrowser(film.path);
});

afterAll(async () => {
  await filming?.close();
  await film?.remove();
});

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name }).click();
}

/** One scans the code of the other, who then says that it went well. */
async function scans(one: Page, other: Page): Promise<void> {
  await film.show(await codeOn(other));
  await press(one, "Scan the other device’s code");
  await other.getByText("The other side has scanned your code.").waitFor();
  expect(await barriers(other)).toEqual([]);
  await press(other, "Yes");
  await press(one, "Done");
  await press(other, "Done");
}

test("a new device is let in by a scanned code, in either direction, and two people scan each other's, too", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(filming, "Bob");
  await acquaint(stage.server, alice, bob, "Before the other devices");
  await bob.says("Heard");
  await alice.sees("Heard");

  // The new device scans.
  const phone = await Person.at(filming, "Alice");
  await phone.signsIn(stage.server);
  await press(phone.page, "Use another device");
  await press(alice.page, "Yes, it’s me");
  await codeOn(alice.page);
  expect(await barriers(alice.page)).toEqual([]);
  await scans(phone.page, alice.page);
  await phone.page.getByRole("link", { name: /Bob/ }).first().click();
  await phone.sees("Before the other devices");

  // The new device is scanned, by the one that was just let in.
  await alice.leaves();
  const desk = await Person.at(stage.browser, "Alice");
  await desk.signsIn(stage.server);
  await press(desk.page, "Use another device");
  await press(phone.page, "Yes, it’s me");
  await scans(phone.page, desk.page);
  await desk.page.getByRole("link", { name: /Bob/ }).first().click();
  await desk.sees("Before the other devices");

  await bob.page.getByRole("button", { name: "End-to-end encrypted" }).click();
  await press(bob.page, "Compare with Alice");
  // The question comes to all of Alice's devices, and one of them takes it.
  await press(desk.page, "Compare");
  await phone.page.getByText("Another of your devices is doing it.").waitFor();
  await scans(bob.page, desk.page);
  await bob.page.getByRole("button", { name: "End-to-end encrypted" }).click();
  await bob.page.getByText("You and Alice have made sure that nobody is between you.").waitFor();
  expect([...bob.problems, ...phone.problems, ...desk.problems]).toEqual([]);
});

test("a code of something else is refused, and pictures are compared instead", async () => {
  const carol = await Person.at(stage.browser, "Carol");
  await carol.joins(stage.server);
  const phone = await Person.at(filming, "Carol");
  await phone.signsIn(stage.server);
  await press(phone.page, "Use another device");
  await press(carol.page, "Yes, it’s me");
  const own = await codeOn(phone.page);
  await film.show(own);
  await press(phone.page, "Scan the other device’s code");
  await phone.page.getByText("This code belongs to something else.").waitFor();
  await press(phone.page, "Compare pictures");
  await phone.page.getByTestId("emoji").waitFor();
  await press(phone.page, "They are different");
  await carol.page.getByText("The two sides showed different things.").waitFor();
  await phone.page.getByText("The two sides showed different things.").waitFor();
  expect(await barriers(phone.page)).toEqual([]);
  expect([...carol.problems, ...phone.problems]).toEqual([]);
});
