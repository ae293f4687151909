import { describe, expect, test } from "vitest";
import ar from "./ar";
import arLater from "./ar/later";
import de from "./de";
import deLater from "./de/later";
import en from "./en";
import enLater from "./en/later";
import es from "./es";
import esLater from "./es/later";
import { fill } from "./fill";
import fr from "./fr";
import frLater from "./fr/later";
import type { Catalogue, Entry } from "./index";
import ja from "./ja";
import jaLater from "./ja/later";

const others: Record<string, Catalogue> = {
  ar: { ...ar, ...arLater },
  de: { ...de, ...deLater },
  es: { ...es, ...esLater },
  fr: { ...fr, ...frLater },
  ja: { ...ja, ...jaLater },
};
const english: Catalogue = { ...en, ...enLater };

function entries(catalogue: Catalogue): [string, Entry][] {
  return Object.entries(catalogue).flatMap(([feature, words]) =>
    Object.entries(words).map(([word, entry]): [string, Entry] => [`${feature}.${word}`, entry]),
  );
}

function blanks(entry: Entry): string[] {
  const texts = typeof entry === "string" ? [entry] : Object.values(entry);
  return [...new Set(texts.flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();
}

describe.each(Object.entries(others))("the catalogue of %s", (language, catalogue) => {
  const own = new Map(entries(catalogue));

  test("has every word and no other", () => {
    expect([...own.keys()].sort()).toEqual(
      entries(english)
        .map(([key]) => key)
        .sort(),
    );
  });

  test("has the same blanks", () => {
    for (const [key, entry] of entries(english)) {
      // A form for one or two may do without the number.
      const wanted = blanks(entry).filter((blank) => typeof entry === "string" || blank !== "{count}");
      const found = blanks(own.get(key) ?? "").filter(
        (blank) => typeof entry === "string" || blank !== "{count}",
      );
      expect([key, found]).toEqual([key, wanted]);
    }
  });

  test("has every plural form of the language", () => {
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    for (const [key, entry] of own) {
      if (typeof entry === "string") continue;
      expect([key, Object.keys(entry).sort()]).toEqual([key, wanted]);
    }
  });
});

test("blanks are filled in, and numbers are written as the language writes them", () => {
  expect(fill("{name}: {count}", { name: "Ada", count: 12345 }, "de")).toBe("Ada: 12.345");
  expect(fill("{unknown}", {}, "en")).toBe("{unknown}");
});
