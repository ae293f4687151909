import { expect, test } from "vitest";
import { Person } from "./support/browser";
import { acquaint, setStage } from "./support/stage";

const RELAY = "turn:127.0.0.1:9?transport=udp";

const stage = setStage({
  ASIDE_TURN__URIS: JSON.stringify([RELAY]),
  ASIDE_TURN__SECRET: "a secret of the relay",
});

test("a call knows the relay of the server, with a name and a password of its own", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob");
  for (const { context } of [alice, bob]) {
    await context.addInitScript(() => {
      const known: RTCIceServer[] = [];
      Object.assign(window, { known });
      const Made = RTCPeerConnection;
      window.RTCPeerConnection = class extends Made {
        constructor(wanted?: RTCConfiguration) {
          super(wanted);
          known.push(...(wanted?.iceServers ?? []));
        }
      };
    });
  }
  await acquaint(stage.server, alice, bob, "May I call?");
  await alice.page.getByRole("button", { name: "Voice call" }).click();
  await bob.page.getByRole("button", { name: "Answer", exact: true }).click();
  await alice.page.getByRole("timer").waitFor();
  for (const { page, username } of [alice, bob]) {
    const known = await page.evaluate(() => (window as unknown as { known: RTCIceServer[] }).known);
    expect(known).toHaveLength(1);
    const [{ urls, username: name = "", credential = "" } = { urls: "" }] = known;
    expect([urls].flat()).toEqual([RELAY]);
    // Until when it is good, and whose it is.
    expect(name).toMatch(new RegExp(`^\\d+:@?${username}`));
    expect(Number.parseInt(name, 10) * 1000).toBeGreaterThan(Date.now());
    expect(credential).toMatch(/^[\w+/]{27}=$/);
  }
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});
