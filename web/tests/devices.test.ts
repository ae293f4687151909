import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { Person } from "./support/browser";
import { acquaint, setStage } from "./support/stage";

const stage = setStage();

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name }).click();
}

/** The pictures that a page shows, once they are there. */
async function pictures(page: Page): Promise<string[]> {
  await page.getByTestId("emoji").waitFor();
  return page.getByTestId("emoji").getByRole("listitem").allTextContents();
}

/** Both pages show the same seven pictures, and both people say so. */
async function comparesPictures(one: Page, other: Page): Promise<void> {
  await press(one, "Compare pictures");
  const [seen, expected] = await Promise.all([pictures(one), pictures(other)]);
  expect(seen).toHaveLength(7);
  expect(seen).toEqual(expected);
  await press(one, "They are the same");
  await press(other, "They are the same");
  await press(one, "Done");
  await press(other, "Done");
}

/** The keys of how many conversations, each by each device that wrote in it, the server keeps for somebody. */
async function backedUp(person: Person): Promise<number> {
  return (await person.calls<{ count: number }>("GET", "/room_keys/version")).count;
}

async function opens(person: Person, other: string): Promise<void> {
  await person.page
    .getByRole("link", { name: new RegExp(other) })
    .first()
    .click();
}

test("a second device is let in by the first, and reads what was said before; two people compare pictures, too", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob");
  await acquaint(stage.server, alice, bob, "Before the second device");
  await bob.says("Heard");
  await alice.sees("Heard");

  const second = await Person.at(stage.browser, "Alice");
  await second.signsIn(stage.server);
  await press(second.page, "Use another device");
  await second.page.getByText("Open Aside on a device that you use already").waitFor();
  await press(alice.page, "Yes, it’s me");
  await comparesPictures(second.page, alice.page);
  // What was said before is not on this device until somebody looks for it.
  await second.page.getByRole("searchbox").fill("BEFORE second");
  await second.page.getByText("Nothing found").waitFor();
  await second.page.getByRole("button", { name: "Search older messages" }).click();
  await second.page.getByText("All your messages were searched.").waitFor();
  await second.page.getByRole("link", { name: /You: Before the second device/ }).click();
  await second.sees("Before the second device");
  await second.says("From the second device");
  await alice.sees("From the second device");
  await bob.sees("From the second device");

  await bob.page.getByRole("button", { name: "End-to-end encrypted" }).click();
  await press(bob.page, "Compare with Alice");
  await press(alice.page, "Compare");
  await comparesPictures(bob.page, alice.page);
  await bob.page.getByRole("button", { name: "End-to-end encrypted" }).click();
  await bob.page.getByText("You and Alice have made sure that nobody is between you.").waitFor();
  expect([...alice.problems, ...bob.problems, ...second.problems]).toEqual([]);
});

test("whoever lost all devices has everything again with the recovery key, and can begin anew without it", async () => {
  const carol = await Person.at(stage.browser, "Carol");
  const dave = await Person.at(stage.browser, "Dave");
  await acquaint(stage.server, carol, dave, "Worth keeping");
  await dave.says("Kept");
  await carol.sees("Kept");
  await expect.poll(() => backedUp(carol)).toBe(2);
  await carol.leaves();

  const again = await Person.at(stage.browser, "Carol");
  await again.signsIn(stage.server);
  await press(again.page, "Use your recovery key");
  await again.page.getByRole("dialog").getByLabel("Recovery key").fill(carol.recoveryKey);
  await press(again.page, "Confirm");
  await opens(again, "Dave");
  await again.sees("Worth keeping");
  await again.sees("Kept");
  await again.leaves();

  const anew = await Person.at(stage.browser, "Carol");
  await anew.signsIn(stage.server);
  await press(anew.page, "I have neither");
  await anew.page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(anew.password);
  await press(anew.page, "Begin anew");
  await anew.page.getByTestId("recovery-key").waitFor();
  await anew.page.getByLabel("I have kept my recovery key").check();
  await press(anew.page, "Done");
  await opens(anew, "Dave");
  await anew.says("New keys");
  await dave.sees("New keys");
  await dave.page.getByText("Carol has new keys.").waitFor();
  await dave.page.getByRole("button", { name: "That’s fine" }).click();
  await dave.page.getByText("Carol has new keys.").waitFor({ state: "detached" });
  expect([...dave.problems, ...again.problems, ...anew.problems]).toEqual([]);
});
