import { expect, test } from "vitest";
import { barriers } from "./support/axe";
import type { Person } from "./support/browser";
import { setPair } from "./support/stage";

const pair = setPair("Where shall we go?");

function threadOf({ page }: Person) {
  return page.getByRole("region", { name: "Thread" });
}

async function replies(person: Person, text: string): Promise<void> {
  await threadOf(person).getByLabel("Reply in thread").fill(text);
  await threadOf(person).getByRole("button", { name: "Send", exact: true }).click();
  await threadOf(person).getByText(text, { exact: true }).first().waitFor();
}

test("a thread stands beside its conversation, with a summary below its root", async () => {
  const { alice, bob } = pair;
  await bob.chooses("Reply in thread", "Where shall we go?");
  await replies(bob, "To the lake");
  await replies(bob, "Or to the museum");
  await bob.page.getByRole("button", { name: /^2 replies/ }).waitFor();

  // Replies are not in the conversation itself, which says that there are some.
  await alice.page.getByRole("button", { name: "New reply in a thread" }).waitFor();
  const summary = alice.page.getByRole("button", { name: /^2 replies.*Or to the museum/ });
  await summary.getByText("unread replies").waitFor({ state: "attached" });
  await summary.click();
  await threadOf(alice).getByText("To the lake").waitFor();
  expect(await alice.page.getByRole("log", { name: "Messages" }).getByText("To the lake").count()).toBe(0);
  expect(await barriers(alice.page)).toEqual([]);

  // Having been seen here, they are read there.
  await threadOf(bob).getByLabel("Read", { exact: true }).first().waitFor();
  await replies(alice, "The lake, please");
  await threadOf(bob).getByText("The lake, please").waitFor();
  await alice.page.keyboard.press("Escape");
  await threadOf(alice).waitFor({ state: "detached" });
  await alice.page.getByRole("button", { name: /^3 replies.*The lake, please/ }).waitFor();
  await alice.page.getByRole("button", { name: "New reply in a thread" }).waitFor({ state: "detached" });
});

test("an answer in a thread is unread in the list until the thread is opened", async () => {
  const { alice, bob } = pair;
  await alice.page.goto(pair.server.url);
  await replies(bob, "I bring cake");
  const row = alice.page.getByRole("link", { name: /Bob.*I bring cake/ });
  await row.getByText("1 unread message").waitFor({ state: "attached" });
  await row.click();
  await alice.page.getByRole("button", { name: "New reply in a thread" }).click();
  await threadOf(alice).getByText("I bring cake").waitFor();
  await row.getByText("1 unread message").waitFor({ state: "detached" });
  // After a reload it is where it was.
  await alice.page.reload();
  await threadOf(alice).getByText("I bring cake").waitFor();
  await threadOf(alice).getByRole("button", { name: "Close thread" }).click();
  await alice.page.getByRole("button", { name: /^4 replies/ }).waitFor();
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
