import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { barriers } from "./support/axe";
import { Person } from "./support/browser";
import { setStage } from "./support/stage";

const stage = setStage();

const STEP_S = 30;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What an authenticator app shows (RFC 6238), some steps from now. */
function codeOf(secret: string, stepsAhead = 0): string {
  const bits = [...secret].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_S) + stepsAhead));
  const hash = createHmac("sha1", key).update(step).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("a second step is set up, asked for, and switched off again (A-SF-04)", async () => {
  const eve = await Person.at(stage.browser, "Eve");
  await eve.joins(stage.server);
  const { page } = eve;
  const dialog = page.getByRole("dialog");
  await page.goto(`${stage.server.url}/settings/account`);
  await page.getByRole("button", { name: "Set up" }).click();
  await dialog.getByLabel("Password", { exact: true }).fill("not mine");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("This is not your password.").waitFor();
  await dialog.getByLabel("Password", { exact: true }).fill(eve.password);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("img", { name: "Scan this code" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  const secret = ((await dialog.locator("output").textContent()) ?? "").replaceAll(" ", "");
  await dialog.getByLabel("Code", { exact: true }).fill("000 000");
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await dialog.getByText("This code is not right").waitFor();
  await dialog.getByLabel("Code", { exact: true }).fill(codeOf(secret));
  await dialog.getByRole("button", { name: "Switch on" }).click();
  await dialog.getByRole("heading", { name: "Your recovery codes" }).waitFor();
  const codes = await dialog.getByTestId("recovery-codes").getByRole("listitem").allTextContents();
  expect(new Set(codes).size).toBe(10);
  expect(await barriers(page)).toEqual([]);
  await dialog.getByLabel("I have kept my recovery codes").check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByText("10 recovery codes are left.").waitFor();

  // Elsewhere, the password alone opens nothing.
  const phone = await Person.at(stage.browser, "Eve");
  await phone.page.goto(`${stage.server.url}/sign-in`);
  await phone.page.getByLabel("User name").fill(eve.username);
  await phone.page.getByLabel("Password", { exact: true }).fill(eve.password);
  await phone.page.getByRole("button", { name: "Sign in" }).click();
  await phone.page.getByLabel("Code", { exact: true }).waitFor();
  expect(await barriers(phone.page)).toEqual([]);
  await phone.page.getByLabel("Code", { exact: true }).fill("123456");
  await phone.page.getByRole("button", { name: "Sign in" }).click();
  await phone.page.getByText("This code is not right").waitFor();
  await phone.page.getByLabel("Code", { exact: true }).fill(codes[0] ?? "");
  await phone.page.getByRole("button", { name: "Sign in" }).click();
  await phone.page.getByRole("heading", { name: "Messages", exact: true }).waitFor();

  // What is dangerous asks for a code, too.
  await page.goto(`${stage.server.url}/settings/devices`);
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await dialog.getByLabel("Password", { exact: true }).fill(eve.password);
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await dialog.getByLabel("Code", { exact: true }).fill(codeOf(secret, 1));
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await phone.page.getByRole("heading", { name: "Welcome back" }).waitFor();

  await page.goto(`${stage.server.url}/settings/account`);
  await page.getByRole("button", { name: "New recovery codes" }).click();
  await dialog.getByLabel("Password", { exact: true }).fill(eve.password);
  await dialog.getByRole("button", { name: "New recovery codes" }).click();
  await dialog.getByLabel("Code", { exact: true }).fill(codes[1] ?? "");
  await dialog.getByRole("button", { name: "New recovery codes" }).click();
  await dialog.getByRole("heading", { name: "Your recovery codes" }).waitFor();
  const next = await dialog.getByTestId("recovery-codes").getByRole("listitem").allTextContents();
  expect(next).not.toContain(codes[2]);
  await dialog.getByRole("button", { name: "Copy" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();

  await page.getByRole("button", { name: "Switch off" }).click();
  await dialog.getByLabel("Password", { exact: true }).fill(eve.password);
  await dialog.getByRole("button", { name: "Switch off" }).click();
  await dialog.getByLabel("Code", { exact: true }).fill(next[0] ?? "");
  await dialog.getByRole("button", { name: "Switch off" }).click();
  await page.getByRole("button", { name: "Set up" }).waitFor();
  await phone.signsIn(stage.server);
  expect([...eve.problems, ...phone.problems]).toEqual([]);
});
