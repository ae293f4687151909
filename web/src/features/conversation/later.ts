/** A time at which many want something to be sent. */
export interface Suggestion {
  readonly what: "hour" | "evening" | "morning" | "monday";
  readonly at: number;
}

const HOUR_MS = 3_600_000;
const EVENING = 18;
const MORNING = 8;
const MONDAY = 1;
/** Sooner it is as good as now. */
const SOONEST_MS = HOUR_MS / 2;

/** Times to choose from, of which none is twice there and none has passed. */
export function suggestions(now: number): readonly Suggestion[] {
  const at = (days: number, hour: number) => {
    const date = new Date(now);
    date.setDate(date.getDate() + days);
    return date.setHours(hour, 0, 0, 0);
  };
  const untilMonday = (MONDAY + 7 - new Date(now).getDay()) % 7 || 7;
  const all: readonly Suggestion[] = [
    { what: "hour", at: now + HOUR_MS },
    { what: "evening", at: at(0, EVENING) },
    { what: "morning", at: at(1, MORNING) },
    { what: "monday", at: at(untilMonday, MORNING) },
  ];
  const isFirst = ({ at }: Suggestion, index: number) => all.findIndex((other) => other.at === at) === index;
  return all.filter((one, index) => one.at >= now + SOONEST_MS && isFirst(one, index));
}

/** As a field for a date and time has it, in the person's time zone. */
export function fieldValue(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
