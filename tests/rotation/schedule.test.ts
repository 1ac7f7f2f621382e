import fc from "fast-check";
import { addDays, day, dayOf, daysBetween, firstInstant, firstSecond, isDay } from "../../model/day";
import { dueOn, gridDay, jitterDays } from "../../rotation/schedule";

describe("days", () => {
  it("knows real days only", () => {
    expect(["2026-02-28", "2024-02-29"].every(isDay)).toBe(true);
    expect(["2026-02-29", "2026-2-1", "2026-02-01T00:00:00Z", "", "tomorrow", "2026-13-01"].some(isDay)).toBe(false);
    expect(() => day("2026-02-29")).toThrow('a day is written YYYY-MM-DD, got "2026-02-29"');
  });

  it("counts in UTC, over leap days and changes of the clock", () => {
    expect(addDays(day("2024-02-28"), 2)).toBe("2024-03-01");
    expect(addDays(day("2026-03-28"), 2)).toBe("2026-03-30");
    expect(daysBetween(day("2026-03-28"), day("2025-03-28"))).toBe(-365);
    expect(dayOf(new Date("2026-01-01T23:59:59.999-05:00"))).toBe("2026-01-02");
  });

  it("writes a day for Entra and for Key Vault as the same instant", () => {
    expect(firstInstant(day("2026-06-06"))).toBe("2026-06-06T00:00:00Z");
    expect(firstSecond(day("2026-06-06"))).toBe(1_780_704_000);
  });
});

describe("the schedule", () => {
  const schedules = fc.record({ everyDays: fc.integer({ min: 1, max: 400 }), tenantId: fc.uuid() });

  it("spreads tenants by at most a tenth of the period, always the same for a tenant", () => {
    const days = new Set<number>();
    fc.assert(
      fc.property(schedules, (schedule) => {
        const jitter = jitterDays(schedule);
        expect(jitter).toBeGreaterThanOrEqual(0);
        expect(jitter).toBeLessThanOrEqual(schedule.everyDays / 10);
        expect(jitterDays({ ...schedule, tenantId: schedule.tenantId.toUpperCase() })).toBe(jitter);
        days.add(jitterDays({ ...schedule, everyDays: 90 }));
      }),
      { numRuns: 1000 },
    );
    expect([...days].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("is due early by the jitter, never late", () => {
    const tenantId = "11111111-1111-4111-8111-111111111111";
    const schedule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId };
    expect(jitterDays(schedule)).toBe(5);
    expect(dueOn({ start: day("2026-01-01"), end: day("2026-06-30") }, schedule)).toBe("2026-03-27");
  });

  it("puts starts on a grid: never after today, never a whole step before", () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: -500, max: 5000 }), (schedule, days) => {
        const from = day("2026-01-01");
        const today = addDays(from, days);
        const start = gridDay(from, today, schedule);
        const step = Math.ceil(schedule.everyDays / 3);
        expect(daysBetween(start, today)).toBeGreaterThanOrEqual(0);
        expect(daysBetween(start, today)).toBeLessThan(step);
        expect(Math.abs(daysBetween(from, start) % step)).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });
});
