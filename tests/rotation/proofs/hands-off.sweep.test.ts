import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";
import { swept } from "../../support/sweep";
import { type Counts, liveAmongForeigners } from "./among-foreigners";

const RUNS_PER_TENANT = 20;
const seeds = swept(Array.from({ length: 50 }, (_, seed) => seed));

jest.setTimeout(900_000);
let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
afterAll(() => tenant.stop());

it("leaves everything of others alone in seeded runs: credentials, look-alikes, owners, grants, entries", async () => {
  const lives: Counts[] = [];
  for (const seed of seeds) lives.push(await liveAmongForeigners(tenant, seed, RUNS_PER_TENANT));
  const all = (name: keyof Counts) => lives.reduce((sum, counts) => sum + counts[name], 0);
  process.stderr.write(`hands off: ${all("foreign")} foreign things in ${all("runs")} runs, none changed\n`);
  expect(all("runs")).toBe(seeds.length * RUNS_PER_TENANT);
  // The runs did something, and so did the clean-up.
  expect(all("minted")).toBeGreaterThan(seeds.length * 4);
  expect(all("retired")).toBeGreaterThan(seeds.length / 5);
  expect(all("refused")).toBeLessThan(all("runs") / 2);
});
