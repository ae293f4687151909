import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** What makes pictures and shows nothing is no test, and runs where somebody names a folder for the pictures. */
const pictures = process.env.SCREENS ? ["*.pictures.ts"] : [];

const shared = {
  environment: "node",
  testTimeout: 300_000,
  hookTimeout: 300_000,
  // What is polled takes as long as what is awaited in the page.
  expect: { poll: { timeout: 60_000, interval: 100 } },
};

/**
 * Tests in a real browser against the real server. People spend most of their time waiting, so that two files run at once; what
 * measures time runs by itself afterwards.
 */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: "people",
          include: ["*.test.ts", ...pictures],
          exclude: ["speed.test.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...shared, name: "speed", include: ["speed.test.ts"], sequence: { groupOrder: 1 } },
      },
    ],
  },
});
