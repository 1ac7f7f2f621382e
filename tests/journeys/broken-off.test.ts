import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { JournalEntry } from "../../offline/emulator/http/journal";
import type { Station } from "../../offline/emulator/http/passage";
import { partnerTenant } from "../../offline/emulator/seed/constants";
import { startCommand, startPulumi } from "../kills/command";
import { consumerProblems } from "../kills/examine";
import { killedAt, looksLike } from "../kills/killed-at";
import { ageLocks, lockHolders, stateFolder } from "../kills/left-behind";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";
import { entriesOf, readState, type State, viewOf } from "./tenant-view";

const name = "Partner Insights access (contoso)";
const secretPath = "/secrets/partner-insights-contoso-client-secret";

let journey: Journey;
let toEmpty: () => Promise<void>;

beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
  toEmpty = await keep("empty");
});
afterAll(() => journey?.stop());
jest.setTimeout(600_000);

/** Keeps tenants and state; answers the way back. */
async function keep(moment: string): Promise<() => Promise<void>> {
  const kept = join(journey.leftovers, moment);
  const back = journey.emulator.snapshot();
  await cp(stateFolder(journey), kept, { recursive: true });
  return async () => {
    back();
    journey.emulator.forgetTokens();
    await rm(stateFolder(journey), { recursive: true, force: true });
    await cp(kept, stateFolder(journey), { recursive: true });
  };
}

const now = () => journey.emulator.world.clock.now().toISOString();
const upNow = () => journey.withEnv({ PARTNER_ACCESS_NOW: now() }).up("dev");
const destroyNow = () => journey.withEnv({ PARTNER_ACCESS_NOW: now() }).destroy("dev");
const killed = (verb: "up" | "destroy", call: (call: JournalEntry) => boolean, station: Station) =>
  killedAt(
    journey,
    () => startPulumi(journey, [verb, "--yes", "--skip-preview", "--stack", "dev"], now()),
    call,
    station,
  );

/** One `recover`, hours later. */
async function recovery(...more: string[]) {
  const holders = lockHolders(journey);
  ageLocks(journey);
  const argv = [
    "recover",
    "-s",
    "dev",
    "--json",
    ...(holders.length > 0 ? ["--lock", holders.join(",")] : []),
    ...more,
  ];
  const { stdout } = await startCommand(journey, argv, now()).ended;
  const [stack] = JSON.parse(stdout).stacks;
  return { ...stack, codes: stack.problems.map(({ code }: { code: string }) => code) };
}

/** Applications of ours; the tenant has others. */
const ours = (state: State) =>
  state.tenants[partnerTenant.id].applications.filter(({ displayName }: State) => displayName === name);

/** The principals of the APIs are created beside the application, before any state knows it. */
function createsOurPrincipal(call: JournalEntry): boolean {
  if (!looksLike(/^POST \/v1.0\/servicePrincipals$/)(call)) return false;
  const tenant = journey.emulator.world.tenants.get(partnerTenant.id);
  const own = tenant?.applications.all().find(({ properties }) => properties["displayName"] === name);
  return tenant?.servicePrincipals.all().some(({ appId }) => appId === own?.appId) ?? false;
}

async function expectDeployedOnce(): Promise<void> {
  expectSuccess(await upNow());
  // The killed run may have minted a secret too: an orphan, which is removed once something is published.
  expect((await recovery()).codes).toEqual([]);
  const state = await readState(journey);
  expect(ours(state)).toHaveLength(1);
  expect(viewOf(state).keyIds).toHaveLength(1);
  expect(viewOf(state).granted).toHaveLength(2);
  expect(await consumerProblems(journey)).toEqual([]);
  const again = await journey.during(upNow);
  expectSuccess(again.result);
  expect([again.result.changes, again.writes]).toEqual([[], []]);
}

describe("a first update that is killed", () => {
  it("while it creates the application leaves none behind after a recovery, and the next one creates one", async () => {
    await killed("up", looksLike(/^POST \/v1.0\/applications$/), "committed");
    expect(ours(await readState(journey))).toHaveLength(1);
    const { codes, removedApplications } = await recovery();
    // What grants is not the recovery's to apply: the state held nothing.
    expect(codes).toEqual(["not-approved"]);
    expect(removedApplications).toHaveLength(1);
    const state = await readState(journey);
    expect(ours(state)).toEqual([]);
    expect(state.deleted[partnerTenant.id].applications).toHaveLength(1);
    await expectDeployedOnce();
  });

  it.each([
    ["its principal", createsOurPrincipal, "partner-principal"],
    ["what it was granted", looksLike(/^POST \/v1.0\/oauth2PermissionGrants$/), "partner-delegated-"],
    ["the published entry", looksLike(new RegExp(`^PUT .*${secretPath}$`)), "partner-client-secret"],
  ])("goes on after a recovery which takes over %s", async (_, call, adopted) => {
    await toEmpty();
    await killed("up", call, "committed");
    const stack = await recovery();
    expect(stack.codes).toEqual(["not-approved"]);
    expect(stack.adopted).toContainEqual(expect.stringContaining(adopted));
    expect(stack.removedApplications).toEqual([]);
    await expectDeployedOnce();
  });
});

describe("a destroy that is killed", () => {
  let toDeployed: () => Promise<void>;
  beforeAll(async () => {
    toDeployed = await keep("deployed");
  });

  it.each([
    ["the removal of the secret", looksLike(/^POST .*\/removePassword$/), ["partner-secret-a"]],
    ["the deletion of a grant", looksLike(/^DELETE \/v1.0\/oauth2PermissionGrants\//), ["partner-delegated-"]],
    ["the deletion of the principal", looksLike(/^DELETE \/v1.0\/servicePrincipals\/[^/]+$/), ["partner-principal"]],
    ["the deletion of the application", looksLike(/^DELETE \/v1.0\/applications\/[^/]+$/), ["partner-application"]],
  ])(
    "after %s is completed after a recovery, and leaves nothing of ours and everything else",
    async (_, call, gone) => {
      await toDeployed();
      const before = await readState(journey);
      await killed("destroy", call, "committed");
      const { changes } = await recovery();
      expect(changes).toContainEqual(expect.objectContaining({ operation: "forget" }));
      expect(changes.map((it: State) => it.name).join()).toContain(gone[0]);
      expectSuccess(await destroyNow());
      const after = await readState(journey);
      expect([ours(after), entriesOf(after)]).toEqual([[], {}]);
      const others = (state: State) =>
        state.tenants[partnerTenant.id].applications.filter(({ displayName }: State) => displayName !== name);
      expect(others(after)).toEqual(others(before));
    },
  );
});
