import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const REST_MAX_MS = 5_000;

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe finds on the screen that keeps people out: each as a line. */
export async function barriers(page: Page): Promise<readonly string[]> {
  // Not as a script of the page, whose policy allows none from elsewhere.
  await page.evaluate(source);
  // Colours on their way from one to another are neither, and would be judged.
  await page.evaluate(async (restMs) => {
    const rests = async () => {
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const endless = (animation: Animation) =>
        animation.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
      const running = document.getAnimations().filter((animation) => !endless(animation));
      await Promise.allSettled(running.map(({ finished }) => finished));
    };
    // On a busy machine a page may be left without frames, and what waits for one would wait for ever.
    await Promise.race([rests(), new Promise((resolve) => setTimeout(resolve, restMs))]);
  }, REST_MAX_MS);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.replace(/\s+/g, " ")}`,
    ),
  );
}
