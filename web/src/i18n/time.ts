import { locale, t } from "./index";

const DAY_MS = 86_400_000;

/** The formats of one language: they are made once, because making one takes long. */
let formats = new Map<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>();
let formatsOf = "";

function format(at: number, options: Intl.DateTimeFormatOptions): string {
  if (formatsOf !== locale()) {
    formats = new Map();
    formatsOf = locale();
  }
  let found = formats.get(options);
  if (!found) {
    found = new Intl.DateTimeFormat(locale(), options);
    formats.set(options, found);
  }
  return found.format(at);
}

const TIME = { hour: "numeric", minute: "2-digit" } as const;
const WEEKDAY = { weekday: "long" } as const;
const SHORT_WEEKDAY = { weekday: "short" } as const;
const DATE = { day: "numeric", month: "long" } as const;
const DATE_AND_YEAR = { ...DATE, year: "numeric" } as const;
const SHORT_DATE = { day: "numeric", month: "short" } as const;
const SHORT_DATE_AND_YEAR = { ...SHORT_DATE, year: "2-digit" } as const;
const FULL = { dateStyle: "full", timeStyle: "short" } as const;
const MONTH = { month: "long", year: "numeric" } as const;

/** Time zones differ by so much, so that one such part of time is in one day everywhere. */
const QUARTER_MS = 15 * 60_000;
/** Days of these parts that are kept; a conversation asks for thousands at once. */
const QUARTERS_MAX = 10_000;
const days = new Map<number, number>();

/** The beginning of the day, in the person's time zone. */
export function dayOf(at: number): number {
  const quarter = Math.floor(at / QUARTER_MS);
  let day = days.get(quarter);
  if (day === undefined) {
    if (days.size >= QUARTERS_MAX) days.clear();
    day = new Date(at).setHours(0, 0, 0, 0);
    days.set(quarter, day);
  }
  return day;
}

export function time(at: number): string {
  return format(at, TIME);
}

/** Today, yesterday, a weekday of the last days, or a date. */
export function day(at: number, now = Date.now()): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY_MS);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.yesterday");
  if (days > 1 && days < 7) return format(at, WEEKDAY);
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, isThisYear ? DATE : DATE_AND_YEAR);
}

/** What fits at the end of a row: the time of today, and else the day. */
export function shortDate(at: number, now = Date.now()): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY_MS);
  if (days <= 0) return time(at);
  if (days === 1) return t("time.yesterday");
  if (days < 7) return format(at, SHORT_WEEKDAY);
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, isThisYear ? SHORT_DATE : SHORT_DATE_AND_YEAR);
}

export function fullDate(at: number): string {
  return format(at, FULL);
}

/** `3 March 2026` */
export function calendarDate(at: number): string {
  return format(at, { dateStyle: "long" });
}

/** `March 2026` */
export function monthAndYear(at: number): string {
  return format(at, MONTH);
}

/** A length of sound or video: `1:05`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A length of time in its largest unit: `30 seconds`, `1 week`. */
export function span(ms: number): string {
  const units = [
    ["week", 7 * DAY_MS],
    ["day", DAY_MS],
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1_000],
  ] as const;
  const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ["second", 1_000];
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(
    Math.round(ms / size),
  );
}

/** A point on the earth, in degrees: `40.853°, 14.268°`. */
export function coordinates(latitude: number, longitude: number): string {
  const degrees = new Intl.NumberFormat(locale(), { maximumFractionDigits: 4 });
  return `${degrees.format(latitude)}°, ${degrees.format(longitude)}°`;
}

/** A size that people read: `1.4 MB`. */
export function fileSize(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const unit = units[step] ?? "byte";
  const options = {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  } as const;
  return new Intl.NumberFormat(locale(), options).format(bytes / 1000 ** step);
}

/** Names as the language lists them. */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(names);
}
