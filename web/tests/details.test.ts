import { expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { setStage } from "./support/stage";

const stage = setStage();

test("a group is renamed, somebody is added to it, and a member is written to", async () => {
  const [alice, bob, dora] = await Promise.all(
    ["Alice", "Bob", "Dora"].map((name) => Person.at(stage.browser, name)),
  );
  if (!alice || !bob || !dora) throw new Error("three people were asked for");
  for (const person of [alice, bob, dora]) await person.joins(stage.server);
  const { page } = alice;
  await alice.writesTo(bob, dora);
  await alice.says("Welcome");
  await bob.accepts(alice);

  await page.getByRole("heading", { level: 1 }).last().getByRole("button").click();
  const details = page.getByRole("dialog");
  await details.getByRole("heading", { name: "3 members" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await details.getByRole("button", { name: "Rename" }).click();
  await details.getByLabel("Group name").fill("The lake");
  await details.getByRole("button", { name: "Save" }).click();
  await bob.page.getByRole("log").getByText("Alice named the group “The lake”").waitFor();

  await dora.page.getByRole("link", { name: /^Requests/ }).click();
  await dora.page
    .getByRole("link", { name: /Alice|The lake/ })
    .first()
    .click();
  await dora.page.getByRole("button", { name: "Decline" }).click();
  await details.getByRole("heading", { name: "2 members" }).waitFor();
  await details.getByRole("button", { name: "Add people" }).click();
  await details.getByLabel("Search people").fill("dora");
  await details.getByRole("button", { name: /Dora/ }).click();
  await details.getByRole("heading", { name: "3 members" }).waitFor();
  await details.getByRole("button", { name: /Dora.*Invited/ }).waitFor();

  // Who made the group takes people out of it, and nobody else does.
  await bob.page.getByRole("heading", { level: 1 }).last().getByRole("button").click();
  await bob.page.getByRole("dialog").getByRole("heading", { name: "3 members" }).waitFor();
  expect(await bob.page.getByRole("button", { name: /^Remove/ }).count()).toBe(0);
  await details.getByRole("button", { name: "Remove Dora" }).click();
  await details.getByRole("heading", { name: "2 members" }).waitFor();
  await bob.page.getByRole("dialog").getByRole("heading", { name: "2 members" }).waitFor();
  await bob.page.keyboard.press("Escape");
  await bob.page.getByRole("dialog").waitFor({ state: "detached" });

  await details.getByRole("button", { name: /Bob/ }).first().click();
  await details.getByRole("list", { name: "About this person" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await details.getByRole("button", { name: "Message" }).click();
  await details.waitFor({ state: "detached" });
  await alice.says("Just the two of us");
  await bob.page.getByRole("link", { name: /^Requests/ }).waitFor();

  // Whoever leaves is asked before.
  await bob.page.getByRole("main").locator("header").getByRole("button", { name: "More" }).click();
  await bob.page.getByRole("menuitem", { name: "Leave conversation" }).click();
  expect(await barriers(bob.page)).toEqual([]);
  await bob.page.getByRole("dialog").getByRole("button", { name: "Leave conversation" }).click();
  await bob.page.getByRole("heading", { name: "Choose a conversation" }).waitFor();
  await bob.page.getByRole("link", { name: /The lake/ }).waitFor({ state: "detached" });
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
