import { day } from "../../model/day";
import type { EngineResource, EngineStep } from "../../rotation/engine-resource";
import {
  type LimitedRun,
  previewProblems,
  type RotationTargets,
  rotationTargets,
  targetArguments,
  updateProblems,
} from "../../rotation/limited-run";
import { planSlots, type SlotPlan } from "../../rotation/plan";
import { recordAfter } from "../../rotation/publication";
import type { PublishedRecord } from "../../rotation/record";
import { guidOf } from "../support/azure-answers";
import { entryResource, publishedState, sameSteps, slotResource, unknown, urns } from "../support/engine-state";

const record: PublishedRecord = {
  deployment: guidOf("deployment"),
  tenantId: guidOf("tenant"),
  current: "a",
  publishedOn: day("2026-02-01"),
  overlapEnds: day("2026-02-08"),
  dueOn: day("2026-05-02"),
  slots: {
    a: {
      ...{ generation: 1, keyId: guidOf("first"), displayName: "partner-access/dev/1" },
      ...{ start: day("2026-02-01"), end: day("2026-07-31") },
    },
  },
  handledRequests: [],
};
const today = day("2026-05-03");
const rule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId: guidOf("tenant") };
const before = publishedState(record);
const targets = rotationTargets(before) as RotationTargets;
const planned = (request?: string): SlotPlan =>
  planSlots(record, rule, today, {
    origin: "dev",
    ...(request !== undefined && { request: { text: request, isCompromised: true } }),
  });
const due = planned();
const published = recordAfter(
  due,
  { id: record.deployment, tenantId: record.tenantId },
  { a: guidOf("first"), b: guidOf("second") },
);
const run: LimitedRun = {
  ...{ targets, before, plan: due, today, lifetimeDays: 180 },
  liveTags: { costCenter: "2", colour: "red" },
};

const slotB = slotResource("b", published);
const { id: _, ...newSlot } = slotB;
const minting: EngineStep = { op: "create", urn: slotB.urn, newState: newSlot };
/** What a preview says of the entry while the new secret has no key id. */
const publish: EngineResource = {
  ...entryResource(published, {
    properties: { value: unknown, contentType: "Entra client secret", attributes: { enabled: true, expires: 2 } },
    tags: unknown,
  }),
  propertyDependencies: { properties: [slotB.urn], tags: [urns.application, urns.slot("a"), slotB.urn] },
};
const publishing: EngineStep = { op: "update", urn: urns.entry, newState: publish };

/** The preview of a rotation that is due, with these steps in place of its own, and more. */
function preview(...changed: readonly EngineStep[]): readonly EngineStep[] {
  const own = [...sameSteps(before).filter(({ urn }) => urn !== urns.entry), minting, publishing];
  const urnsChanged = new Set(changed.map(({ urn }) => urn));
  return [...own.filter(({ urn }) => !urnsChanged.has(urn)), ...changed];
}

const withInputs = (resource: EngineResource, inputs: object): EngineResource => ({
  ...resource,
  inputs: { ...resource.inputs, ...inputs },
});
const minted = (inputs: object, more: object = {}) => ({
  ...minting,
  newState: { ...withInputs(newSlot, inputs), ...more },
});
const entry = (inputs: object, more: object = {}) => ({
  ...publishing,
  newState: { ...withInputs(publish, inputs), ...more },
});
const step = (op: string, type: string, name: string): EngineStep => ({
  op,
  urn: `urn:pulumi:dev::p::${type}::${name}`,
});

