import { partnerTenant } from "../../offline/emulator/constants";
import { diffManifests } from "../../permissions/diff";
import { type DrivenTenant, startDrivenTenant } from "../support/driver/driven-tenant";
import { walk } from "./configurations";
import { configurationOf, reviewed } from "./declared";
import { differenceOf, factsIn, factsOf } from "./facts";

/** `npm run test:pairs` takes 2,000; here a handful of the same walk. */
const PAIRS = Number(process.env["PAIRS"] ?? 25);
const SEED = Number(process.env["PAIRS_SEED"] ?? 20_260_101);

jest.setTimeout(60_000 + PAIRS * 4_000);
let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
afterAll(() => tenant?.stop());

describe("what a review reports between two configurations", () => {
  it("is exactly what differs in the emulator afterwards: nothing left out, nothing invented", async () => {
    const seeded = new Set(
      tenant.emulator.world.tenants
        .get(partnerTenant.id)!
        .applications.all()
        .map(({ id }) => id),
    );
    const [first, ...rest] = walk(PAIRS + 1, SEED).map(configurationOf);
    expect(await tenant.up({ whole: first! })).toMatchObject({ ok: true, error: undefined });
    let declared = await reviewed(first!);
    let held = factsIn(tenant.emulator.world, seeded);
    let facts = 0;
    for (const [place, configuration] of rest.entries()) {
      const next = await reviewed(configuration);
      const run = await tenant.up({ whole: configuration });
      expect({ place, ok: run.ok, error: run.error }).toEqual({ place, ok: true, error: undefined });
      const now = factsIn(tenant.emulator.world, seeded);
      const difference = differenceOf(held, now);
      const reported = factsOf(diffManifests(declared, next));
      expect({ place, ...reported }).toEqual({ place, ...difference });
      facts += difference.added.length + difference.removed.length;
      [declared, held] = [next, now];
    }
    process.stderr.write(
      `pairs: ${rest.length} compared, ${facts} facts that came or went, all reported and no other\n`,
    );
    expect(facts).toBeGreaterThan(rest.length);
  });
});
