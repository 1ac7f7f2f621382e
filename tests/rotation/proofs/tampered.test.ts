import * as pulumi from "@pulumi/pulumi";
import { homeTenant } from "../../../offline/emulator/constants";
import { addDays, day, dayOf } from "../../../rotation/day";
import { readRecord, recordTagNames, recordTags } from "../../../rotation/record";
import { requestHash } from "../../../rotation/requests";
import type { Tags } from "../../../rotation/state-view";
import { repairTags, trustedTags } from "../../../rotation/trusted-record";
import { guidOf } from "../../support/azure-answers";
import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";
import { onTheVault, published } from "./looking";

jest.setTimeout(900_000);
let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
afterAll(() => tenant.stop());

const secrets = () => tenant.emulator.world.tenants.get(homeTenant.id)?.secrets;
const versions = () => secrets()?.get(`${tenant.configuration.vault.name}/${tenant.clientSecretName}`)?.versions ?? [];
const tags = (): Tags => versions().at(-1)?.tags ?? {};
const today = () => dayOf(tenant.emulator.world.clock.now());
const asked = { rotation: { request: "audit" } };

/** What `recover` decides from the same evidence, and the update that it then runs. */
async function recovered() {
  const { name } = tenant.configuration.vault;
  const trusted = trustedTags({
    tenantId: tenant.configuration.tenant.id,
    live: tags(),
    address: `https://${name}.${tenant.emulator.world.addresses.keyVaultSuffix}/secrets/${tenant.clientSecretName}`,
    state: tenant.state(),
    deployment: tenant.state().entry?.tags["deployment"],
    versions: versions().map((version) => version.tags),
    credentials: tenant.credentials(),
  });
  if (trusted === undefined) throw new Error("no record was found to repair from");
  return tenant.up({ ...asked, repair: repairTags(trusted, versions().at(-1)?.version ?? "") });
}

/** What another stack of the same vault would publish: readable, and nothing of ours. */
function strangers(): Tags {
  const slot = (generation: number, start: string) => ({
    ...{ generation, keyId: guidOf(`stranger ${generation}`), displayName: `partner-access/adatum/${generation}` },
    ...{ start: day(start), end: addDays(day(start), 180) },
  });
  const other = recordTags({
    ...{
      deployment: guidOf("strangers"),
      tenantId: guidOf("adatum"),
      current: "a",
      handledRequests: [requestHash("x")],
    },
    ...{ publishedOn: day("2026-01-05"), overlapEnds: day("2026-01-12"), dueOn: day("2026-03-30") },
    slots: { a: slot(7, "2026-01-05"), b: slot(6, "2025-10-05") },
  });
  return { ...other, clientId: guidOf("adatum's application"), managedBy: "partner-insights-access" };
}

type Mutation = readonly [name: string, change: (before: Tags) => Tags];
const set = (tag: string, value: (before: Tags) => string | undefined): Mutation[1] => {
  return (before) => {
    const { [tag]: _gone, ...rest } = before;
    const now = value(before);
    return now === undefined ? rest : { ...rest, [tag]: now };
  };
};
const inSlot = (tag: string, field: string, value: unknown): Mutation => [
  `${tag} changed: ${field} ${JSON.stringify(value)}`,
  set(tag, (before) => JSON.stringify({ ...JSON.parse(before[tag] ?? "{}"), [field]: value })),
];
const moved = (tag: string, days: number): Mutation => [
  `${tag} changed: ${days} days`,
  set(tag, (before) => addDays(day(before[tag] ?? ""), days)),
];
const names = [...recordTagNames, "clientId"];

