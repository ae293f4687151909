import { expect, test } from "vitest";
import { Person } from "./support/browser";
import { acquaint, setStage } from "./support/stage";

const stage = setStage();

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
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob");
  await acquaint(stage.server, alice, bob, "Hello Bob");
  await bob.says("Hello Alice");
  await alice.sees("Hello Alice");
  await alice.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  await keeps(alice);

  await alice.context.setOffline(true);
  await alice.says("Written on a train");
  await alice.page.getByRole("log").getByLabel("Sending").waitFor();
  await alice.page.reload();
  await alice.sees("Hello Alice");
  await alice.sees("Written on a train");

  await alice.context.setOffline(false);
  await bob.sees("Written on a train");
  await alice.page.getByRole("log").getByLabel("Read").last().waitFor();
  expect(await bob.page.getByRole("log").getByText("Written on a train", { exact: true }).count()).toBe(1);
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
