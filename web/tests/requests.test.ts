import { beforeAll, expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { setStage } from "./support/stage";

const stage = setStage();
let bob: Person;

beforeAll(async () => {
  bob = await Person.at(stage.browser, "Bob");
  await bob.joins(stage.server);
});

/** Somebody new, who has written to Bob. */
async function stranger(name: string, text: string): Promise<Person> {
  const person = await Person.at(stage.browser, name);
  await person.joins(stage.server);
  await person.writesTo(bob);
  await person.says(text);
  return person;
}

async function opensRequest(of: Person): Promise<void> {
  await bob.page.goto(`${stage.server.url}/requests`);
  await bob.page.getByRole("link", { name: new RegExp(of.name) }).click();
}

test("a request shows who asks and what they say, and is accepted", async () => {
  const mallory = await stranger("Mallory", "We met at the library");
  await opensRequest(mallory);
  await bob.page.getByRole("log").getByText("We met at the library").waitFor();
  const facts = bob.page.getByRole("list", { name: "About this person" });
  await facts.getByText("Not verified").waitFor();
  await facts.getByText(/New account/).waitFor();
  // Reading it was not told.
  expect(await mallory.page.getByRole("log").getByLabel("Read").count()).toBe(0);
  await bob.page.getByRole("button", { name: "Accept" }).click();
  await bob.says("I remember");
  await mallory.sees("I remember");
  await mallory.leaves();
});

test("a declined request is gone, and its sender isn't told", async () => {
  const mallet = await stranger("Mallet", "Buy my book");
  await opensRequest(mallet);
  await bob.page.getByRole("button", { name: "Decline" }).click();
  await bob.page.getByRole("link", { name: /Mallet/ }).waitFor({ state: "detached" });
  await bob.page.getByRole("heading", { name: "No requests" }).waitFor();
  expect(await mallet.page.getByText(/left|declined/i).count()).toBe(0);
  await mallet.leaves();
});

test("a stranger who says too much is told why it stops", async () => {
  const trudy = await stranger("Trudy", "one");
  await trudy.says("two");
  await trudy.says("three");
  await trudy.page.getByLabel("Write a message").fill("four");
  await trudy.page.getByRole("button", { name: "Send", exact: true }).click();
  await trudy.page.getByText("They have to accept your request before you can write more.").waitFor();
  await opensRequest(trudy);
  await bob.page.getByRole("button", { name: "More" }).click();
  await bob.page.getByRole("menuitem", { name: "Report" }).click();
  await bob.page.getByLabel("Spam").check();
  await bob.page.getByRole("button", { name: "Send report" }).click();
  await bob.page.getByText("Thank you. Your report was sent.").waitFor();
  await bob.page.getByRole("button", { name: "Block", exact: true }).click();
  await bob.page.getByText("Trudy is blocked").waitFor();
  await trudy.leaves();
});

test("several requests are answered at once, and one is found by its sender", async () => {
  const ivan = await stranger("Ivan", "hello");
  const judy = await stranger("Judy", "hello");
  await bob.page.goto(`${stage.server.url}/requests`);
  await bob.page.getByRole("link", { name: /Ivan/ }).waitFor();
  await bob.page.getByLabel("Search by name or word").fill("judy");
  await bob.page.getByRole("link", { name: /Ivan/ }).waitFor({ state: "detached" });
  await bob.page.getByRole("link", { name: /Judy/ }).waitFor();
  await bob.page.getByLabel("Search by name or word").fill("");
  await bob.page.getByRole("link", { name: /Ivan/ }).waitFor();
  await bob.page.getByRole("button", { name: "Choose several" }).click();
  await bob.page.getByRole("button", { name: "Choose all" }).click();
  await bob.page.getByRole("button", { name: "Decline", exact: true }).click();
  await bob.page.getByText("2 requests answered").waitFor();
  await bob.page.getByRole("heading", { name: "No requests" }).waitFor();
  expect([...bob.problems, ...ivan.problems, ...judy.problems]).toEqual([]);
});

test("nobody is kept out of the requests", async () => {
  const peggy = await stranger("Peggy", "May I ask you something?");
  await bob.page.goto(`${stage.server.url}/requests`);
  await bob.page.getByRole("link", { name: /Peggy/ }).waitFor();
  expect(await barriers(bob.page)).toEqual([]);
  await opensRequest(peggy);
  await bob.page.getByRole("log").getByText("May I ask you something?").waitFor();
  expect(await barriers(bob.page)).toEqual([]);
  await bob.page.emulateMedia({ colorScheme: "dark" });
  expect(await barriers(bob.page)).toEqual([]);
});
