import type { Locator } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { Guest } from "./support/api";
import { Person } from "./support/browser";
import { setStage } from "./support/stage";

const stage = setStage();
let ada: Person;
let mary: Guest;
let roomId = "";

/** More than fit on the screen. */
const MESSAGES = 60;

beforeAll(async () => {
  ada = await Person.at(stage.browser, "Ada");
  await ada.joins(stage.server);
  mary = await Guest.joins(stage.server, "mary", "Mary");
  const guest = await Guest.signsIn(stage.server, ada.username, ada.password);
  roomId = await guest.meets([mary], "Letters");
  for (let number = 1; number <= MESSAGES; number += 1) await mary.says(roomId, `Letter ${number}`);
  await guest.signsOut();
  await ada.page.getByRole("link", { name: /Letters/ }).click();
  await ada.sees(`Letter ${MESSAGES}`);
});

function message(text: string): Locator {
  return ada.page.getByRole("log").getByText(text, { exact: true });
}

/** Whether all of it is before one's eyes, and not only in the page. */
async function isInSight(text: string): Promise<boolean> {
  return message(text).evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const log = element.closest("[role=log]")?.getBoundingClientRect();
    return !!log && top >= log.top && bottom <= log.bottom;
  });
}

/** Scrolls up until the end is far: what is older comes on the way. */
async function goesUp(): Promise<void> {
  const isAway = ada.page.getByRole("button", { name: "To the latest message" });
  await ada.page.getByRole("log").hover();
  const scroll = async () => {
    await ada.page.mouse.wheel(0, -1_000);
    return isAway.isVisible();
  };
  await expect.poll(scroll).toBe(true);
}

test("whoever is at the end stays there, and whoever reads further up is not taken away", async () => {
  await expect.poll(() => isInSight(`Letter ${MESSAGES}`)).toBe(true);
  await mary.says(roomId, "One more");
  await message("One more").waitFor();
  await expect.poll(() => isInSight("One more")).toBe(true);

  await goesUp();
  await mary.says(roomId, "Not for now");
  await ada.page.getByRole("link", { name: /Letters.*Not for now/ }).waitFor();
  await ada.page.getByRole("button", { name: "To the latest message" }).waitFor();
  expect(await message("Not for now").count()).toBe(0);
});

test("what one sends oneself is brought before one's eyes, wherever one was reading", async () => {
  await goesUp();
  await ada.says("My own letter");
  await expect.poll(() => isInSight("My own letter")).toBe(true);
  const long = "A long letter, which takes many lines. ".repeat(40).trim();
  await ada.says(long);
  await ada.says("And its end");
  await expect.poll(() => isInSight("And its end")).toBe(true);
  // The field grows over it, and shrinks.
  await ada.page.getByLabel("Write a message").fill("line\n".repeat(9));
  await expect.poll(() => isInSight("And its end")).toBe(true);
  await ada.page.getByLabel("Write a message").fill("");
  await expect.poll(() => isInSight("And its end")).toBe(true);
});

test("texts run the way of their language, in the conversation, the list and the field", async () => {
  const directionOf = (element: Locator) => element.evaluate((found) => getComputedStyle(found).direction);
  await ada.page.getByLabel("Write a message").fill("مرحبا، نلتقي في الساعة 5");
  expect(await directionOf(ada.page.getByLabel("Write a message"))).toBe("rtl");
  await ada.says("مرحبا، نلتقي في الساعة 5");
  expect(await directionOf(message("مرحبا، نلتقي في الساعة 5"))).toBe("rtl");
  const row = ada.page.getByRole("link", { name: /Letters/ });
  await row.getByText(/نلتقي/).waitFor();
  await ada.says("See you then");
  expect(await directionOf(message("See you then"))).toBe("ltr");

  await mary.says(roomId, "שלום לכולם");
  await message("שלום לכולם").waitFor();
  expect(await directionOf(message("שלום לכולם"))).toBe("rtl");
  await ada.chooses("Reply", "שלום לכולם");
  await ada.says("Shalom");
  expect(
    await directionOf(
      ada.page.getByRole("log").getByRole("button", { name: /Mary/ }).getByText("שלום לכולם"),
    ),
  ).toBe("rtl");
  expect(ada.problems).toEqual([]);
});
