import { expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { setStage } from "./support/stage";

const stage = setStage();

test("no screen keeps anybody out, in light and in dark", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob");
  const found: string[] = [];
  const look = async (screen: string, { page }: Person = alice) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      found.push(...(await barriers(page)).map((barrier) => `${screen} (${colorScheme}): ${barrier}`));
    }
  };
  const { page } = alice;
  await page.goto(`${stage.server.url}/sign-in`);
  await page.getByRole("link", { name: "Make an account" }).waitFor();
  await look("sign in");
  await page.goto(`${stage.server.url}/register`);
  await page.getByLabel("User name").waitFor();
  await look("register");
  await alice.joins(stage.server);
  await look("nothing yet");
  await bob.joins(stage.server);
  await alice.writesTo(bob);
  await alice.says("Hello Bob");
  await bob.page.getByRole("link", { name: /^Requests/ }).click();
  await bob.page.getByRole("link", { name: /Alice/ }).first().click();
  await bob.page.getByRole("button", { name: "Accept" }).waitFor();
  await look("request", bob);
  await bob.page.getByRole("button", { name: "Accept" }).click();
  await bob.says("Hello Alice");
  await alice.sees("Hello Alice");
  await look("conversation");
  await page.getByRole("log").getByText("Hello Alice").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Reply", exact: true }).waitFor();
  await look("menu of a message");
  await page.keyboard.press("Escape");
  for (const path of [
    "/new",
    "/requests",
    "/settings",
    "/settings/profile",
    "/settings/appearance",
    "/settings/security",
  ]) {
    await page.goto(stage.server.url + path);
    await page.getByRole("heading", { level: 1 }).last().waitFor();
    await alice.hasEverything();
    await look(path);
  }
  expect(found).toEqual([]);
});

test("everything can be done with the keyboard", async () => {
  const carol = await Person.at(stage.browser, "Carol");
  await carol.joins(stage.server);
  const { page } = carol;
  const press = async (key: string, times = 1) => {
    for (let time = 0; time < times; time += 1) await page.keyboard.press(key);
  };
  const tabTo = async (name: string | RegExp, role: "button" | "link" = "button") => {
    const wanted = page.getByRole(role, { name }).first();
    for (let step = 0; step < 40; step += 1) {
      if (await wanted.evaluate((element) => element === document.activeElement).catch(() => false)) return;
      await press("Tab");
    }
    throw new Error(`Tab does not lead to ${name}`);
  };
  await tabTo("New message");
  await press("Enter");
  await page.locator("input:focus").waitFor();
  await page.keyboard.type("bob");
  await page.getByRole("button", { name: /Bob/ }).waitFor();
  await press("Enter");
  await page.getByRole("button", { name: "Remove" }).waitFor();
  await press("Enter");
  await page.locator("textarea:focus").waitFor();
  await page.keyboard.type("Typed only");
  await press("Enter");
  await carol.sees("Typed only");
  await page.getByRole("log").getByLabel("Sent").waitFor();
  await press("ArrowUp");
  await page.getByText("Edit message").waitFor();
  await page.keyboard.type(", and corrected");
  await press("Enter");
  await carol.sees("Typed only, and corrected");
  await tabTo(/^More$/);
  await press("Enter");
  await page.getByRole("menu").waitFor();
  await press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
});

test("of two tabs one works, and the other can take over", async () => {
  const dora = await Person.at(stage.browser, "Dora");
  await dora.joins(stage.server);
  const second = await dora.context.newPage();
  await second.goto(stage.server.url);
  await second.getByRole("heading", { name: "Aside is open in another tab" }).waitFor();
  await second.getByRole("button", { name: "Use it here" }).click();
  await second.getByRole("heading", { name: "Messages", exact: true }).waitFor();
  await dora.page.getByRole("heading", { name: "Aside is open in another tab" }).waitFor();
  await second.close();
  // The one that is left goes on by itself.
  await dora.page.getByRole("heading", { name: "Messages", exact: true }).waitFor();
});
