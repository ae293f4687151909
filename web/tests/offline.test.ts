import { expect, test } from "vitest";
import type { Person } from "./support/browser";
import { setPair } from "./support/stage";

const pair = setPair("Hello Bob");

/** Has the page write down what it knows, as whenever somebody looks away from it, and awaits that. */
async function keeps({ page }: Person): Promise<void> {
  // One may be on its way already, without what came last.
  for (let time = 0; time < 2; time += 1) {
    const kept = page.waitForEvent("console", (message) => message.text().startsWith("Persisted sync data"));
    await page.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
      Reflect.deleteProperty(document, "visibilityState");
    });
    await kept;
  }
}

test("without a connection one can read and write, also after a reload, and what was written goes out once", async () => {
  const { alice, bob } = pair;
  await bob.says("Hello Alice");
  await alice.sees("Hello Alice");
  await alice.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  await keeps(alice);

  await alice.context.setOffline(true);
  await alice.page.getByText("No connection.").first().waitFor();
  await alice.says("Written on a train");
  await alice.page.getByRole("log").getByLabel("Sending").waitFor();
  await alice.page.reload();
  await alice.sees("Hello Alice");
  await alice.sees("Written on a train");
  // The list knows of it, too.
  await alice.page.getByRole("link", { name: /Bob.*Written on a train/ }).waitFor();

  await alice.context.setOffline(false);
  await bob.sees("Written on a train");
  await alice.page.getByRole("log").getByLabel("Read").last().waitFor();
  expect(await bob.page.getByRole("log").getByText("Written on a train", { exact: true }).count()).toBe(1);
  await alice.page.getByText("No connection.").first().waitFor({ state: "detached" });
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});

test("a file that could not be sent is sent again with a press", async () => {
  const { alice, bob } = pair;
  const { page } = alice;
  await alice.context.setOffline(true);
  const file = { name: "ticket.pdf", mimeType: "application/pdf", buffer: Buffer.from("a ticket") };
  await page.getByTestId("files").setInputFiles(file);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("Could not be sent").waitFor();
  await alice.context.setOffline(false);
  await page.getByRole("button", { name: "Send again" }).click();
  await bob.sees("ticket.pdf");
  await page.getByText("Could not be sent").waitFor({ state: "detached" });
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
