import { expect, test } from "vitest";
import { Person } from "./support/browser";
import { setStage } from "./support/stage";

const stage = setStage();

test("two people sign up, find each other, write encrypted both ways, and are still there after a reload", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob");
  await alice.joins(stage.server, stage.server.link);
  expect(alice.recoveryKey).toMatch(/^(\w{4} ){11}\w{4}$/);
  await bob.joins(stage.server);

  await alice.writesTo(bob);
  await alice.page.getByText("End-to-end encrypted").first().waitFor();
  await alice.says("Hello Bob");
  await bob.accepts(alice);
  await bob.sees("Hello Bob");
  await bob.says("Hello Alice");
  await alice.sees("Hello Alice");
  // Each sees that the other is there.
  for (const { page } of [alice, bob]) await page.getByText("Active now").waitFor();
  // Alice has it on her screen, which Bob is shown.
  await bob.page.getByRole("log").getByLabel("Read").waitFor();

  for (const { page } of [alice, bob]) {
    await page.reload();
    await page.getByRole("log").getByText("Hello Alice", { exact: true }).waitFor();
  }
  await alice.says("Still here");
  await bob.sees("Still here");

  // What was said is found on this device, where alone it can be read, and its link leads to it.
  await bob.page.goto(stage.server.url);
  // What is on his device, where he has not looked, has arrived.
  await alice.says("Can you see this?");
  await alice.page.getByRole("log").getByLabel("Delivered").waitFor();
  await bob.page.getByRole("searchbox").fill("stíll");
  await bob.page
    .getByRole("link", { name: /Still here/ })
    .last()
    .click();
  await bob.sees("Still here");
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});

test("the operator's link works once", async () => {
  const stranger = await Person.at(stage.browser, "Stranger");
  await stranger.page.goto(stage.server.link);
  await stranger.page.getByRole("heading", { name: "This link can’t be used" }).waitFor();
});