const mutations: readonly Mutation[] = [
  ...names.map((tag): Mutation => [`${tag} removed`, set(tag, () => undefined)]),
  ...names.map((tag): Mutation => [`${tag} empty`, set(tag, () => "")]),
  ...names.map((tag): Mutation => [`${tag} swapped with another stack's`, set(tag, () => strangers()[tag])]),
  ...["slotA", "slotB"].flatMap((tag) => [
    inSlot(tag, "end", "2031-01-01"),
    inSlot(tag, "end", "2026-01-01"),
    inSlot(tag, "start", "2020-01-01"),
    inSlot(tag, "displayName", "partner-access/dev/9"),
    inSlot(tag, "displayName", ""),
    inSlot(tag, "keyId", guidOf("no secret of ours")),
    inSlot(tag, "generation", 9),
    inSlot(tag, "generation", tag === "slotA" ? 2 : 1),
  ]),
  ...["publishedOn", "overlapEnds", "dueOn"].flatMap((tag) => [moved(tag, -30), moved(tag, 30)]),
  ["current changed to the other slot", set("current", ({ current }) => (current === "a" ? "b" : "a"))],
  ["slotB duplicated from slotA", set("slotB", ({ slotA }) => slotA)],
  ["slotA duplicated from slotB", set("slotA", ({ slotB }) => slotB)],
  ["both slots exchanged", (before) => ({ ...before, slotA: before["slotB"] ?? "", slotB: before["slotA"] ?? "" })],
  ["handledRequests duplicated", set("handledRequests", ({ handledRequests: it }) => `${it} ${it}`)],
  ["every tag of the record swapped with another stack's", (before) => ({ ...before, ...strangers() })],
  ["every tag removed", () => ({})],
  ["every tag but a foreign one removed", () => ({ costCenter: "4711" })],
];

/** Two generations, the second published yesterday for a request: both slots are occupied, and the first is still in use. */
async function beginInOverlap(): Promise<void> {
  tenant.restart();
  expect(await tenant.up()).toMatchObject({ ok: true });
  tenant.advance(90);
  expect(await tenant.up(asked)).toMatchObject({ ok: true });
  tenant.advance(1);
}

/** Changes nothing, says the way out, and the way out ends where the tenant was before. */
async function expectRefusalAndWayOut(keys: readonly string[]): Promise<void> {
  const [since, count] = [await tenant.callsSoFar(), versions().length];
  const refused = await tenant.up(asked);
  expect(refused).toMatchObject({ ok: false, steps: [] });
  expect(refused.error).toContain("npm run partner-access -- recover -s dev");
  expect([await tenant.writesSince(since), versions().length]).toEqual([[], count]);
  const repaired = await recovered();
  expect(repaired).toMatchObject({ ok: true, error: undefined, steps: ["update partner-client-secret"] });
  expect(tenant.keyIds()).toEqual(keys);
}

describe("a record that somebody tampered with, in the overlap of a rotation", () => {
  beforeAll(beginInOverlap);

  it.each(mutations)("never replaces a secret and has a way out: %s", async (_, change) => {
    const [before, record, keys] = [tags(), tenant.record(), tenant.keyIds()];
    expect(record?.slots).toMatchObject({ a: { generation: 1 }, b: { generation: 2 } });
    const changed = change(before);
    expect(changed).not.toEqual(before);
    await onTheVault(tenant, "PATCH", { tags: changed });
    const [since, count] = [await tenant.callsSoFar(), versions().length];
    const refused = await tenant.up(asked);
    expect(refused).toMatchObject({ ok: false, steps: [] });
    expect(refused.error).toContain("npm run partner-access -- recover -s dev");
    expect([await tenant.writesSince(since), versions().length]).toEqual([[], count]);
    expect(await recovered()).toMatchObject({ ok: true, error: undefined, steps: ["update partner-client-secret"] });
    expect(tenant.keyIds()).toEqual(keys);
    const { handledRequests: _handled, ...rest } = tenant.record() ?? {};
    const { handledRequests: _were, ...were } = record ?? {};
    expect(rest).toEqual(were);
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
  });

  it("minds no tag that decides nothing: managedBy, and what others put there", async () => {
    const before = tags();
    await onTheVault(tenant, "PATCH", { tags: { ...before, managedBy: "somebody", costCenter: "4711" } });
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
    expect(tags()).toMatchObject({ costCenter: "4711" });
  });
});

