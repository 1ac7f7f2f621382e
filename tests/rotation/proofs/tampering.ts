import { addDays, day } from "../../../model/day";
import { homeTenant } from "../../../offline/emulator/seed/constants";
import { recordTagNames, recordTags } from "../../../rotation/record";
import { requestHash } from "../../../rotation/requests";
import type { Tags } from "../../../rotation/state-view";
import { repairTags, trustedTags } from "../../../rotation/trusted-record";
import { guidOf } from "../../support/azure-answers";
import type { DrivenTenant } from "../../support/driver/driven-tenant";
import { onTheVault } from "./looking";

const secrets = (tenant: DrivenTenant) => tenant.emulator.world.tenants.get(homeTenant.id)?.secrets;
export const versions = (tenant: DrivenTenant) =>
  secrets(tenant)?.get(`${tenant.configuration.vault.name}/${tenant.clientSecretName}`)?.versions ?? [];
export const tags = (tenant: DrivenTenant): Tags => versions(tenant).at(-1)?.tags ?? {};
export const asked = { rotation: { request: "audit" } };

/** What `recover` decides from the same evidence, and the update that it then runs. */
export async function recovered(tenant: DrivenTenant) {
  const { name } = tenant.configuration.vault;
  const trusted = trustedTags({
    tenantId: tenant.configuration.tenant.id,
    live: tags(tenant),
    address: `https://${name}.${tenant.emulator.world.addresses.keyVaultSuffix}/secrets/${tenant.clientSecretName}`,
    state: tenant.state(),
    deployment: tenant.state().entry?.tags["deployment"],
    versions: versions(tenant).map((version) => version.tags),
    credentials: tenant.credentials(),
  });
  if (trusted === undefined) throw new Error("no record was found to repair from");
  return tenant.up({ ...asked, repair: repairTags(trusted, versions(tenant).at(-1)?.version ?? "") });
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

/** One change of the record by name. */
export type Tampering = readonly [name: string, change: (before: Tags) => Tags];
const set = (tag: string, value: (before: Tags) => string | undefined): Tampering[1] => {
  return (before) => {
    const { [tag]: _gone, ...rest } = before;
    const now = value(before);
    return now === undefined ? rest : { ...rest, [tag]: now };
  };
};
const inSlot = (tag: string, field: string, value: unknown): Tampering => [
  `${tag} changed: ${field} ${JSON.stringify(value)}`,
  set(tag, (before) => JSON.stringify({ ...JSON.parse(before[tag] ?? "{}"), [field]: value })),
];
const moved = (tag: string, days: number): Tampering => [
  `${tag} changed: ${days} days`,
  set(tag, (before) => addDays(day(before[tag] ?? ""), days)),
];
const names = [...recordTagNames, "clientId"];

export const tamperings: readonly Tampering[] = [
  ...names.map((tag): Tampering => [`${tag} removed`, set(tag, () => undefined)]),
  ...names.map((tag): Tampering => [`${tag} empty`, set(tag, () => "")]),
  ...names.map((tag): Tampering => [`${tag} swapped with another stack's`, set(tag, () => strangers()[tag])]),
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
export async function beginInOverlap(tenant: DrivenTenant): Promise<void> {
  tenant.restart();
  expect(await tenant.up()).toMatchObject({ ok: true });
  tenant.advance(90);
  expect(await tenant.up(asked)).toMatchObject({ ok: true });
  tenant.advance(1);
}

/** Nothing is replaced, the refusal names the way out, and the way out ends with the record as it was. */
export async function expectRefusalAndRepair(tenant: DrivenTenant, change: (before: Tags) => Tags): Promise<void> {
  const [before, record, keys] = [tags(tenant), tenant.record(), tenant.keyIds()];
  expect(record?.slots).toMatchObject({ a: { generation: 1 }, b: { generation: 2 } });
  const changed = change(before);
  expect(changed).not.toEqual(before);
  await onTheVault(tenant, "PATCH", { tags: changed });
  const [since, count] = [await tenant.callsSoFar(), versions(tenant).length];
  const refused = await tenant.up(asked);
  expect(refused).toMatchObject({ ok: false, steps: [] });
  expect(refused.error).toContain("npm run partner-access -- recover -s dev");
  expect([await tenant.writesSince(since), versions(tenant).length]).toEqual([[], count]);
  expect(await recovered(tenant)).toMatchObject({
    ok: true,
    error: undefined,
    steps: ["update partner-client-secret"],
  });
  expect(tenant.keyIds()).toEqual(keys);
  const { handledRequests: _handled, ...rest } = tenant.record() ?? {};
  const { handledRequests: _were, ...were } = record ?? {};
  expect(rest).toEqual(were);
  expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
}
