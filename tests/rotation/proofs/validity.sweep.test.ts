import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";
import { swept } from "../../support/sweep";
import { LAG_PROFILES, setLag } from "./lags";
import { published } from "./looking";

const ROTATIONS_PER_PROFILE = 5;
const profiles = swept(Array.from({ length: LAG_PROFILES }, (_, profile) => profile));

jest.setTimeout(600_000);
let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
afterAll(() => tenant.stop());

/** A run that must succeed; answers the generation that is published afterwards. */
async function up(): Promise<number> {
  expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
  return published(tenant);
}

it("gives whoever reads the vault, or has read it inside the overlap, a token at that moment: in many rotations in a row, with lags from 0 to 60 seconds", async () => {
  let generation = await up();
  for (const profile of profiles) {
    setLag(tenant, profile);
    for (let rotation = 0; rotation < ROTATIONS_PER_PROFILE; rotation += 1) {
      tenant.advance(90);
      expect(await up()).toBe(generation + 1);
      generation += 1;
    }
    // Once per profile what a schedule does on its other days: inside the overlap, and when it has passed.
    tenant.advance(6);
    expect(await up()).toBe(generation);
    expect(tenant.keyIds()).toHaveLength(2);
    tenant.advance(2);
    expect(await up()).toBe(generation);
    expect(tenant.keyIds()).toHaveLength(1);
  }
  const { moments, publications, invalid } = tenant.watch;
  process.stderr.write(
    `validity: ${generation - 1} rotations, ${profiles.length} lag profiles, ${publications} publications, ` +
      `${moments} moments looked at, ${invalid.length} invalid\n`,
  );
  expect(generation).toBe(1 + profiles.length * ROTATIONS_PER_PROFILE);
  expect(publications).toBe(generation);
  expect(invalid).toEqual([]);
});
