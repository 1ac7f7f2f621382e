import type { StackRun } from "../../clients/pulumi/stacks";
import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { type PublishedRecord, readRecord } from "../../rotation/record";
import { ValidityWatch } from "../support/driver/validity-watch";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";

const VAULT = "fabrikam-partner-access";
const ENTRY = "partner-insights-contoso-client-secret";
const OVERLAP_DAYS = 7;
const LAG_SECONDS = 2;

jest.setTimeout(900_000);
let journey: Journey;
let watch: ValidityWatch;
let first: StackRun;

beforeAll(async () => {
  journey = await startJourney("dev", { lag: { secretAcceptanceSeconds: LAG_SECONDS } });
  await shortenProof(journey);
  const consumed = {
    partnerTenantId: partnerTenant.id,
    vaultTenantId: homeTenant.id,
    vaultName: VAULT,
    entryName: ENTRY,
  };
  watch = new ValidityWatch(journey.emulator, consumed, OVERLAP_DAYS);
  first = await up();
});
afterAll(() => journey.stop());

/** The engine on the emulator's day. */
async function today(changes: Record<string, string> = {}) {
  const { now } = await journey.emulator.control("GET", "state");
  return journey.withEnv({ PARTNER_ACCESS_NOW: now, ...changes });
}

async function up(changes?: Record<string, string>, stack = "dev", argv: readonly string[] = []): Promise<StackRun> {
  const run = await (await today(changes)).up(stack, { arguments: argv });
  expectSuccess(run);
  return run;
}

async function pass(days: number): Promise<void> {
  await journey.emulator.control("POST", "clock", { advance: `P${days}D` });
  watch.look(`${days} days`);
}

/** What consumers and the next run go by: the entry's tags, the version, and every credential that lives. */
async function seen(): Promise<{ record: PublishedRecord; versions: number; keyIds: readonly string[] }> {
  const { tenants } = await journey.emulator.control("GET", "state");
  const vault = tenants[homeTenant.id].vaults.find(({ name }: { name: string }) => name === VAULT);
  const { versions } = vault.secrets.find(({ name }: { name: string }) => name === ENTRY);
  const { tags } = versions.at(-1);
  const { record } = readRecord(tags);
  const ours = tenants[partnerTenant.id].applications.find(({ appId }: { appId: string }) => appId === tags.clientId);
  const keyIds = ours.passwordCredentials.map(({ keyId }: { keyId: string }) => keyId);
  if (record === undefined) throw new Error("the entry has no readable record");
  return { record, versions: versions.length, keyIds };
}

async function generation(): Promise<number | undefined> {
  const { record } = await seen();
  return record.slots[record.current]?.generation;
}

const urnOf = (name: string) => first.changes.find((change) => change.name === name)?.urn ?? "";

describe("through the real engine", () => {
  it("no command but a due update touches the record: refresh with the program, a target, a refresh, a preview", async () => {
    const before = await seen();
    expectSuccess(await (await today()).refresh("dev", { arguments: ["--run-program"] }));
    await up({}, "dev", ["--refresh"]);
    expect(await seen()).toEqual(before);

    await pass(90);
    const due = await today();
    const preview = await due.preview("dev");
    expectSuccess(preview);
    expect(preview.changes.map(({ operation, name }) => `${operation} ${name}`)).toContain("create partner-secret-b");
    expectSuccess(await due.refresh("dev", { arguments: ["--run-program"] }));
    await up({}, "dev", ["--target", urnOf("partner-principal")]);
    expect(await seen()).toEqual(before);
    // Nor do the outputs tell of a rotation that was planned and not done.
    const { rotation } = await journey.stacks.outputs("dev");
    expect(rotation).toMatchObject({ generation: 1, publishedOn: before.record.publishedOn });
  });

  it("a stack that was renamed, with another lifetime, keeps every living credential", async () => {
    // The due rotation that nothing above has used up; afterwards both slots are occupied.
    await up();
    expect(await generation()).toBe(2);
    const before = await seen();
    expect(before.keyIds).toHaveLength(2);

    await journey.configure(["rotation", "lifetimeDays"], 240);
    await journey.stacks.run(["stack", "rename", "renamed", "--stack", "dev"]);
    const renamed = await up({}, "renamed");
    // The component itself notes the new rule; nothing that lives in a tenant or vault is written.
    expect(renamed.changes.filter(({ type }) => type.startsWith("azure"))).toEqual([]);
    expect(await seen()).toEqual(before);
    await journey.stacks.run(["stack", "rename", "dev", "--stack", "renamed"]);
    await journey.configure(["rotation", "lifetimeDays"], 180);
  });

  it("ten rotations, the last one compromised, and a roll-back leave no consumer without a token at any moment", async () => {
    let expected = await generation();
    const runs: number[] = [];
    const next = async (days: number, changes?: Record<string, string>) => {
      await pass(days);
      runs.push((await up(changes)).seconds);
      return generation();
    };
    for (let rotation = 1; rotation <= 8; rotation += 1) {
      expected = (expected ?? 0) + 1;
      expect(await next(90)).toBe(expected);
    }
    expect(await next(1, { PARTNER_ACCESS_ROLLBACK: "a consumer broke" })).toBe((expected ?? 0) - 1);

    await journey.configure(["rotation", "request"], "found in a chat");
    await journey.configure(["rotation", "compromised"], true);
    watch.expectCompromise();
    expect(await next(1)).toBe((expected ?? 0) + 1);
    expect((await seen()).keyIds).toHaveLength(1);

    const { moments, publications, invalid } = watch;
    const mean = runs.reduce((sum, seconds) => sum + seconds, 0) / runs.length;
    process.stderr.write(
      `validity through the engine: ${publications} publications, ${moments} moments looked at, ${invalid.length} invalid; ` +
        `${mean.toFixed(1)} s a run\n`,
    );
    // The first, one due rotation before, eight here, the roll-back and the emergency.
    expect(publications).toBe(12);
    expect(invalid).toEqual([]);
  });
});
