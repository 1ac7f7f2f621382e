import { addDuration } from "../../../../offline/emulator/world/duration";

const from = new Date("2026-01-31T12:00:00Z");

describe("moving the clock by a duration", () => {
  it.each([
    ["P30D", "2026-03-02T12:00:00.000Z"],
    ["PT90M", "2026-01-31T13:30:00.000Z"],
    ["P2W", "2026-02-14T12:00:00.000Z"],
    ["P1Y", "2027-01-31T12:00:00.000Z"],
    ["P1DT2H3M4.5S", "2026-02-01T14:03:04.500Z"],
    ["P2M", "2026-03-31T12:00:00.000Z"],
  ])("adds %s", (duration, expected) => {
    expect(addDuration(from, duration)?.toISOString()).toBe(expected);
  });

  it.each(["", "P", "PT", "P1DT", "30D", "P-1D", "P1W2D", "1 day", "P1H"])("knows no duration %p", (duration) => {
    expect(addDuration(from, duration)).toBeUndefined();
  });
});
