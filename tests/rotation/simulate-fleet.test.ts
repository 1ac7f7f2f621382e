import { type FleetOptions, simulateFleet } from "./simulate-fleet";

const fleet: FleetOptions = {
  tenants: 500,
  days: 730,
  onboardingDays: 90,
  missedShare: 0.2,
  outages: [],
  everyDays: 90,
  overlapDays: 7,
  lifetimeDays: 180,
  seed: "fleet",
};

describe("a fleet of 500 tenants over two years", () => {
  it("spreads rotations: the busiest day has less than seven times the mean, with a fifth of the runs missed", () => {
    const figures = simulateFleet(fleet);
    const { meanPerDay, busiestDay, busiestToMean, oldestPublishedDays, leastLifeLeftDays } = figures;
    process.stdout.write(
      `500 tenants, 2 years, a fifth of the runs missed: busiest day ${busiestDay} of ${meanPerDay.toFixed(1)} a day on average ` +
        `(${busiestToMean.toFixed(1)} times), oldest published secret ${oldestPublishedDays} days, least life left ${leastLifeLeftDays} days\n`,
    );
    expect(figures.rotationsPerTenant).toBeGreaterThan(7);
    expect(figures.rotationsPerTenant).toBeLessThan(9);
    expect(figures.busiestDay).toBeLessThanOrEqual(40);
    expect(figures.busiestToMean).toBeLessThan(7);
  });

  it("lets no published secret grow older than the period and a few missed runs", () => {
    expect(simulateFleet(fleet).oldestPublishedDays).toBeLessThanOrEqual(95);
    expect(simulateFleet(fleet).leastLifeLeftDays).toBeGreaterThanOrEqual(85);
  });

  it("spreads tenants that all joined on one day, by their jitter alone", () => {
    const figures = simulateFleet({ ...fleet, onboardingDays: 1 });
    expect(figures.busiestDay).toBeLessThanOrEqual(75);
  });

  it("survives sixty days without any run: nothing expires, and the first day afterwards takes the rest", () => {
    const figures = simulateFleet({ ...fleet, outages: [{ fromDay: 300, days: 60 }] });
    expect(figures.leastLifeLeftDays).toBeGreaterThan(0);
    expect(figures.oldestPublishedDays).toBeLessThanOrEqual(150);
    expect(figures.busiestDay).toBeLessThanOrEqual(330);
  });

  it("shows secrets that expire when runs stay away for longer than promised", () => {
    const figures = simulateFleet({ ...fleet, outages: [{ fromDay: 300, days: 120 }] });
    expect(figures.leastLifeLeftDays).toBeLessThan(0);
  });

  it("gives the same figures for the same seed", () => {
    expect(simulateFleet(fleet)).toEqual(simulateFleet(fleet));
  });
});
