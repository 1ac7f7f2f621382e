import { type Day, daysBetween, firstInstant } from "../../../model/day";

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
const exactTime = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** "in 12 days", "yesterday", "in 5 months": as people say it, seen from a day. */
export function inWords(of: Day, today: Day): string {
  const days = daysBetween(today, of);
  return Math.abs(days) < 60 ? relative.format(days, "day") : relative.format(Math.round(days / 30.44), "month");
}

/** "28 Aug 2026". */
export function exactDay(of: Day): string {
  return exact.format(new Date(firstInstant(of)));
}

/** "Tuesday 1 December 2026 at 08:30 UTC". */
export function exactInstant(at: Date): string {
  return `${exactTime.format(at)} UTC`;
}
