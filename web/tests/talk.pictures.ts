import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, test } from "vitest";
import { Person } from "./support/browser";
import { type Provider, startProvider } from "./support/gifs";
import { picture } from "./support/pictures";
import { setStage } from "./support/stage";

/** Pictures of everything that can be said besides words: `SCREENS=folder npm run test:browser talk.pictures`. */
const folder = process.env.SCREENS ?? "";

const env: Record<string, string> = { ASIDE_GIFS__KEY: "key", ASIDE_OUTBOUND__ALLOW: '["127.0.0.1"]' };
let provider: Provider;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const gif = new URL("../src/features/conversation/pack/party.gif", import.meta.url);
  provider = await startProvider(await readFile(gif));
  env.ASIDE_GIFS__URL = provider.url;
});
afterAll(() => provider?.stop());

const stage = setStage(env);

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const DESK = { viewport: { width: 1280, height: 900 }, permissions: ["microphone"] };

async function shot({ page }: Person, name: string): Promise<void> {
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${folder}/talk-${name}.png` });
}

async function both(person: Person, name: string): Promise<void> {
  await shot(person, `${name}-light`);
  await person.page.emulateMedia({ colorScheme: "dark" });
  await shot(person, `${name}-dark`);
  await person.page.emulateMedia({ colorScheme: "light" });
}

async function adds({ page }: Person, what: string): Promise<void> {
  await page.getByRole("button", { name: "Send something else" }).click();
  await page.getByRole("menuitem", { name: what, exact: true }).click();
}

/** Pictures that were sent together, a thread, what waits, and who somebody is. */
async function takeThreadAndAlbum(ada: Person, mary: Person): Promise<void> {
  const { page } = ada;
  const colours = ["#7aa7c7", "#c7a27a", "#8fb98a", "#b98ab0", "#c77a7a"];
  const files = await Promise.all(colours.map((colour, index) => picture(page, `${index}.png`, colour)));
  await page.getByTestId("files").setInputFiles(files);
  await page.getByLabel("Write a message").fill("From the bay");
  await both(ada, "chosen");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("button", { name: "Open 1 more" }).waitFor();
  await mary.page.getByRole("log").getByText("From the bay").waitFor();
  await both(ada, "album");
  await both(mary, "phone-album");
  await page.getByRole("button", { name: "Open picture" }).nth(1).click();
  await shot(ada, "viewer");
  await page.keyboard.press("Escape");
  await page.getByRole("log").getByText("From the bay").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Reply in thread" }).click();
  await page.getByLabel("Reply in thread").fill("The third one is my favourite");
  await page.keyboard.press("Enter");
  await mary.page.getByRole("button", { name: /^1 reply/ }).click();
  await mary.page.getByLabel("Reply in thread").fill("Mine, too. The light!");
  await mary.page
    .getByRole("region", { name: "Thread" })
    .getByRole("button", { name: "Send", exact: true })
    .click();
  await page.getByText("Mine, too. The light!").first().waitFor();
  await both(ada, "thread");
  await both(mary, "phone-thread");
  await mary.page.getByRole("button", { name: "Close thread" }).click();
  await both(mary, "phone-thread-summary");
  await page.getByRole("button", { name: "Close thread" }).click();
  await page.getByLabel("Write a message").fill("Happy birthday!");
  await page.getByRole("button", { name: "Send something else" }).click();
  await page.getByRole("menuitem", { name: "Send later" }).click();
  await both(ada, "later");
  await page.keyboard.press("Escape");
  await page.getByLabel("Write a message").fill("");
  await page.getByRole("heading", { level: 1 }).last().getByRole("button").click();
  await both(ada, "person");
  await page.keyboard.press("Escape");
}

test("what is said besides words has its picture taken", async () => {
  const ada = await Person.at(stage.browser, "Ada", DESK);
  const mary = await Person.at(stage.browser, "Mary", PHONE);
  await ada.joins(stage.server);
  await mary.joins(stage.server);
  await ada.writesTo(mary);
  await ada.says("Shall we meet?");
  await mary.page.goto(`${stage.server.url}/requests`);
  await both(mary, "phone-requests");
  await mary.page.getByRole("link", { name: /Ada/ }).click();
  await mary.page.getByRole("log").getByText("Shall we meet?").waitFor();
  await both(mary, "phone-request");
  await mary.page.getByRole("button", { name: "Accept" }).click();
  await mary.sees("Shall we meet?");
  const send = () => ada.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await ada.page.getByRole("button", { name: "Send something else" }).click();
  await both(ada, "add-menu");
  await ada.page.keyboard.press("Escape");
  await adds(ada, "Poll");
  await ada.page.getByLabel("Question").fill("Where do we meet?");
  await ada.page.getByLabel("Answer 1").fill("By the lake");
  await ada.page.getByLabel("Answer 2").fill("At the museum");
  await both(ada, "poll-dialog");
  await send();
  await mary.page.getByRole("log").getByRole("button", { name: "By the lake" }).click();
  await ada.page.getByRole("log").getByRole("button", { name: "By the lake" }).click();
  await adds(ada, "Event");
  await ada.page.getByLabel("What is it?").fill("Picnic");
  await ada.page.getByLabel("Where (optional)").fill("By the lake");
  await shot(ada, "plan-dialog");
  await send();
  await mary.page.getByRole("log").getByRole("button", { name: "Coming", exact: true }).click();
  await adds(ada, "Location");
  await ada.page.getByLabel("Coordinates").fill("40.853, 14.268");
  await ada.page.getByLabel("Name of the place (optional)").fill("Naples");
  await shot(ada, "place-dialog");
  await send();
  await ada.page.getByRole("button", { name: "Record a voice message" }).click();
  await ada.page.getByRole("timer").getByText("0:02").waitFor();
  await both(ada, "recording");
  await ada.page.getByRole("button", { name: "Send the voice message" }).click();
  await ada.page.getByRole("button", { name: "Emoji and stickers" }).click();
  await ada.page.getByRole("gridcell").first().waitFor();
  await both(ada, "emoji");
  await ada.page.getByRole("tab", { name: "GIFs" }).click();
  await ada.page.getByRole("button", { name: "Send “liked 4”" }).locator("img").waitFor();
  await both(ada, "gifs");
  await ada.page.getByRole("tab", { name: "Stickers" }).click();
  await both(ada, "stickers");
  await ada.page.getByRole("button", { name: "Send “Party”" }).click();
  await ada.page.getByRole("log").getByRole("img", { name: "party.png" }).waitFor();
  await ada.page.getByRole("log").getByText("Naples").click({ button: "right" });
  await shot(ada, "menu");
  await ada.page.getByRole("menuitem", { name: "Pin", exact: true }).click();
  await both(ada, "conversation");
  await mary.page.getByRole("log").getByRole("img", { name: "party.png" }).waitFor();
  await both(mary, "phone-conversation");
  await mary.page.getByRole("button", { name: "Emoji and stickers" }).click();
  await shot(mary, "phone-emoji");
  await mary.page.keyboard.press("Escape");
  await ada.page.getByRole("log").getByText("Naples").click({ button: "right" });
  await ada.page.getByRole("menuitem", { name: "Forward", exact: true }).click();
  await both(ada, "forward");
  await ada.page.keyboard.press("Escape");
  await ada.page.locator("header").getByRole("button", { name: "More" }).last().click();
  await ada.page.getByRole("menuitem", { name: "Disappearing messages" }).click();
  await both(ada, "timer");
  await ada.page.keyboard.press("Escape");
  await ada.page.keyboard.press("Escape");
  await takeThreadAndAlbum(ada, mary);
  await ada.page.getByRole("searchbox").fill("we");
  await ada.page.getByText("Search older messages").waitFor();
  await both(ada, "search");
  const grace = await Person.at(stage.browser, "Grace", DESK);
  await grace.joins(stage.server);
  await grace.writesTo(ada);
  await grace.says("Hello, we met at the Royal Society.");
  await ada.page.goto(`${stage.server.url}/requests`);
  await ada.page.getByRole("link", { name: /Grace/ }).click();
  await ada.page.getByRole("log").getByText("Royal Society").waitFor();
  await both(ada, "request");
  await ada.page.getByRole("button", { name: "More" }).click();
  await ada.page.getByRole("menuitem", { name: "Report" }).click();
  await ada.page.getByLabel("Scam").waitFor();
  await both(ada, "report");
}, 600_000);
