import { locale, t } from "./index";

const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = locale() + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale(), options);
    formats.set(key, found);
  }
  return found.format(at);
}

/** The beginning of the day, in the person's time zone. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

export function time(at: number): string {
  return format(at, { hour: "numeric", minute: "2-digit" });
}

/** Today, yesterday, a weekday of the last days, or a date. */
export function day(at: number, now = Date.now()): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY_MS);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.yesterday");
  if (days > 1 && days < 7) return format(at, { weekday: "long" });
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, { day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) });
}

/** What fits at the end of a row: the time of today, and else the day. */
export function shortDate(at: number, now = Date.now()): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / DAY_MS);
  if (days <= 0) return time(at);
  if (days === 1) return t("time.yesterday");
  if (days < 7) return format(at, { weekday: "short" });
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, { day: "numeric", month: "short", ...(isThisYear ? {} : { year: "2-digit" }) });
}

export function fullDate(at: number): string {
  return format(at, { dateStyle: "full", timeStyle: "short" });
}

/** `3 March 2026` */
export function calendarDate(at: number): string {
  return format(at, { dateStyle: "long" });
}

/** `March 2026` */
export function monthAndYear(at: number): string {
  return format(at, { month: "long", year: "numeric" });
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
