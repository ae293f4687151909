import type { CDPSession, Page, Worker } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { PushService } from "./support/push-service";
import { acquaint, setStage } from "./support/stage";

// The push service of the test is on this computer, where no account may otherwise make the server send anything.
const stage = setStage({ ASIDE_OUTBOUND__ALLOW: '["127.0.0.1"]' });
let service: PushService;

beforeAll(async () => {
  service = await PushService.start();
});

afterAll(() => service?.stop());

interface Shown {
  readonly title: string;
  readonly body: string;
}

/** What is shown outside of every page. */
async function shown(worker: Worker): Promise<readonly Shown[]> {
  return worker.evaluate(async () => {
    const scope = self as unknown as { registration: ServiceWorkerRegistration };
    return (await scope.registration.getNotifications()).map(({ title, body }) => ({ title, body }));
  });
}

/** The names that the page has left for the time when it is closed. */
async function toldNames(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const kept = await (await caches.match("/told.json"))?.json();
    return Object.values((kept?.names ?? {}) as Record<string, string>);
  });
}

/** Presses what is shown, as the browser would. */
async function press(worker: Worker): Promise<void> {
  await worker.evaluate(async () => {
    const scope = self as unknown as {
      registration: ServiceWorkerRegistration;
      NotificationEvent: new (type: string, init: { notification?: Notification }) => Event;
    };
    const [notification] = await scope.registration.getNotifications();
    self.dispatchEvent(new scope.NotificationEvent("notificationclick", { notification }));
  });
}

async function workerOf({ context, page }: Person): Promise<Worker> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  return context.serviceWorkers()[0] ?? context.waitForEvent("serviceworker");
}

/** Hands over pushes as the browser would that got them. */
class Delivery {
  readonly #session: CDPSession;
  #registrationId = "";

  private constructor(session: CDPSession) {
    this.#session = session;
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const last = registrations.at(-1);
      if (last) this.#registrationId = last.registrationId;
    });
  }

  static async to(page: Page): Promise<Delivery> {
    const session = await page.context().newCDPSession(page);
    const delivery = new Delivery(session);
    await session.send("ServiceWorker.enable");
    return delivery;
  }

  async deliver(data: string): Promise<void> {
    await expect.poll(() => this.#registrationId).not.toBe("");
    const registrationId = this.#registrationId;
    await this.#session.send("ServiceWorker.deliverPushMessage", {
      origin: stage.server.url,
      registrationId,
      data,
    });
  }
}

test("people are told of messages while Aside is in another tab, and while it is closed", async () => {
  const alice = await Person.at(stage.browser, "Alice");
  const bob = await Person.at(stage.browser, "Bob", { permissions: ["notifications", "clipboard-write"] });
  await service.serves(bob.context);
  await acquaint(stage.server, alice, bob, "Hello Bob");
  const worker = await workerOf(bob);
  const delivery = await Delivery.to(bob.page);

  await bob.page.goto(`${stage.server.url}/settings/notifications`);
  // It is on when the browser has been asked, and not at once.
  await bob.page.getByLabel("Show notifications").click();
  await bob.page.getByLabel("Also when Aside is closed").waitFor();
  await expect.poll(() => bob.page.getByLabel("Also when Aside is closed").isChecked()).toBe(true);
  expect(await barriers(bob.page)).toEqual([]);

  // The page is there, and reads the message.
  await alice.says("Are you there?");
  await expect.poll(() => shown(worker)).toEqual([{ title: "Alice", body: "Are you there?" }]);
  await service.next();
  // Whoever presses it is led to the conversation, and has seen it.
  const other = await bob.context.newPage();
  await other.goto(stage.server.url);
  await other.getByRole("heading", { name: "Aside is open in another tab" }).waitFor();
  await press(worker);
  await bob.sees("Are you there?");
  await other.close();
  await expect.poll(() => shown(worker)).toEqual([]);
  await expect.poll(() => toldNames(bob.page)).toContain("Alice");

  // There is no page, and only the ids are known.
  await bob.page.goto("about:blank");
  await alice.says("The secret is 42");
  const pushed = await service.next();
  expect(pushed).not.toContain("secret");
  expect(Object.keys(JSON.parse(pushed)).sort()).toEqual(["counts", "event_id", "prio", "room_id"]);
  await delivery.deliver(pushed);
  await expect.poll(() => shown(worker)).toEqual([{ title: "Alice", body: "New message" }]);

  // What was pushed is there when the page comes back.
  await bob.page.goto(stage.server.url);
  await bob.page.getByRole("heading", { name: "Messages", exact: true }).waitFor();
  await bob.page.getByRole("link", { name: /Alice/ }).first().click();
  await bob.sees("The secret is 42");

  await bob.page.goto(`${stage.server.url}/settings/notifications`);
  const forgotten = bob.page.waitForResponse(
    (response) =>
      response.url().endsWith("/pushers/set") && /"kind":null/.test(response.request().postData() ?? ""),
  );
  await bob.page.getByLabel("Also when Aside is closed").click();
  expect((await forgotten).ok()).toBe(true);
  await bob.page.goto("about:blank");
  await alice.says("Nobody pushes this");
  await alice.page.waitForTimeout(3_000);
  expect(service.isQuiet).toBe(true);
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});

test("nobody is asked before somebody could write to them, and nobody is asked twice", async () => {
  const carol = await Person.at(stage.browser, "Carol");
  const dave = await Person.at(stage.browser, "Dave");
  // Without an answer of theirs, a browser without windows refuses by itself.
  await carol.context.addInitScript(() => {
    Object.defineProperty(Notification, "permission", { get: () => "default" });
  });
  await carol.joins(stage.server);
  await dave.joins(stage.server);
  expect(await carol.page.getByText("Be told when somebody writes to you?").count()).toBe(0);
  await carol.writesTo(dave);
  await carol.says("Hello Dave");
  await carol.page.getByText("Be told when somebody writes to you?").waitFor();
  expect(await barriers(carol.page)).toEqual([]);
  await carol.page.getByRole("button", { name: "Not now" }).click();
  await carol.page.reload();
  await carol.sees("Hello Dave");
  expect(await carol.page.getByText("Be told when somebody writes to you?").count()).toBe(0);
  expect([...carol.problems, ...dave.problems]).toEqual([]);
});
