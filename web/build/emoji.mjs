/** Puts the names of emoji in our languages where the picker finds them (public/emoji), with no more in it than it shows. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const { resolve } = createRequire(import.meta.url);
const target = fileURLToPath(new URL("../public/emoji", import.meta.url));

/** What devices of the last years can show. */
const VERSION_MAX = 15;
const TONES = ["light", "medium-light", "medium", "medium-dark", "dark"];

/** Emojibase doesn't speak Arabic: the groups are named here, and the emoji in English. */
const ARABIC_GROUPS = {
  "smileys-emotion": "الوجوه والمشاعر",
  "people-body": "الناس",
  "animals-nature": "الحيوانات والطبيعة",
  "food-drink": "الطعام والشراب",
  "travel-places": "السفر والأماكن",
  activities: "الأنشطة",
  objects: "الأشياء",
  symbols: "الرموز",
  flags: "الأعلام",
};

async function read(language, name) {
  return JSON.parse(await readFile(resolve(`emojibase-data/${language}/${name}.json`), "utf8"));
}

function skinsOf(skins = []) {
  const single = skins.filter(({ tone }) => typeof tone === "number");
  if (single.length === 0) return {};
  return { skins: Object.fromEntries(single.map(({ tone, emoji }) => [TONES[tone - 1], emoji])) };
}

async function catalogue(language, { groups: names = {} } = {}) {
  const [emoji, { groups, skinTones }] = await Promise.all([
    read(language, "data"),
    read(language, "messages"),
  ]);
  return {
    locale: language,
    categories: groups
      .filter(({ key }) => key !== "component")
      .map(({ key, order, message }) => ({ index: order, label: names[key] ?? message })),
    skinTones: Object.fromEntries(skinTones.map(({ key, message }) => [key, message])),
    emojis: emoji
      .filter(({ group, version }) => group !== undefined && version <= VERSION_MAX)
      .map(({ emoji, group, label, version, tags = [], skins }) => ({
        emoji,
        category: group,
        label,
        version,
        tags,
        ...skinsOf(skins),
      })),
  };
}

await mkdir(target, { recursive: true });
for (const language of ["en", "de", "es", "fr", "ja", "ar"]) {
  const source =
    language === "ar" ? await catalogue("en", { groups: ARABIC_GROUPS }) : await catalogue(language);
  const text = JSON.stringify({ ...source, locale: language });
  const path = join(target, `${language}.json`);
  // A file that is written anew would make everything be built anew.
  if ((await readFile(path, "utf8").catch(() => "")) !== text) await writeFile(path, text);
}
