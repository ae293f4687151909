import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Person, startBrowser } from "./support/browser";
import { type Server, startServer } from "./support/server";

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test("without a connection one can read and write, also after a reload, and what was written goes out once", async () => {
  const alice = await Person.at(browser, "Alice");
  const bob = await Person.at(browser, "Bob");
  await alice.joins(server);
  await bob.joins(server);
  await alice.writesTo(bob);
  await alice.says("Hello Bob");
  await bob.accepts(alice);
  await bob.says("Hello Alice");
  await alice.sees("Hello Alice");
  await alice.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  // What the sync brought is written to the device a moment later.
  await alice.page.waitForTimeout(4_000);

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
  // The SDK lets requests of its own fail without anybody to hear of it.
  const problems = [...alice.problems, ...bob.problems].filter(
    (problem) => !problem.startsWith("ConnectionError"),
  );
  expect(problems).toEqual([]);
});
