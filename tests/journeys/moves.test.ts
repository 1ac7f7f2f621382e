import { homeSubscription } from "../../offline/emulator/seed/constants";
import { expectSuccess, type Journey, refusalOf, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";
import { entriesOf, readState, viewOf } from "./tenant-view";

const suffixes = ["client-id", "client-secret", "refresh-token"];
const names = (prefix: string) => suffixes.map((suffix) => `${prefix}${suffix}`);
const old = "partner-insights-contoso-";

let journey: Journey;
let published: string;
let now: string;

beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
  // Not due when the vault purges, three months from now: nothing here is a rotation.
  await journey.configure(["rotation"], { everyDays: 180, lifetimeDays: 360 });
  expectSuccess(await journey.stacks.up("dev"));
  const { keyIds } = viewOf(await readState(journey));
  published = keyIds[0] ?? "";
});
afterAll(() => journey?.stop());
jest.setTimeout(240_000);

const up = () => journey.withEnv({ PARTNER_ACCESS_NOW: now }).up("dev");
const entries = async () => Object.keys(entriesOf(await readState(journey))).sort();
/** One update for a reason; the next ones need none. */
async function upBecause(reason: string) {
  await journey.configure(["migrate"], reason);
  const watched = await journey.during(up);
  await journey.configure(["migrate"], undefined);
  expectSuccess(watched.result);
  return watched.writes
    .filter(({ path }) => /\/secrets\/[^/]+$/.test(path))
    .map(({ method, path }) => `${method} ${path.split("/").at(-1)}`);
}

/** The same secret as at the beginning, and nothing to do in a further update. */
async function expectAtRest(entry: string): Promise<void> {
  expect(viewOf(await readState(journey)).keyIds).toEqual([published]);
  const { versions } = entriesOf(await readState(journey))[entry];
  expect(JSON.parse(versions.at(-1).tags.slotA)).toMatchObject({ keyId: published, generation: 1 });
  const again = await journey.during(up);
  expectSuccess(again.result);
  expect([again.result.changes, again.writes]).toEqual([[], []]);
}

// The names say the order: a purged entry first, then a move of the whole.
describe("where no record is any more", () => {
  it("publishes the same secret again for a reason, when the entry was purged", async () => {
    const { keyVaultSuffix } = journey.emulator.world.addresses;
    const address = `https://${homeSubscription.vault}.${keyVaultSuffix}/secrets/${old}client-secret?api-version=7.5`;
    expect((await journey.emulator.call("DELETE", address, { as: "home-deployer" })).status).toBe(200);
    // Purge protection is on: the service itself purges, 90 days later.
    await journey.emulator.control("POST", "clock", { advance: "P91D" });
    now = journey.emulator.world.clock.now().toISOString();
    const refused = await journey.during(up);
    expect(refusalOf(refused.result)).toContain("Only if it is gone for good: set migrate to the reason for one up");
    expect(refused.writes).toEqual([]);
    expect(await upBecause("purged by hand")).toEqual([`PUT ${old}client-secret`]);
    await expectAtRest(`${old}client-secret`);
  });

  it("publishes the same secret at another prefix, and only then removes what consumers read before", async () => {
    await journey.configure(["vault", "prefix"], "moved-");
    const writes = await upBecause("the old prefix named a person");
    const [first, ...others] = writes;
    expect(first).toBe("PUT moved-client-secret");
    expect(others.filter((it) => it.startsWith("PUT")).sort()).toEqual([
      "PUT moved-client-id",
      "PUT moved-refresh-token",
    ]);
    // On a busy machine the provider may send a removal a second time.
    const removals = others.slice(2);
    expect([...new Set(removals)].sort()).toEqual(names(old).map((name) => `DELETE ${name}`));
    expect(await entries()).toEqual(names("moved-"));
    await expectAtRest("moved-client-secret");
  });
});
