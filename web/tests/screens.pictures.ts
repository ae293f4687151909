import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { beforeAll, test } from "vitest";
import { Album } from "./support/album";
import { Person } from "./support/browser";
import { age, CAST, face, fillList, painted, sendRequest } from "./support/demo";
import { LANDSCAPE } from "./support/drawings";
import { setStage } from "./support/stage";

/** Pictures of the screens: `SCREENS=folder npm run test:browser screens.pictures`. Some of them go into the documentation, too. */
const folder = process.env.SCREENS ?? "";
const DOCUMENTED = [
  "conversation-light",
  "conversation-dark",
  "phone-conversation-dark",
  "phone-list-light",
  "request-light",
  "call-dark",
  "encryption-light",
  "code-light",
  "settings-light",
  "arabic-light",
];
const DOCUMENTATION = fileURLToPath(new URL("../../docs/screenshots", import.meta.url));

const stage = setStage();
let album: Album;

beforeAll(async () => {
  album = await Album.open(stage.browser, folder, DOCUMENTED, DOCUMENTATION);
});

const DESK = {
  viewport: { width: 1200, height: 780 },
  deviceScaleFactor: 2,
  serviceWorkers: "block",
} as const;
const PHONE = { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const PHONE_SIZE = PHONE.viewport;

async function wearsFace({ page }: Person, png: Buffer): Promise<void> {
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "me.png", mimeType: "image/png", buffer: png });
  await page.locator("main img, section img").first().waitFor();
}

/** Everything that somebody sees before their first message. */
async function firstRun(lena: Person): Promise<void> {
  const { page } = lena;
  await page.goto(`${stage.server.url}/sign-in`);
  await page.getByRole("link", { name: "Make an account" }).waitFor();
  await album.both(lena, "sign-in");
  await page.goto(stage.server.link);
  await page.getByLabel("User name").fill(lena.username);
  await page.getByText("This name is free.").waitFor();
  await album.both(lena, "register");
  await page.getByLabel("Password", { exact: true }).fill(lena.password);
  await page.getByRole("button", { name: "Make account" }).click();
  await page.getByLabel("Your name").fill(lena.name);
  await wearsFace(lena, await face(stage.browser, "lena"));
  await album.both(lena, "welcome");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Make my recovery key" }).waitFor();
  await album.both(lena, "encryption");
  await page.getByRole("button", { name: "Make my recovery key" }).click();
  await page.getByTestId("recovery-key").waitFor();
  await album.both(lena, "recovery-key");
  await page.getByLabel("I have kept my recovery key").check();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("heading", { name: "No messages yet" }).waitFor();
  await album.both(lena, "empty");
}

/** Lena and Jonas make a plan. */
async function talk(lena: Person, jonas: Person): Promise<void> {
  await lena.writesTo(jonas);
  await lena.says("Are you free on Saturday? The weather looks perfect for the lake.");
  await jonas.accepts(lena);
  await album.both(jonas, "phone-conversation-new");
  await jonas.says("Yes! I can borrow the boat of my sister.");
  await lena.sees("Yes! I can borrow the boat of my sister.");
  await jonas.page.getByTestId("files").setInputFiles({
    name: "lake.png",
    mimeType: "image/png",
    buffer: await painted(stage.browser, LANDSCAPE),
  });
  await jonas.page.getByRole("button", { name: "Send", exact: true }).click();
  await lena.page.getByRole("log").locator("img").first().waitFor();
  await jonas.says("This is from last year, at six in the morning.");
  await lena.sees("This is from last year, at six in the morning.");
  await lena.page
    .getByRole("log")
    .getByText("This is from last year, at six in the morning.")
    .click({ button: "right" });
  await album.both(lena, "message-menu");
  await lena.page.getByRole("menuitem", { name: "❤️" }).click();
  await lena.page.getByRole("log").getByRole("button", { name: /❤️ by/ }).waitFor();
  await lena.says("Beautiful. I will bring coffee and the good bread, then we need nothing else.");
  await jonas.sees("Beautiful. I will bring coffee and the good bread, then we need nothing else.");
  await jonas.says("Half past five at the jetty?");
  await lena.sees("Half past five at the jetty?");
  await lena.page.getByRole("log").getByText("Half past five at the jetty?").click({ button: "right" });
  await lena.page.getByRole("menuitem", { name: "Reply", exact: true }).click();
  await lena.page.getByLabel("Write a message").fill("I will be there. Do not oversleep!");
  await album.both(lena, "reply");
  await lena.page.getByRole("button", { name: "Send", exact: true }).click();
  await jonas.sees("I will be there. Do not oversleep!");
  await lena.page.getByRole("log").getByLabel("Read").last().waitFor();
}

/** The dialogs of a call, on both sides. */
async function call(lena: Person, jonas: Person): Promise<void> {
  await lena.page.getByRole("button", { name: "Voice call" }).click();
  await jonas.page.getByRole("alertdialog").waitFor();
  await album.both(jonas, "phone-call-incoming");
  await album.both(lena, "call-calling");
  await jonas.page.getByRole("button", { name: "Answer", exact: true }).click();
  await lena.page.getByRole("timer").waitFor();
  await jonas.page.getByRole("timer").waitFor();
  await album.both(lena, "call");
  await album.both(jonas, "phone-call");
  await lena.page.getByRole("button", { name: "Make small" }).click();
  await album.both(lena, "call-small");
  await lena.page.getByRole("button", { name: "Hang up" }).click();
  await jonas.page.getByText("Call ended").waitFor();
  await album.both(jonas, "phone-call-ended");
  await lena.page.getByText("Call ended").waitFor({ state: "detached" });
}

