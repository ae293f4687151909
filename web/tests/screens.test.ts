import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { Person, startBrowser } from "./support/browser";
import { type Server, startServer } from "./support/server";

/** Pictures of the screens, for those who look after how they look: `SCREENS=folder npm run test:browser screens`. */
const folder = process.env.SCREENS;

let server: Server;
let browser: Browser;

beforeAll(async () => {
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const DESK = { viewport: { width: 1280, height: 820 } };

test.skipIf(!folder)(
  "every screen has its picture taken",
  async () => {
    const ada = await Person.at(browser, "Ada", DESK);
    const shot = async (name: string, person = ada) => {
      await person.page.waitForTimeout(350);
      await person.page.screenshot({ path: `${folder}/${name}.png` });
    };
    const both = async (name: string, person = ada) => {
      await shot(`${name}-light`, person);
      await person.page.emulateMedia({ colorScheme: "dark" });
      await shot(`${name}-dark`, person);
      await person.page.emulateMedia({ colorScheme: "light" });
    };
    const { page } = ada;
    await page.goto(`${server.url}/sign-in`);
    await both("sign-in");
    await page.goto(server.link);
    await page.getByLabel("User name").fill("ada");
    await both("register");
    await page.getByLabel("Password", { exact: true }).fill(ada.password);
    await page.getByRole("button", { name: "Make account" }).click();
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await both("welcome");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Make my recovery key" }).waitFor();
    await both("encryption");
    await page.getByRole("button", { name: "Make my recovery key" }).click();
    await page.getByTestId("recovery-key").waitFor();
    await both("recovery-key");
    await page.getByLabel("I have kept my recovery key").check();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("heading", { name: "No messages yet" }).waitFor();
    await both("empty");

    const people: Person[] = [];
    for (const name of ["Mary", "Grace", "Katherine"]) {
      const person = await Person.at(browser, name, name === "Mary" ? PHONE : DESK);
      await person.joins(server);
      people.push(person);
    }
    const [mary, grace, katherine] = people as [Person, Person, Person];
    await ada.writesTo(grace);
    await ada.says("Have you read the notes on the engine?");
    await ada.writesTo(mary, grace);
    await ada.says("Shall we meet on Thursday? The hall is free from 3.");
    await ada.writesTo(mary);
    await ada.says("Hello Mary! How was the journey?");
    await mary.accepts(ada);
    await both("phone-conversation-empty", mary);
    await mary.says("Long, but the sea was calm. I am in Naples until the 20th.");
    await mary.says("Then home.");
    await ada.sees("Then home.");
    await ada.says(
      "Good! I have been working on the numbers of Bernoulli, and I believe that they can be computed by the engine without having been worked out by hand first. See https://en.wikipedia.org/wiki/Note_G",
    );
    await ada.says("🎉");
    await mary.sees("🎉");
    await mary.says("I knew it.");
    await ada.sees("I knew it.");
    const message = page.getByRole("log").getByText("I knew it.");
    await message.hover();
    await shot("hover");
    await message.click({ button: "right" });
    await both("message-menu");
    await page.getByRole("menuitem", { name: "❤️" }).click();
    await page.getByRole("log").getByRole("button", { name: /❤️ by/ }).waitFor();
    await page.getByRole("log").getByText("Then home.").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Reply" }).click();
    await page.getByLabel("Write a message").fill("Safe travels");
    await both("reply");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await katherine.writesTo(ada);
    await katherine.says("Hello, we met at the Royal Society.");
    await page.waitForTimeout(800);
    await both("conversation");
    await mary.page.waitForTimeout(500);
    await both("phone-conversation", mary);
    await mary.page.goto(server.url);
    await mary.page.getByRole("heading", { name: "Messages", exact: true }).waitFor();
    await both("phone-list", mary);
    await page.getByRole("link", { name: /^Requests/ }).click();
    await page.getByRole("link", { name: /Katherine/ }).click();
    await both("request");
    await page.goto(`${server.url}/new`);
    await page.getByLabel("Search people", { exact: true }).fill("ma");
    await page.getByRole("button", { name: /Mary/ }).waitFor();
    await both("compose");
    await page.goto(`${server.url}/settings`);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await both("settings");
    await page.goto(`${server.url}/settings/appearance`);
    await page.getByLabel("العربية").waitFor();
    await both("appearance");
    await page.getByLabel("العربية").check();
    await page.goto(server.url);
    await page.waitForTimeout(1500);
    await page.locator("a[data-row]").first().click();
    await page.waitForTimeout(800);
    await shot("arabic");
    const tab = await ada.context.newPage();
    await tab.goto(server.url);
    await tab.waitForTimeout(1000);
    await tab.screenshot({ path: `${folder}/elsewhere.png` });
  },
  240_000,
);
