import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const source = fileURLToPath(new URL("service-worker.js", import.meta.url));

/** Files of other languages, and alphabets that few need, are kept when they are used. */
const LATER = /assets\/((de|es|fr|ar|ja)-|later|inter-latin-ext)/;

/** Writes `sw.js` with the names of the files that the app needs to open. */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((name) => name.startsWith("assets/") && !LATER.test(name));
      const names = ["/", "/icon.svg", ...files.map((name) => `/${name}`)].sort();
      const version = createHash("sha256").update(names.join()).digest("hex").slice(0, 12);
      const text = readFileSync(source, "utf8");
      this.emitFile({
        type: "asset",
        fileName: "sw.js",
        source: text.replace("__VERSION__", version).replace("__FILES__", JSON.stringify(names)),
      });
    },
  };
}
