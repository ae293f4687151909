import { expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { picture } from "./support/pictures";
import { setPair } from "./support/stage";

const pair = setPair("Hello Bob", { permissions: ["clipboard-write", "microphone"] });

/** Chooses from what can be sent besides words. */
async function adds(person: Person, what: string): Promise<void> {
  await person.page.getByRole("button", { name: "Send something else" }).click();
  await person.page.getByRole("menuitem", { name: what, exact: true }).click();
}

test("a photo arrives as it was sent", async () => {
  const { alice, bob } = pair;
  await alice.page.getByTestId("files").setInputFiles(await picture(alice.page, "square.png", "#c03030"));
  await alice.page.getByRole("button", { name: "Send", exact: true }).click();
  const square = bob.page.getByRole("log").getByRole("img", { name: "square.png" });
  await square.waitFor();
  const width = await square.evaluate((image: HTMLImageElement) =>
    image.decode().then(() => image.naturalWidth),
  );
  expect(width).toBe(320);
  await bob.page.getByRole("button", { name: "Open picture" }).click();
  await bob.page.getByRole("dialog").getByRole("img", { name: "square.png" }).waitFor();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
});

test("pictures that are sent together stand in one frame, with one caption, and are looked through", async () => {
  const { alice, bob } = pair;
  const { page } = alice;
  const colours = ["#3050c0", "#30a050", "#c08030"];
  const files = await Promise.all(colours.map((colour, index) => picture(page, `trip-${index}.png`, colour)));
  await page.getByTestId("files").setInputFiles(files);
  const chosen = page.getByRole("list", { name: "Files to be sent" });
  await chosen.getByRole("img", { name: "trip-2.png" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel("Write a message").fill("From our trip");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await chosen.waitFor({ state: "detached" });

  const album = bob.page.getByRole("log").getByRole("list").filter({ hasText: "" });
  const last = album.getByRole("img", { name: "trip-2.png" });
  await last.waitFor();
  await bob.sees("From our trip");
  expect(await bob.page.getByRole("log").getByText("From our trip").count()).toBe(1);
  await last.click();
  const viewer = bob.page.getByRole("dialog");
  await viewer.getByRole("img", { name: "trip-2.png" }).waitFor();
  await viewer.getByRole("button", { name: "Previous picture" }).click();
  await viewer.getByRole("img", { name: "trip-1.png" }).waitFor();
  await bob.page.keyboard.press("ArrowLeft");
  await viewer.getByRole("img", { name: "From our trip" }).waitFor();
  expect(await barriers(bob.page)).toEqual([]);
  await viewer.getByRole("button", { name: "Close" }).click();
});

test("a voice message is recorded, arrives with its waveform, and can be heard", async () => {
  const { alice, bob } = pair;
  await alice.page.getByRole("button", { name: "Record a voice message" }).click();
  await alice.page.getByRole("timer").getByText("0:05").waitFor();
  await alice.page.getByRole("button", { name: "Send the voice message" }).click();
  const play = bob.page.getByRole("log").getByRole("button", { name: "Play voice message" });
  await play.waitFor();
  await bob.page.getByRole("button", { name: "Speed 1×" }).click();
  await play.click();
  await bob.page.getByRole("log").getByRole("button", { name: "Pause" }).waitFor();
  // It was some seconds, so that nobody misses them, at one and a half times the speed.
  await play.waitFor();
});

test("reaction, edit and unsending reach the other one", async () => {
  const { alice, bob } = pair;
  await alice.says("See you at five");
  await bob.sees("See you at five");
  await bob.chooses("👍", "See you at five");
  await alice.page.getByRole("log").getByRole("button", { name: "👍 by Bob" }).waitFor();

  await alice.chooses("Edit", "See you at five");
  await alice.page.getByText("Edit message").waitFor();
  await alice.page.getByLabel("Write a message").fill("See you at six");
  await alice.page.getByRole("button", { name: "Save" }).click();
  await bob.sees("See you at six");

  await alice.chooses("Unsend for everyone", "See you at six");
  await bob.page.getByRole("log").getByText("This message was unsent").waitFor();
  await bob.page.getByText("See you at").first().waitFor({ state: "detached" });
});

test("a poll is voted in by both, and ended by whoever began it", async () => {
  const { alice, bob } = pair;
  await adds(alice, "Poll");
  await alice.page.getByLabel("Question").fill("Tea or coffee?");
  await alice.page.getByLabel("Answer 1").fill("Tea");
  await alice.page.getByLabel("Answer 2").fill("Coffee");
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await bob.page.getByRole("log").getByRole("button", { name: "Coffee" }).click();
  await alice.page.getByText("1 person has voted").waitFor();
  await alice.page.getByRole("log").getByRole("button", { name: "Tea" }).click();
  await bob.page.getByText("2 people have voted").waitFor();
  await alice.page.getByRole("button", { name: "End poll" }).click();
  await bob.page.getByText("This poll has ended").waitFor();
  expect(await bob.page.getByRole("log").getByRole("button", { name: /^Tea/ }).isDisabled()).toBe(true);
});

test("an event says who comes", async () => {
  const { alice, bob } = pair;
  await adds(alice, "Event");
  await alice.page.getByLabel("What is it?").fill("Picnic");
  await alice.page.getByLabel("Where (optional)").fill("By the lake");
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await bob.page.getByRole("log").getByText("By the lake").waitFor();
  await bob.page.getByRole("log").getByRole("button", { name: "Coming", exact: true }).click();
  await alice.page.getByText("Coming: Bob").waitFor();
  await bob.page.getByRole("log").getByRole("button", { name: "Maybe" }).click();
  await alice.page.getByText("Maybe: Bob").waitFor();
});

test("a place and a contact are cards", async () => {
  const { alice, bob } = pair;
  await adds(alice, "Location");
  await alice.page.getByLabel("Coordinates").fill("40.853, 14.268");
  await alice.page.getByLabel("Name of the place (optional)").fill("Naples");
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await bob.sees("Naples");
  const link = bob.page.getByRole("link", { name: "Open in OpenStreetMap" });
  expect(await link.getAttribute("href")).toContain("mlat=40.853&mlon=14.268");

  const carol = await Person.at(pair.browser, "Carol");
  await carol.joins(pair.server);
  await carol.leaves();
  await adds(alice, "Contact");
  await alice.page.getByRole("dialog").getByLabel("Search people").fill("carol");
  await alice.page.getByRole("dialog").getByRole("button", { name: /Carol/ }).click();
  await bob.page.getByRole("button", { name: "Write to Carol" }).waitFor();
});

test("a sticker from the pack is sent with two presses, and emoji go into the text", async () => {
  const { alice, bob } = pair;
  await alice.page.getByRole("button", { name: "Emoji and stickers" }).click();
  await alice.page.getByLabel("Search emoji").fill("rocket");
  await alice.page.getByRole("gridcell", { name: "rocket" }).first().click();
  await alice.page.getByRole("tab", { name: "Stickers" }).click();
  await alice.page.getByRole("button", { name: "Send “Party”" }).click();
  await bob.page.getByRole("log").getByRole("img", { name: "party.png" }).waitFor();
  expect(await alice.page.getByLabel("Write a message").inputValue()).toBe("🚀");
  await alice.page.getByRole("button", { name: "Send", exact: true }).click();
  await bob.sees("🚀");
});

test("what is pinned stands above the messages, and what is to be kept can't be forwarded", async () => {
  const { alice, bob } = pair;
  await alice.says("The code is on the door");
  await bob.sees("The code is on the door");
  await alice.chooses("Pin", "The code is on the door");
  await bob.page.getByRole("button", { name: /Pinned message.*The code is on the door/ }).waitFor();

  await alice.page.getByRole("button", { name: "Send something else" }).click();
  await alice.page.getByRole("menuitemradio", { name: "Ask not to forward" }).click();
  await alice.says("Only for you");
  await bob.sees("Only for you");
  await bob.page.getByRole("log").getByText("Only for you").click({ button: "right" });
  await bob.page.getByRole("menuitem", { name: "The sender asks not to forward this" }).waitFor();
  await bob.page.keyboard.press("Escape");
});

test("nobody is kept out of a conversation with all of this", async () => {
  const { alice, bob } = pair;
  expect(await barriers(bob.page)).toEqual([]);
  await alice.page.getByRole("button", { name: "Emoji and stickers" }).click();
  await alice.page.getByRole("tab", { name: "Stickers" }).click();
  expect(await barriers(alice.page)).toEqual([]);
  await alice.page.keyboard.press("Escape");
  await adds(alice, "Poll");
  expect(await barriers(alice.page)).toEqual([]);
  await alice.page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
});

test("what may be seen once is gone after one look", async () => {
  const { alice, bob } = pair;
  await alice.page.getByRole("button", { name: "Send something else" }).click();
  await alice.page.getByRole("menuitem", { name: "Photo to be seen once" }).waitFor();
  await alice.page.keyboard.press("Escape");
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC";
  const file = { name: "secret.png", mimeType: "image/png", buffer: Buffer.from(png, "base64") };
  await alice.page.getByTestId("once").setInputFiles(file);
  await bob.page.getByRole("log").getByRole("button", { name: "Open", exact: true }).click();
  await bob.page.getByRole("dialog").getByRole("img", { name: "To be seen once" }).waitFor();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await bob.page.getByRole("log").getByText("You have seen it.").waitFor();
  await bob.page.reload();
  await bob.page.getByRole("log").getByText("You have seen it.").waitFor();
});

test("messages disappear after the time that was chosen", async () => {
  const { alice, bob } = pair;
  await alice.page.getByRole("main").locator("header").getByRole("button", { name: "More" }).click();
  await alice.page.getByRole("menuitem", { name: "Disappearing messages" }).click();
  await alice.page.getByRole("radio", { name: "30 seconds" }).click();
  await bob.page.getByText("Alice set messages to disappear after 30 seconds").waitFor();
  await alice.says("Only for a moment");
  await bob.sees("Only for a moment");
  await bob.page
    .getByRole("log")
    .getByText("Only for a moment")
    .waitFor({ state: "detached", timeout: 75_000 });
});

test("in a group somebody is mentioned, and a message is forwarded to it", async () => {
  const { alice, bob } = pair;
  const dora = await Person.at(pair.browser, "Dora");
  await dora.joins(pair.server);
  await alice.page.goto(pair.server.url);
  await alice.writesTo(bob, dora);
  await alice.page.getByLabel("Write a message").pressSequentially("Welcome @do");
  await alice.page.getByRole("option", { name: "Dora" }).waitFor();
  await alice.page.keyboard.press("Enter");
  await alice.page.getByLabel("Write a message").pressSequentially("!");
  await alice.page.keyboard.press("Enter");
  await alice.page.getByRole("log").getByText("Dora", { exact: true }).waitFor();
  await dora.accepts(alice);
  await dora.page.getByRole("log").getByText("Welcome").waitFor();

  await bob.chooses("Forward", "The code is on the door");
  await bob.page.getByRole("dialog").getByRole("checkbox").first().check();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Forward", exact: true }).click();
  await bob.page.getByText("Forwarded").waitFor();
  expect([...alice.problems, ...bob.problems, ...dora.problems]).toEqual([]);
});
