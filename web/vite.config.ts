import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { serviceWorker } from "./build/service-worker.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Where `npm run dev` finds the server. */
const server = process.env.ASIDE_URL ?? "http://127.0.0.1:8008";

export default defineConfig({
  plugins: [react(), serviceWorker()],
  resolve: { alias: { "@": path("./src") } },
  // The crypto module finds its .wasm beside itself, which bundling for development would break.
  optimizeDeps: { exclude: ["@matrix-org/matrix-sdk-crypto-wasm"] },
  build: {
    outDir: process.env.ASIDE_WEB_OUT ?? path("./dist"),
    emptyOutDir: true,
    // Read by build/budget.mjs, and not served: its name begins with a dot.
    manifest: true,
    target: ["chrome120", "firefox121", "safari17"],
    // A strict content security policy allows no data: or inline code, and each file is cached for ever.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        // What the first screen needs comes in one piece, and so does the Matrix SDK.
        codeSplitting: {
          groups: [
            {
              name: "base",
              test: /node_modules\/(react|react-dom|scheduler|wouter|lucide-react|regexparam)\/|src\/ui\//,
            },
            {
              name: "matrix-sdk",
              test: /node_modules\/(matrix-js-sdk|matrix-events-sdk|loglevel|sdp-transform|p-retry)\//,
            },
          ],
        },
      },
    },
  },
  worker: {
    format: "es",
    // Of the SDK, which does not say that its modules do nothing by being loaded, a worker takes only what it uses.
    rolldownOptions: { treeshake: { moduleSideEffects: false } },
  },
  server: {
    proxy: {
      "/_matrix": server,
      "/_aside": server,
      "/.well-known": server,
    },
  },
});