describe("the preview of a limited run", () => {
  it("may mint a secret for the application of the state and publish it where the state publishes", () => {
    expect(previewProblems(preview(), run)).toEqual([]);
    expect(targetArguments(targets)).toEqual(
      [urns.slot("a"), urns.slot("b"), urns.entry].flatMap((urn) => ["--target", urn]),
    );
  });

  it("may change nothing, end the compromised secret, and note which plugins ran", () => {
    expect(
      previewProblems(sameSteps(before), {
        ...run,
        plan: planSlots(record, rule, day("2026-04-01"), { origin: "dev" }),
      }),
    ).toEqual([]);
    const ended: EngineStep = { op: "delete", urn: urns.slot("a"), oldState: slotResource("a", record) };
    expect(previewProblems(preview(ended), { ...run, plan: planned("leaked") })).toEqual([]);
    const newer: EngineStep = { op: "update", urn: urns.vault, diffReasons: ["version"] };
    expect(previewProblems(preview(newer), run)).toEqual([]);
  });

  const application = "azuread:index/application:Application";
  it.each<readonly [string, EngineStep, string]>([
    [
      "a secret of another application",
      minted({ applicationId: "/applications/other" }),
      "partner-secret-b would belong to /applications/other, applied is /applications/object",
    ],
    [
      "a secret of an application that is not known yet",
      minted({ applicationId: unknown }),
      `partner-secret-b would belong to ${unknown}`,
    ],
    [
      "a secret of no application",
      minted({ applicationId: undefined }),
      "partner-secret-b would belong to something unknown",
    ],
    [
      "a secret in another tenant",
      minted({}, { provider: `${urns.partner}2::3` }),
      "the provider of partner-secret-b is not the applied one",
    ],
    [
      "a secret below another component",
      minted({}, { parent: "urn:other" }),
      "the parent of partner-secret-b is not the applied one",
    ],
    [
      "a secret that is taken over",
      minted({}, { importID: "object/password/x" }),
      "the import of partner-secret-b is not the applied one",
    ],
    [
      "a resource that only has a slot's name",
      minted({}, { type: "random:index/randomPassword:RandomPassword" }),
      "the type of partner-secret-b is not the applied one",
    ],
    [
      "a secret that outlives the applied rule",
      minted({ endDate: "2099-01-01T00:00:00Z" }),
      "partner-secret-b would end 2099-01-01T00:00:00Z, by the applied rule 2026-10-30T00:00:00Z at the latest",
    ],
    ["a secret without an end", minted({ endDate: undefined }), "partner-secret-b would end something unknown"],
    [
      "an input that no rotation sets",
      minted({ endDateRelative: "99999h" }),
      "partner-secret-b would have the input endDateRelative",
    ],
    ["another vault", entry({ vaultName: "mallory" }), "vaultName of partner-client-secret would change"],
    [
      "another resource group",
      entry({ resourceGroupName: "other" }),
      "resourceGroupName of partner-client-secret would change",
    ],
    ["another entry", entry({ secretName: "p-other" }), "secretName of partner-client-secret would change"],
    [
      "a disabled version",
      entry({
        properties: { value: unknown, contentType: "Entra client secret", attributes: { enabled: false, expires: 2 } },
      }),
      "properties.attributes.enabled of partner-client-secret would change",
    ],
    [
      "another content type",
      entry({ properties: { value: unknown, contentType: "text", attributes: { enabled: true, expires: 2 } } }),
      "properties.contentType of partner-client-secret would change",
    ],
    [
      "an input that the entry did not have",
      entry({ location: "westeurope" }),
      "location of partner-client-secret would change",
    ],
    [
      "another identity that writes",
      entry({}, { provider: `${urns.vault}2::3` }),
      "the provider of partner-client-secret is not the applied one",
    ],
    [
      "a value that is not the new secret",
      entry({}, { propertyDependencies: { properties: [urns.slot("a")], tags: [] } }),
      "the value of partner-client-secret would not come from partner-secret-b",
    ],
    [
      "a value from nowhere",
      entry({}, { propertyDependencies: { properties: [], tags: [] } }),
      "the value of partner-client-secret would not come from partner-secret-b",
    ],
    [
      "a value with more in it",
      entry({}, { propertyDependencies: { properties: [slotB.urn, urns.reader], tags: [] } }),
      "the value of partner-client-secret would not come from partner-secret-b",
    ],
    [
      "tags from elsewhere",
      entry({}, { propertyDependencies: { properties: [slotB.urn], tags: [urns.reader] } }),
      "the tags of partner-client-secret would come from partner-client-secret-reader-reports",
    ],
    [
      "tags of another client",
      entry({ tags: { ...(entryResource(published).inputs["tags"] as object), clientId: "other" } }),
      "the tag clientId of partner-client-secret would change",
    ],
    [
      "a tag that nobody put there",
      entry({ tags: { ...(entryResource(published).inputs["tags"] as object), owner: "x" } }),
      "the tag owner of partner-client-secret would change",
    ],
    [
      "a replaced entry",
      { ...publishing, op: "replace" },
      "it would replace azure-native:keyvault:Secret partner-client-secret",
    ],
    [
      "a deleted entry",
      { op: "delete", urn: urns.entry },
      "it would delete azure-native:keyvault:Secret partner-client-secret",
    ],
    [
      "the end of the secret in use",
      { op: "delete", urn: urns.slot("a"), oldState: slotResource("a", record) },
      "it would delete partner-secret-a, which this rotation keeps",
    ],
    [
      "a replacement of the secret in use",
      { op: "replace", urn: urns.slot("a"), oldState: slotResource("a", record), newState: slotResource("a", record) },
      "it would replace partner-secret-a, which this rotation keeps",
    ],
    [
      "an extra target",
      step("create", "azuread:index/applicationPassword:ApplicationPassword", "partner-secret-c"),
      "it would create azuread:index/applicationPassword:ApplicationPassword partner-secret-c",
    ],
    [
      "a change of the application",
      step("update", application, "partner-application"),
      `it would update ${application} partner-application`,
    ],
    [
      "a reader that goes",
      { op: "delete", urn: urns.reader },
      "it would delete azure-native:authorization:RoleAssignment partner-client-secret-reader-reports",
    ],
    [
      "a resource that is looked up into the state",
      step("read", application, "other"),
      `it would read ${application} other`,
    ],
    [
      "another identity of the vault",
      { op: "update", urn: urns.vault, diffReasons: ["clientId", "version"] },
      "it would update pulumi:providers:azure-native vault-tenant",
    ],
    [
      "a provider for no stated reason",
      { op: "update", urn: urns.vault },
      "it would update pulumi:providers:azure-native vault-tenant",
    ],
    [
      "a plugin in place of another",
      { op: "replace", urn: urns.vault, diffReasons: ["version"] },
      "it would replace pulumi:providers:azure-native vault-tenant",
    ],
  ])("must not contain %s", (_name, changed, sentence) => {
    expect(previewProblems(preview(changed), run).join("\n")).toContain(sentence);
  });

  it("must declare the entry and the slot whose secret is published, each under its own name", () => {
    const without = (urn: string) =>
      previewProblems(
        preview().filter((it) => it.urn !== urn),
        run,
      );
    expect(without(urns.entry)).toEqual(["it does not declare azure-native:keyvault:Secret partner-client-secret"]);
    expect(without(urns.slot("b"))).toEqual([
      "it does not declare azuread:index/applicationPassword:ApplicationPassword partner-secret-b",
    ]);
    const renamed = { op: "same", urn: `${urns.reader}-2`, oldState: { urn: urns.reader, type: "t" } };
    expect(previewProblems([...preview(), renamed], run)).toEqual([
      "it would rename azure-native:authorization:RoleAssignment partner-client-secret-reader-reports",
    ]);
  });

  it("may remove what an earlier run replaced in a slot that is kept", () => {
    const waiting: EngineStep = {
      op: "delete",
      urn: urns.slot("a"),
      oldState: { ...slotResource("a", record), id: "object/password/older" },
    };
    expect(previewProblems([...preview(), waiting], run)).toEqual([]);
  });

  it("takes over the tags of others that the entry has now, and none that it does not have", () => {
    const tags = { ...(entryResource(published).inputs["tags"] as object), costCenter: "2", colour: "red" };
    expect(previewProblems(preview(entry({ tags })), run)).toEqual([]);
  });
});

