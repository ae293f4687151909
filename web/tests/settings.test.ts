import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
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

const LONG_MS = 300_000;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What would keep people who listen, or see little, from using the screen. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
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

test(
  "people choose their privacy, block somebody, and no page of the settings has a barrier",
  async () => {
    const alice = await Person.at(browser, "Alice");
    const bob = await Person.at(browser, "Bob");
    await alice.joins(server);
    await bob.joins(server);
    await alice.writesTo(bob);
    await alice.says("Hello");
    await bob.accepts(alice);
    await bob.sees("Hello");
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

    await page.goto(`${server.url}/settings/privacy`);
    await page.getByLabel("Show how far you have read").uncheck();
    await page.getByLabel("Who may write to you").selectOption("people_you_messaged");
    await page.reload();
    await page.getByLabel("Who may write to you").waitFor();
    expect(await page.getByLabel("Show how far you have read").isChecked()).toBe(false);
    expect(await page.getByLabel("Who may write to you").inputValue()).toBe("people_you_messaged");
    expect(await barriers(page)).toEqual([]);
    await shot(page, "settings-privacy");
    await page.getByRole("button", { name: "Unblock" }).click();
    await page.getByText("Nobody. You can block somebody").waitFor();

    for (const section of ["notifications", "devices", "account", "security"]) {
      await page.goto(`${server.url}/settings/${section}`);
      await page.getByRole("heading", { level: 1 }).last().waitFor();
      await page.waitForTimeout(1_500);
      expect(await barriers(page)).toEqual([]);
      await shot(page, `settings-${section}`);
    }
    expect([...alice.problems, ...bob.problems]).toEqual([]);
  },
  LONG_MS,
);

test(
  "another device is signed out with the password, data is taken along, and the account is closed",
  async () => {
    const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
    const carol = await Person.at(browser, "Carol", phone);
    await carol.joins(server);
    const other = await Person.at(browser, "Carol");
    await other.signsIn(server);
    await other.page.getByText("Use your recovery key").waitFor();
    await shot(other.page, "confirm-device");

    const { page } = carol;
    await page.goto(`${server.url}/settings/devices`);
    await page.getByText("Not confirmed", { exact: true }).waitFor();
    await shot(page, "phone-devices");
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill("wrong one");
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByText("This is not your password.").waitFor();
    await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(carol.password);
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByText("Not confirmed", { exact: true }).waitFor({ state: "detached" });
    await other.page.getByRole("heading", { name: "Welcome back" }).waitFor();

    await page.goto(`${server.url}/settings/account`);
    await shot(page, "phone-account");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Make the file" }).click(),
    ]);
    const data = JSON.parse(readFileSync(await file.path(), "utf8"));
    expect(data).toMatchObject({ user_id: "@carol:localhost", profile: { displayname: "Carol" } });
    expect(Object.keys(data.account_data).some((type) => type.startsWith("m.cross_signing"))).toBe(false);

    await page.getByRole("button", { name: "Delete account" }).click();
    await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(carol.password);
    await page.getByRole("button", { name: "Delete for ever" }).click();
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    expect(carol.problems).toEqual([]);
  },
  LONG_MS,
);
