import { mkdirSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { acquaint, setStage } from "./support/stage";

const stage = setStage();

/** Chooses something about privacy, and awaits that the server has it. */
async function saves(page: Page, choose: () => Promise<unknown>): Promise<void> {
  const saved = page.waitForResponse(
    (response) => response.url().endsWith("/_aside/v1/privacy") && response.request().method() === "PATCH",
  );
  await choose();
  expect((await saved).ok()).toBe(true);
}

/** Takes the picture of a screen, where pictures are wanted. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

test("people choose their privacy, block somebody, and no page of the settings has a barrier", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob");
  await acquaint(stage.server, alice, bob, "Hello");
  const { page } = bob;

  await page.getByRole("button", { name: "End-to-end encrypted" }).click();
  await page.getByText("The people in this conversation").waitFor();
  expect(await barriers(page)).toEqual([]);
  await shot(page, "security-label");
  await page.keyboard.press("Escape");

  await page.locator("section header").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Block" }).click();
  await page.getByText("You have blocked Alice.").waitFor();
  await shot(page, "blocked");
  await alice.says("Are you there?");
  await page.waitForTimeout(2_000);
  expect(await page.getByText("Are you there?").count()).toBe(0);

  await page.goto(`${stage.server.url}/settings/privacy`);
  await saves(page, () => page.getByLabel("Show how far you have read").uncheck());
  await saves(page, () => page.getByLabel("Who may write to you").selectOption("people_you_messaged"));
  await page.reload();
  await page.getByLabel("Who may write to you").waitFor();
  expect(await page.getByLabel("Show how far you have read").isChecked()).toBe(false);
  expect(await page.getByLabel("Who may write to you").inputValue()).toBe("people_you_messaged");
  expect(await barriers(page)).toEqual([]);
  await shot(page, "settings-privacy");
  await page.getByRole("button", { name: "Unblock" }).click();
  await page.getByText("Nobody. You can block somebody").waitFor();

  for (const section of ["notifications", "devices", "account", "security"]) {
    await page.goto(`${stage.server.url}/settings/${section}`);
    await page.getByRole("heading", { level: 1 }).last().waitFor();
    await bob.hasEverything();
    expect(await barriers(page)).toEqual([]);
    await shot(page, `settings-${section}`);
  }

  // Months later, everybody is asked to look through it again.
  await page.evaluate(() => localStorage.setItem("aside.review-from", "1"));
  await page.goto(stage.server.url);
  await page.getByRole("button", { name: "Look through your privacy settings" }).click();
  await page.getByText("It has been a while").waitFor();
  await shot(page, "settings-review");
  await page.getByRole("button", { name: "All is well" }).click();
  await page.getByText("Good. You will be asked again in half a year.").waitFor();
  await page.goto(stage.server.url);
  await page.getByRole("link", { name: /Alice/ }).first().waitFor();
  expect(await page.getByRole("button", { name: "Look through your privacy settings" }).count()).toBe(0);
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});

test("another device is signed out with the password, data is taken along, and the account is closed", async () => {
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const carol = await Person.at(stage.browser, "Carol", phone);
  const dave = await Person.at(stage.browser, "Dave");
  await carol.joins(stage.server);
  await dave.joins(stage.server);
  await carol.writesTo(dave);
  await carol.says("To be taken along");
  const other = await Person.at(stage.browser, "Carol");
  await other.signsIn(stage.server);
  await other.page.getByText("Use your recovery key").waitFor();
  await shot(other.page, "confirm-device");

  const { page } = carol;
  await page.goto(`${stage.server.url}/settings/devices`);
  await page.getByText("Not confirmed", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Rename" }).first().click();
  await page.getByLabel("Name of the device").fill("My phone");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByText("My phone").waitFor();
  await shot(page, "phone-devices");
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill("wrong one");
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await page.getByText("This is not your password.").waitFor();
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(carol.password);
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await page.getByText("Not confirmed", { exact: true }).waitFor({ state: "detached" });
  await other.page.getByRole("heading", { name: "Welcome back" }).waitFor();
  // It was promised that the other one forgets everything.
  const kept = await other.page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    // Choices about the app itself may stay.
    items: Object.keys(localStorage).filter((key) => /session|list|draft|outbox/.test(key)),
  }));
  expect(kept).toEqual({ databases: [], items: [] });

  await page.goto(`${stage.server.url}/settings/account`);
  await shot(page, "phone-account");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Make the file" }).click(),
  ]);
  const data = JSON.parse(readFileSync(await file.path(), "utf8"));
  expect(data).toMatchObject({ user_id: "@carol:localhost", profile: { displayname: "Carol" } });
  const said = data.conversations.flatMap(({ events }: { events: { content: { body?: string } }[] }) =>
    events.map(({ content }) => content.body),
  );
  expect(said).toContain("To be taken along");
  expect(Object.keys(data.account_data).some((type) => type.startsWith("m.cross_signing"))).toBe(false);

  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(carol.password);
  await page.getByRole("button", { name: "Delete for ever" }).click();
  await page.getByRole("heading", { name: "Welcome back" }).waitFor();
  expect(carol.problems).toEqual([]);
});
