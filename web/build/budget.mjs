/** Fails where the app has become too heavy. Sizes are those of the .br files, which is what browsers get. */

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = process.env.ASIDE_WEB_OUT ?? fileURLToPath(new URL("../dist", import.meta.url));
const manifest = JSON.parse(await readFile(join(dist, ".vite/manifest.json"), "utf8"));

const KB = 1000;
const LANGUAGES = ["de", "es", "fr", "ar", "ja"];

/** What a browser must have before it shows a screen: its parts, and what they import. */
function graph(...names) {
  const files = new Set(["index.html"]);
  const add = (name) => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`${name} is not part of the app`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const file of chunk.css ?? []) files.add(file);
    for (const imported of chunk.imports ?? []) add(imported);
  };
  for (const name of names) add(name);
  return [...files];
}

async function weight(files) {
  const sizes = await Promise.all(
    files.map(async (file) => {
      const path = join(dist, file);
      return (await stat(`${path}.br`).catch(() => stat(path))).size;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Every part of the messenger, with one language. */
async function everything() {
  const files = await readdir(join(dist, "assets"));
  const parts = LANGUAGES.flatMap((language) => [
    `src/i18n/${language}/index.ts`,
    `src/i18n/${language}/later.ts`,
  ]);
  const others = parts.map((name) => manifest[name]?.file);
  return files
    .map((file) => `assets/${file}`)
    .filter((file) => /\.(js|css|wasm)$/.test(file) && !others.includes(file));
}

const entry = "index.html";
const budgets = [
  [
    "first paint, signed out",
    100 * KB,
    graph(entry, "src/i18n/en/index.ts", "src/features/accounts/Entrance.tsx"),
  ],
  ["first paint, signed in", 100 * KB, graph(entry, "src/i18n/en/index.ts", "src/app/Home.tsx")],
  ["the messenger with its crypto", 2000 * KB, await everything()],
];

for (const [name, limit, files] of budgets) {
  const size = await weight(files);
  const isOver = size > limit;
  console.log(
    `${isOver ? "TOO MUCH" : "ok      "} ${(size / KB).toFixed(1).padStart(7)} kB of ${limit / KB}  ${name}`,
  );
  if (isOver) process.exitCode = 1;
}
