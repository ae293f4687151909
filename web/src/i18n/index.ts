import type words from "./en";
import type laterWords from "./en/later";
import { fill } from "./fill";

/** The English catalogue is the measure: what it has, the others must have. */
export type Words = typeof words & typeof laterWords;

/** `feature.word` */
export type Key = { [F in keyof Words & string]: `${F}.${keyof Words[F] & string}` }[keyof Words & string];

export type Values = Readonly<Record<string, string | number>>;

/** A text, or one text per plural form of `{count}`. */
export type Entry = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Catalogue = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/** Every language, in its own words. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  ar: "العربية",
  ja: "日本語",
} as const;

export type Language = keyof typeof LANGUAGES;

const load: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import("./en"),
  de: () => import("./de"),
  es: () => import("./es"),
  fr: () => import("./fr"),
  ar: () => import("./ar"),
  ja: () => import("./ja"),
};

/** The words of screens that come after the first, so that nobody waits for them there. */
const loadLater: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import("./en/later"),
  de: () => import("./de/later"),
  es: () => import("./es/later"),
  fr: () => import("./fr/later"),
  ar: () => import("./ar/later"),
  ja: () => import("./ja/later"),
};

const KEY = "aside.language";

let catalogue: Catalogue = {};
let current: Language = "en";
let wantsLater = false;
let plurals = new Intl.PluralRules("en");

export function language(): Language {
  return current;
}

let regional = "en";

/** The language with the person's region, which decides how times and numbers are written. */
export function locale(): string {
  return regional;
}

function isLanguage(tag: string | null | undefined): tag is Language {
  return !!tag && tag in LANGUAGES;
}

/** The language that a person chose, or else the first of their browser's that we have. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(KEY);
  if (isLanguage(chosen)) return chosen;
  const offered = navigator.languages.map((tag) => tag.split("-")[0]);
  return offered.find(isLanguage) ?? "en";
}

/** Loads a language; it is shown by what is drawn afterwards. */
export async function speak(tag: Language): Promise<void> {
  const [words, later] = await Promise.all([load[tag](), wantsLater ? loadLater[tag]() : null]);
  catalogue = { ...words.default, ...later?.default };
  current = tag;
  regional = navigator.languages.find((offered) => offered.split("-")[0] === tag) ?? tag;
  plurals = new Intl.PluralRules(tag);
  document.documentElement.lang = tag;
  document.documentElement.dir = tag === "ar" ? "rtl" : "ltr";
}

/** Loads the rest of the language, which everything needs that is shown once the account is there. */
export async function speakOfEverything(): Promise<void> {
  wantsLater = true;
  await speak(current);
}

export function rememberLanguage(tag: Language): void {
  localStorage.setItem(KEY, tag);
}

/** The words for something, in the person's language. `{name}` in them is replaced by the value of that name. */
export function t(key: Key, values: Values = {}): string {
  const [feature, word] = key.split(".") as [string, string];
  const entry = catalogue[feature]?.[word];
  if (entry === undefined) return key;
  if (typeof entry === "string") return fill(entry, values, locale());
  const form = plurals.select(Number(values.count ?? 0));
  return fill(entry[form] ?? entry.other ?? key, values, locale());
}
