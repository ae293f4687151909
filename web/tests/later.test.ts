import { expect, test } from "vitest";
import { barriers } from "./support/axe";
import { setPair } from "./support/stage";

const pair = setPair("Hello Bob");

async function waits(text: string, when: string): Promise<void> {
  const { alice } = pair;
  const { page } = alice;
  await page.getByLabel("Write a message").fill(text);
  await page.getByRole("button", { name: "Send something else" }).click();
  await page.getByRole("menuitem", { name: "Send later" }).click();
  await page.getByRole("dialog").getByRole("button", { name: when }).click();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Schedule" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** A full minute that is soon, and not before somebody has chosen it, as a field for a time has it. */
function soon(): string {
  const at = new Date(Date.now() + 85_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

test("what is to be sent later is listed, changed, sent at its time, or not at all", async () => {
  const { alice, bob } = pair;
  const { page } = alice;
  await waits("Happy birthday", "Tomorrow morning");
  await page.getByRole("button", { name: "1 message waits to be sent" }).waitFor();
  await waits("Never mind", "In an hour");
  await page.getByRole("button", { name: "2 messages wait to be sent" }).click();
  const list = page.getByRole("dialog");
  // It is encrypted already, and can be read by whoever wrote it.
  await list.getByText("Happy birthday").waitFor();
  expect(await barriers(page)).toEqual([]);
  await list
    .getByRole("listitem")
    .filter({ hasText: "Never mind" })
    .getByRole("button", { name: "Don’t send" })
    .click();
  await list.getByText("Never mind").waitFor({ state: "detached" });

  await list.getByRole("button", { name: "Change message" }).click();
  await list.getByLabel("Write a message").fill("Happy birthday, Bob");
  await list.getByLabel("Day and time").fill(soon());
  await list.getByRole("button", { name: "Save" }).click();
  await list.getByText("Happy birthday, Bob").waitFor();
  await list.getByRole("button", { name: "Close" }).click();
  await bob.page.getByRole("log").getByText("Happy birthday, Bob").waitFor({ timeout: 150_000 });
  await alice.sees("Happy birthday, Bob");
  await page.getByRole("button", { name: /waits? to be sent/ }).waitFor({ state: "detached" });
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
