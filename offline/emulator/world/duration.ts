/** ISO 8601 durations: weeks alone, or years to seconds; months and years follow the calendar. */
const shape =
  /^P(?:(?<weeks>\d+)W|(?:(?<years>\d+)Y)?(?:(?<months>\d+)M)?(?:(?<days>\d+)D)?(?:T(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d+)?)S)?)?)$/;

/** The moment a duration after another, or undefined when the text is no ISO 8601 duration. */
export function addDuration(from: Date, duration: string): Date | undefined {
  const groups = shape.exec(duration)?.groups;
  if (groups === undefined || duration.endsWith("P") || duration.endsWith("T")) return undefined;
  const amount = (name: string) => Number(groups[name] ?? 0);
  const moved = new Date(from);
  moved.setUTCMonth(moved.getUTCMonth() + 12 * amount("years") + amount("months"));
  const days = 7 * amount("weeks") + amount("days");
  const seconds = 60 * (60 * (24 * days + amount("hours")) + amount("minutes")) + amount("seconds");
  const to = new Date(moved.getTime() + seconds * 1000);
  return Number.isNaN(to.getTime()) ? undefined : to;
}
