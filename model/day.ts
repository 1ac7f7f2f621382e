/** A UTC calendar day, `YYYY-MM-DD`. Days compare correctly as text, and never carry a time zone. */
export type Day = string & { readonly __day: unique symbol };

const MILLISECONDS_A_DAY = 86_400_000;
const SHAPE = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a real calendar day; `2026-02-30` is not. */
export function isDay(text: string): text is Day {
  if (!SHAPE.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The day a text names. Throws when it names none. */
export function day(text: string): Day {
  if (!isDay(text)) throw new RangeError(`a day is written YYYY-MM-DD, got ${JSON.stringify(text)}`);
  return text;
}

/** The UTC day an instant falls on. */
export function dayOf(instant: Date): Day {
  return day(instant.toISOString().slice(0, 10));
}

/** The day that lies the given number of days later (or earlier, when negative). */
export function addDays(from: Day, days: number): Day {
  return dayOf(new Date(midnight(from) + days * MILLISECONDS_A_DAY));
}

/** How many days lie between two days; negative when the second comes first. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((midnight(to) - midnight(from)) / MILLISECONDS_A_DAY);
}

/** The earlier of two days. */
export function earlier(one: Day, other: Day): Day {
  return one < other ? one : other;
}

/** The later of two days. */
export function later(one: Day, other: Day): Day {
  return one < other ? other : one;
}

/** The day's first instant the way Entra's `endDateTime` is written. */
export function firstInstant(of: Day): string {
  return `${of}T00:00:00Z`;
}

/** The day's first instant in seconds since 1970, the way Key Vault writes an expiry. */
export function firstSecond(of: Day): number {
  return midnight(of) / 1000;
}

function midnight(of: Day): number {
  return Date.parse(firstInstant(of));
}