describe("a version of the entry that somebody wrote by hand", () => {
  const write = (body: object) => onTheVault(tenant, "PUT", body);
  let keys: readonly string[];
  beforeEach(async () => {
    await beginInOverlap();
    tenant.advance(89);
    // Generation 3 takes the place of generation 1: an older record would have the published secret removed.
    expect(await tenant.up(asked)).toMatchObject({ ok: true });
    expect(published(tenant)).toBe(3);
    tenant.advance(8);
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: ["delete partner-secret-b"] });
    keys = tenant.keyIds();
    expect(keys).toHaveLength(1);
  });

  it("with a value and no tags", async () => {
    await write({ value: "typed by hand" });
    await expectRefusalAndWayOut(keys);
    expect(published(tenant)).toBe(3);
  });

  it("with the value and the tags of an older version", async () => {
    const [, second] = versions();
    await write({ value: second?.value, tags: second?.tags });
    expect(readRecord(tags()).record?.current).toBe("b");
    await expectRefusalAndWayOut(keys);
    expect(published(tenant)).toBe(3);
  });

  it("with the tags of now and another value: the right one is published again", async () => {
    const right = versions().at(-1)?.value;
    await write({ value: `${right}\n`, tags: tags() });
    // The tags are right, so an update has no reason to write: only a look at the value tells.
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
    expect(await recovered()).toMatchObject({ ok: true, steps: ["update partner-client-secret"] });
    expect(versions().at(-1)?.value).toBe(right);
  });
});

describe("tags of others on the entry", () => {
  const foreign = { costCenter: "4711", owner: "finance", reviewed: "yes" };
  const extra = () => Object.fromEntries(Object.entries(tags()).filter(([name]) => /^(cost|own|rev|zone)/.test(name)));

  it("stay there through a rotation, and cause no publish of their own", async () => {
    await beginInOverlap();
    await onTheVault(tenant, "PATCH", { tags: { ...tags(), ...foreign } });
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
    tenant.advance(90);
    expect(await tenant.up(asked)).toMatchObject({ ok: true });
    expect([published(tenant), extra()]).toEqual([3, foreign]);
    expect(Object.keys(tags())).toHaveLength(15);
    tenant.advance(1);
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
  });

  it("go where there is no room for all, the last by name", async () => {
    tenant.restart();
    expect(await tenant.up()).toMatchObject({ ok: true });
    await onTheVault(tenant, "PATCH", { tags: { ...tags(), ...foreign, zone: "west" } });
    tenant.advance(90);
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    expect(await tenant.up(asked)).toMatchObject({ ok: true, error: undefined });
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      `No room for the tags zone on ${tenant.clientSecretName}: Azure allows 15`,
    ]);
    warn.mockRestore();
    expect(extra()).toEqual(foreign);
  });
});

describe("a publish whose answer was lost", () => {
  it("agrees with what the state was about to write, and is taken over by the next run", async () => {
    await beginInOverlap();
    tenant.advance(89);
    const fault = { service: "arm", method: "PUT", path: "**/secrets/*-client-secret" };
    await tenant.emulator.control("POST", "faults", [
      { ...fault, when: "after", action: "status", status: 409, times: 1 },
    ]);
    expect((await tenant.up(asked)).ok).toBe(false);
    await tenant.emulator.control("POST", "faults", []);
    expect(published(tenant)).toBe(3);
    const keys = tenant.keyIds();
    expect(await tenant.up(asked)).toMatchObject({ ok: true, error: undefined });
    expect(keys).toEqual(expect.arrayContaining([...tenant.keyIds()]));
    expect([published(tenant), tenant.record()?.publishedOn]).toEqual([3, today()]);
  });
});

describe("an emergency after a rotation that minted and could not publish", () => {
  const refuse = (on: boolean) =>
    tenant.emulator.control(
      "POST",
      "faults",
      on
        ? [
            {
              ...{ service: "arm", method: "PUT", path: "**/secrets/*-client-secret", times: 1000 },
              ...{ when: "before", action: "status", status: 403 },
            },
          ]
        : [],
    );
  const leak = { rotation: { request: "leak", compromised: true } };

  it("publishes a secret of its own, and goes on with that one when it has to be repeated", async () => {
    tenant.restart();
    expect(await tenant.up()).toMatchObject({ ok: true });
    tenant.advance(90);
    await refuse(true);
    expect((await tenant.up()).ok).toBe(false);
    const before = tenant.keyIds();
    expect(before).toHaveLength(2);
    // The leak is of this moment: what was minted before may have leaked too.
    expect((await tenant.up(leak)).ok).toBe(false);
    expect((await tenant.up(leak)).ok).toBe(false);
    const own = tenant.keyIds().filter((keyId) => !before.includes(keyId));
    expect(own).toHaveLength(1);
    await refuse(false);
    expect(await tenant.up(leak)).toMatchObject({ ok: true, error: undefined });
    expect([tenant.keyIds(), published(tenant)]).toEqual([own, 3]);
  });
});
