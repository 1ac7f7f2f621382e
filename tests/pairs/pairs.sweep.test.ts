import { emptyManifest } from "../../permissions/manifest";
import { type DrivenTenant, startDrivenTenant } from "../support/driver/driven-tenant";
import { sweepCount } from "../support/sweep";
import { Comparison, emptyTally } from "./comparison";
import { walk } from "./configurations";
import { configurationOf, reviewed } from "./declared";
import { type Registered, watchRegistrations } from "./registered";

const PAIRS = sweepCount(2000);
const SEED = Number(process.env["PAIRS_SEED"] ?? 20_260_105);
/** So many pairs on one tenant; then another one, because what the first update remembers differs with the first configuration. */
const CHAIN = 50;

/** What must have been reported at least once: where an attribute no longer varies, equal proves nothing. */
const varied = [
  ...["owner", "redirect-uri", "assignment", "reader", "vault-entry", "requested", "granted"].flatMap((code) => [
    `${code} added`,
    `${code} removed`,
  ]),
  ...["consent", "credential-rule", "lifetime"].flatMap((code) => [`${code} widened`, `${code} narrowed`]),
  "application-name changed",
];

jest.setTimeout(60_000 + PAIRS * 4_000);
let tenant: DrivenTenant;
let registered: Registered;
beforeAll(async () => {
  registered = watchRegistrations();
  tenant = await startDrivenTenant();
});
afterAll(async () => {
  registered?.stop();
  await tenant?.stop();
});

describe("what a review reports between two configurations", () => {
  it("is exactly what differs in the emulator afterwards: nothing left out, nothing invented", async () => {
    const tally = emptyTally();
    for (let done = 0; done < PAIRS; done += CHAIN) {
      tenant.restart();
      const comparison = new Comparison(tenant.emulator.world, tenant.clientSecretName, tally);
      const steps = walk(Math.min(CHAIN, PAIRS - done) + 1, SEED + (done / CHAIN) * 1_000_003);
      for (const [index, { sections, daysBefore }] of steps.entries()) {
        const place = { pair: done + index, sections };
        const configuration = configurationOf(sections);
        const next = await reviewed(configuration);
        tenant.advance(daysBefore);
        const run = await tenant.up({ whole: configuration });
        expect({ place, ok: run.ok, error: run.error }).toEqual({ place, ok: true, error: undefined });
        comparison.expectEqual(place, next, registered.records());
      }
      expect(await tenant.destroy()).toMatchObject({ ok: true, error: undefined });
      // No program runs then.
      comparison.expectEqual("everything goes", emptyManifest, []);
    }
    const { facts, minted, spared, codes } = tally;
    const kinds = [...codes].sort().map(([code, count]) => `${count} ${code}`);
    process.stderr.write(
      `pairs: ${PAIRS} compared, ${facts} facts that came or went, all reported and no other; ${minted} secrets minted, ` +
        `${spared} changes of lifetime without one; changes: ${kinds.join(", ")}\n`,
    );
    expect(facts).toBeGreaterThan(PAIRS);
    expect(varied.filter((change) => !codes.has(change))).toEqual([]);
    expect(spared).toBeGreaterThan(0);
  });
});
