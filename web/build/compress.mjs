/**
 * Puts a .br and a .gz beside each file of the build that gets smaller by it, at the highest level: it is done once, so that
 * the server never compresses. What was compressed before is kept beside the build, by its content.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const dist = process.env.ASIDE_WEB_OUT ?? fileURLToPath(new URL("../dist", import.meta.url));
const isOwn = existsSync(join(dist, "../package.json"));
const kept = join(dist, "..", isOwn ? "node_modules/.cache/compressed" : "compressed");

const COMPRESSIBLE = /\.(css|html|js|json|svg|txt|wasm|webmanifest)$/;
/** Below this, a header costs more than compression saves. */
const MIN_BYTES = 512;

const encodings = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_LGWIN]: 24,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gz: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

await mkdir(kept, { recursive: true });
for (const entry of await readdir(dist, { recursive: true })) {
  const path = join(dist, entry);
  if (!COMPRESSIBLE.test(entry) || !(await stat(path)).isFile()) continue;
  const bytes = await readFile(path);
  if (bytes.length < MIN_BYTES) continue;
  const name = createHash("sha256").update(bytes).digest("hex");
  await Promise.all(
    Object.entries(encodings).map(async ([ending, encode]) => {
      const before = join(kept, `${name}.${ending}`);
      await copyFile(before, `${path}.${ending}`).catch(async () => {
        const encoded = await encode(bytes);
        await writeFile(before, encoded);
        await writeFile(`${path}.${ending}`, encoded);
      });
    }),
  );
}
