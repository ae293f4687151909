import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** What makes pictures and shows nothing is no test, and runs where somebody names a folder for the pictures. */
const pictures = process.env.SCREENS ? ["*.pictures.ts"] : [];

/**
 * Tests in a real browser against the real server. Two browsers at once would take as long, because one keeps both processors
 * busy.
 */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    include: ["*.test.ts", ...pictures],
    environment: "node",
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What is polled takes as long as what is awaited in the page.
    expect: { poll: { timeout: 60_000, interval: 100 } },
    fileParallelism: false,
  },
});