/** A second device of Lena's is let in. */
async function secondDevice(lena: Person): Promise<void> {
  const phone = await Person.at(stage.browser, CAST.lena.name, PHONE);
  await phone.signsIn(stage.server);
  await phone.page.getByRole("dialog").getByText("Use another device").waitFor();
  await album.both(phone, "phone-confirm");
  await phone.page.getByRole("button", { name: /Use your recovery key/ }).click();
  await album.both(phone, "phone-recover");
  await phone.page.keyboard.press("Escape");
  await phone.page.getByRole("button", { name: "Confirm this device to read older messages" }).click();
  await phone.page.getByRole("button", { name: /I have neither/ }).click();
  await album.both(phone, "phone-start-over");
  await phone.page.keyboard.press("Escape");
  await phone.page.getByRole("button", { name: "Confirm this device to read older messages" }).click();
  await phone.page.getByRole("button", { name: /Use another device/ }).click();
  await lena.page.getByRole("button", { name: "Yes, it’s me" }).waitFor();
  await album.both(lena, "asked");
  await lena.page.getByRole("button", { name: "Yes, it’s me" }).click();
  await lena.page.getByRole("img", { name: "Code for the other device" }).waitFor();
  await album.both(lena, "code");
  await album.both(phone, "phone-code");
  await phone.page.getByRole("button", { name: "Compare pictures" }).click();
  await lena.page.getByTestId("emoji").waitFor();
  await album.both(lena, "emoji");
  await album.both(phone, "phone-emoji");
  for (const { page } of [phone, lena]) await page.getByRole("button", { name: "They are the same" }).click();
  await lena.page.getByText("trust each other").waitFor();
  await album.both(lena, "confirmed");
  await lena.page.getByRole("button", { name: "Done" }).click();
}

async function settings(lena: Person): Promise<void> {
  const { page } = lena;
  await page.goto(`${stage.server.url}/settings`);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  await album.both(lena, "settings-contents");
  for (const section of [
    "profile",
    "privacy",
    "notifications",
    "appearance",
    "security",
    "devices",
    "account",
  ]) {
    await page.goto(`${stage.server.url}/settings/${section}`);
    await page.getByRole("main").getByRole("heading", { level: 1 }).waitFor();
    await lena.hasEverything();
    await album.both(lena, section === "privacy" ? "settings" : `settings-${section}`);
    await onPhone(page, () => album.both(lena, `phone-settings-${section}`));
  }
}

async function onPhone(page: Page, work: () => Promise<void>): Promise<void> {
  await page.setViewportSize(PHONE_SIZE);
  await work();
  await page.setViewportSize(DESK.viewport);
}

test("every screen has its picture taken", async () => {
  const lena = await Person.at(stage.browser, CAST.lena.name, DESK);
  const { page } = lena;
  await firstRun(lena);
  const ages = new Map<string, number>();
  await age(lena.context, ages);
  await page.reload();
  await fillList(stage.server, stage.browser, lena, ages);
  const jonas = await Person.at(stage.browser, CAST.jonas.name, PHONE);
  await jonas.joins(stage.server);
  await jonas.page.goto(`${stage.server.url}/settings/profile`);
  await wearsFace(jonas, await face(stage.browser, "jonas"));
  await jonas.page.goto(stage.server.url);
  await talk(lena, jonas);
  // Opened anew, it stands at its end.
  await page.reload();
  await page.getByRole("log").locator("img").first().waitFor();
  await album.both(lena, "conversation");
  await album.both(jonas, "phone-conversation");
  await page.getByRole("button", { name: "End-to-end encrypted" }).click();
  await page.getByText("Who can read what is said now").waitFor();
  await album.both(lena, "security-label");
  await page.keyboard.press("Escape");
  await call(lena, jonas);
  await sendRequest(stage.server, stage.browser, "@lena:localhost");
  await page.getByRole("link", { name: /^Requests/ }).click();
  await page.getByRole("link", { name: /Samuel|samuel/ }).click();
  await page.getByRole("button", { name: "Accept" }).waitFor();
  await album.both(lena, "request");
  await onPhone(page, () => album.both(lena, "phone-request"));
  await page.goto(stage.server.url);
  await page.getByRole("link", { name: /Jonas/ }).first().waitFor();
  await album.both(lena, "list");
  await onPhone(page, () => album.both(lena, "phone-list"));
  await page.goto(`${stage.server.url}/new`);
  await page.getByLabel("Search people", { exact: true }).fill("a");
  await page.getByRole("button", { name: /Amara/ }).waitFor();
  await album.both(lena, "compose");
  await page.goto(stage.server.url);
  await secondDevice(lena);
  await settings(lena);
  for (const [language, name] of [
    ["العربية", "arabic"],
    ["日本語", "japanese"],
  ] as const) {
    await page.goto(`${stage.server.url}/settings/appearance`);
    await page.getByText(language, { exact: true }).click();
    await album.both(lena, `${name}-settings`);
    await page.goto(stage.server.url);
    await page.getByRole("link", { name: /Jonas/ }).first().click();
    await page.getByRole("log").locator("img").first().waitFor();
    await album.both(lena, name);
  }
  await page.goto(`${stage.server.url}/settings/appearance`);
  await page.getByText("English", { exact: true }).click();
  await page.getByRole("heading", { name: "Appearance and language" }).waitFor();
  const tab = await lena.context.newPage();
  await tab.goto(stage.server.url);
  await tab.getByRole("button", { name: "Use it here" }).waitFor();
  await tab.screenshot({ path: `${folder}/elsewhere.png` });
  await tab.close();
  await lena.context.setOffline(true);
  await page.goto(stage.server.url).catch(() => {});
}, 900_000);
