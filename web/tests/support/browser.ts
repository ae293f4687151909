import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import type { Server } from "./server";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Chromium as the system has it, with a camera and a microphone that are not real. The camera may show a film. */
export async function startBrowser(film?: string): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (!executablePath) throw new Error("Chromium is missing (Debian: apt install chromium)");
  const args = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  if (film) args.push(`--use-file-for-fake-video-capture=${film}`);
  return chromium.launch({ executablePath, args });
}

/** Somebody at a device of theirs. */
export class Person {
  readonly name: string;
  readonly username: string;
  readonly password: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page complained about. */
  readonly problems: string[] = [];
  recoveryKey = "";

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.username = name.toLowerCase().split(" ")[0] ?? "";
    this.password = `${name} likes long passwords`;
    this.context = context;
    this.page = page;
    page.on("pageerror", (error) => {
      // The SDK lets requests of its own fail, without a connection or in a page that is left, with nobody to hear of it.
      if (!/^ConnectionError/.test(String(error))) this.problems.push(String(error));
    });
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) this.problems.push(message.text());
    });
  }

  static async at(browser: Browser, name: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({
      locale: "en-GB",
      permissions: ["clipboard-write"],
      ...options,
    });
    // A machine that is busy with other things may take long, and a test that fails takes long once.
    context.setDefaultTimeout(60_000);
    return new Person(name, context, await context.newPage());
  }

  /** Makes an account and goes through the first run. */
  async joins(server: Server, link = `${server.url}/register`): Promise<void> {
    const { page } = this;
    await page.goto(link);
    await page.getByLabel("User name").fill(this.username);
    await page.getByLabel("Password", { exact: true }).fill(this.password);
    await page.getByRole("button", { name: "Make account" }).click();
    await page.getByLabel("Your name").fill(this.name);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Make my recovery key" }).click();
    this.recoveryKey = (await page.getByTestId("recovery-key").textContent()) ?? "";
    await page.getByLabel("I have kept my recovery key").check();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("heading", { name: "Messages", exact: true }).waitFor();
  }

  async signsIn(server: Server): Promise<void> {
    const { page } = this;
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel("User name").fill(this.username);
    await page.getByLabel("Password", { exact: true }).fill(this.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Messages", exact: true }).waitFor();
  }

  /** Begins a conversation with the people, found by their names. */
  async writesTo(...people: Person[]): Promise<void> {
    const { page } = this;
    await page.getByRole("button", { name: "New message" }).first().click();
    for (const person of people) {
      await page.getByLabel("Search people", { exact: true }).fill(person.username);
      await page.getByRole("button", { name: person.name }).first().click();
    }
    await page.getByRole("button", { name: people.length > 1 ? "Make group" : "Write" }).click();
    await page.getByLabel("Write a message").waitFor();
  }

  async says(text: string): Promise<void> {
    await this.page.getByLabel("Write a message").fill(text);
    await this.page.getByRole("button", { name: "Send", exact: true }).click();
    await this.sees(text);
  }

  /** Awaits a text in the open conversation. */
  async sees(text: string): Promise<void> {
    await this.page.getByRole("log").getByText(text, { exact: true }).first().waitFor();
  }

  /** Chooses from the menu of a message. It has one once the server has the message. */
  async chooses(item: string, text: string): Promise<void> {
    const log = this.page.getByRole("log");
    const message = log.locator("[data-event]").filter({ hasText: text });
    await message.getByLabel("Sending", { exact: true }).waitFor({ state: "detached" });
    await log.getByText(text).click({ button: "right" });
    await this.page.getByRole("menuitem", { name: item, exact: true }).click();
  }

  /** Awaits that nothing on the screen is still being fetched. */
  async hasEverything(): Promise<void> {
    await this.page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
  }

  /** Accepts the request of somebody. */
  async accepts(person: Person): Promise<void> {
    const { page } = this;
    await page.getByRole("link", { name: /^Requests/ }).click();
    await page
      .getByRole("link", { name: new RegExp(person.name) })
      .first()
      .click();
    await page.getByRole("button", { name: "Accept" }).click();
    await page.getByLabel("Write a message").waitFor();
  }

  /** Calls the server as the page does. */
  async calls<T>(method: string, path: string, body?: unknown): Promise<T> {
    const asked = { method, path, body: body === undefined ? undefined : JSON.stringify(body) };
    return this.page.evaluate(async ({ method, path, body }) => {
      const session = JSON.parse(localStorage.getItem("aside.session") ?? "{}") as { accessToken: string };
      const headers = { Authorization: `Bearer ${session.accessToken}`, "Content-Type": "application/json" };
      const response = await fetch(`/_matrix/client/v3${path}`, { method, headers, body });
      return (await response.json()) as T;
    }, asked);
  }

  async leaves(): Promise<void> {
    await this.context.close();
  }
}
