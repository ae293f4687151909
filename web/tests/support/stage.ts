import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { Person, startBrowser } from "./browser";
import { type Server, startServer } from "./server";

/** Where the tests of a file take place. It is there in tests and hooks, and not before. */
export interface Stage {
  readonly server: Server;
  readonly browser: Browser;
}

/** A server and a browser, from before the first test of a file until after its last one. */
export function setStage(env: Readonly<Record<string, string>> = {}): Stage {
  const stage: { server?: Server; browser?: Browser } = {};
  beforeAll(async () => {
    // Each for itself, so that what has started is stopped where the other one fails.
    await Promise.all([
      startServer(undefined, env).then((server) => Object.assign(stage, { server })),
      startBrowser().then((browser) => Object.assign(stage, { browser })),
    ]);
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.server?.stop();
  });
  return stage as Stage;
}

/** Alice and Bob, who have found each other and look at their conversation. */
export interface Pair extends Stage {
  readonly alice: Person;
  readonly bob: Person;
}

/** A stage with the two on it. Alice has said the words, and may have more than others on her device. */
export function setPair(words: string, options: BrowserContextOptions = {}): Pair {
  const stage = setStage();
  beforeAll(async () => {
    const alice = await Person.at(stage.browser, "Alice", options);
    const bob = await Person.at(stage.browser, "Bob");
    Object.assign(stage, { alice, bob });
    await acquaint(stage.server, alice, bob, words);
  });
  return stage as Pair;
}

/** Both make an account, and one writes to the other, who accepts it. */
export async function acquaint(server: Server, one: Person, other: Person, words: string): Promise<void> {
  await one.joins(server);
  await other.joins(server);
  await one.writesTo(other);
  await one.says(words);
  await other.accepts(one);
  await other.sees(words);
}