describe("a state that a limited run left", () => {
  const after = [
    ...before.filter(({ urn }) => urn !== urns.entry),
    slotB,
    { ...entryResource(published), propertyDependencies: publish.propertyDependencies ?? {} },
  ];
  const changed = (urn: string, inputs: object, more: object = {}) =>
    after.map((it) => (it.urn === urn ? { ...withInputs(it, inputs), ...more } : it));

  it("holds the new secret and the new version, and everything else as before", () => {
    expect(updateProblems(after, run)).toEqual([]);
    expect(updateProblems(changed(urns.partner, { version: "6.10.0" }), run)).toEqual([]);
  });

  it.each<readonly [string, readonly EngineResource[], string]>([
    [
      "another application's secret",
      changed(slotB.urn, { applicationId: "/applications/other" }),
      "would belong to /applications/other",
    ],
    ["an endless secret", changed(slotB.urn, { endDate: "2099-01-01T00:00:00Z" }), "would end 2099-01-01"],
    ["another vault", changed(urns.entry, { vaultName: "mallory" }), "vaultName of partner-client-secret would change"],
    [
      "tags of another client",
      changed(urns.entry, { tags: { ...(entryResource(published).inputs["tags"] as object), clientId: "other" } }),
      "the tag clientId of partner-client-secret would change",
    ],
    [
      "no entry",
      after.filter(({ urn }) => urn !== urns.entry),
      "it deleted azure-native:keyvault:Secret partner-client-secret",
    ],
    [
      "another reader",
      changed(urns.reader, { principalId: "mallory" }),
      "it changed principalId of azure-native:authorization:RoleAssignment",
    ],
    [
      "a reader anew",
      changed(urns.reader, {}, { id: "other" }),
      "it changed id of azure-native:authorization:RoleAssignment",
    ],
    [
      "no reader",
      after.filter(({ urn }) => urn !== urns.reader),
      "it deleted azure-native:authorization:RoleAssignment",
    ],
    [
      "one resource more",
      [...after, { ...slotB, urn: `${slotB.urn}2` }],
      "it created azuread:index/applicationPassword:ApplicationPassword partner-secret-b2",
    ],
    [
      "another rule",
      changed(urns.component, { lifetimeDays: 9999 }),
      "it changed lifetimeDays of partner-access:index:RotatingClientSecret partner",
    ],
  ])("is told where it holds %s", (_name, state, sentence) => {
    expect(updateProblems(state, run).join("\n")).toContain(sentence);
  });
});

describe("the targets of a limited run", () => {
  it.each([urns.application, urns.entry, urns.component])(
    "are unknown where the state does not hold %s once",
    (urn) => {
      expect(rotationTargets(before.filter((it) => it.urn !== urn))).toBeUndefined();
      const twin = before
        .filter((it) => it.urn === urn)
        .map((it) => ({ ...it, urn: it.urn.replace("::p::", "::p::other$") }));
      expect(rotationTargets([...before, ...twin])).toBeUndefined();
    },
  );
});
