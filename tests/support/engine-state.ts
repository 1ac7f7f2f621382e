import { firstInstant } from "../../model/day";
import type { EngineResource, EngineStep } from "../../rotation/engine-resource";
import { type PublishedRecord, recordTags, type SlotName, slotNames } from "../../rotation/record";

/** The value that stands for "unknown" in the document of a preview. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const root = "urn:pulumi:dev::p::";
export const urns = {
  partner: `${root}pulumi:providers:azuread::partner-tenant`,
  vault: `${root}pulumi:providers:azure-native::vault-tenant`,
  application: `${root}partner-access:index:PartnerApplication$azuread:index/application:Application::partner-application`,
  component: `${root}partner-access:index:RotatingClientSecret::partner`,
  slot: (name: SlotName) =>
    `${root}partner-access:index:RotatingClientSecret$azuread:index/applicationPassword:ApplicationPassword::partner-secret-${name}`,
  entry: `${root}partner-access:index:CredentialVault$azure-native:keyvault:Secret::partner-client-secret`,
  reader: `${root}partner-access:index:CredentialVault$azure-native:authorization:RoleAssignment::partner-client-secret-reader-reports`,
};

/** A resource of this type and provider. */
type Resource = EngineResource & { readonly inputs: Readonly<Record<string, unknown>> };

const [partner, vault] = [`${urns.partner}::1`, `${urns.vault}::2`];

export function slotResource(name: SlotName, { slots }: PublishedRecord): Resource {
  const { displayName = "", end, generation, keyId } = slots[name] ?? {};
  return {
    urn: urns.slot(name),
    type: "azuread:index/applicationPassword:ApplicationPassword",
    id: `object/password/${keyId}`,
    parent: urns.component,
    provider: partner,
    inputs: {
      applicationId: "/applications/object",
      displayName,
      endDate: end && firstInstant(end),
      rotateWhenChanged: { generation: String(generation) },
    },
  };
}

/** The entry as a state holds it; in a preview that mints, tags and value are unknown. */
export function entryResource(record: PublishedRecord, content: Readonly<Record<string, unknown>> = {}): Resource {
  return {
    urn: urns.entry,
    type: "azure-native:keyvault:Secret",
    id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/p-client-secret",
    parent: `${root}partner-access:index:CredentialVault::partner`,
    provider: vault,
    inputs: {
      resourceGroupName: "g",
      vaultName: "v",
      secretName: "p-client-secret",
      properties: {
        value: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" },
        contentType: "Entra client secret",
        attributes: { enabled: true, expires: 1 },
      },
      tags: { ...recordTags(record), clientId: "client", managedBy: "partner-insights-access", costCenter: "1" },
      ...content,
    },
    propertyDependencies: { properties: [urns.slot(record.current)], tags: [urns.application, urns.slot("a")] },
  };
}

/** A state that published this record below the prefix `p-`, under a rule of 90, 7 and 180 days. */
export function publishedState(record: PublishedRecord): readonly Resource[] {
  return [
    { urn: urns.partner, type: "pulumi:providers:azuread", id: "1", inputs: { tenantId: "t", version: "6.9.1" } },
    {
      urn: urns.vault,
      type: "pulumi:providers:azure-native",
      id: "2",
      inputs: { tenantId: "home", subscriptionId: "s", version: "3.28.0" },
    },
    {
      urn: urns.component,
      type: "partner-access:index:RotatingClientSecret",
      inputs: { everyDays: 90, overlapDays: 7, lifetimeDays: 180 },
    },
    {
      ...{ urn: urns.application, type: "azuread:index/application:Application", id: "/applications/object" },
      ...{ provider: partner, inputs: { displayName: "Partner Insights" } },
    },
    ...slotNames.flatMap((name) => (record.slots[name] ? [slotResource(name, record)] : [])),
    entryResource(record),
    {
      ...{ urn: urns.reader, type: "azure-native:authorization:RoleAssignment", id: "assignment", provider: vault },
      inputs: { principalId: "reports-id", principalType: "Group", scope: "…/p-client-secret" },
    },
  ];
}

/** The steps of a preview that changes nothing. */
export function sameSteps(state: readonly EngineResource[]): readonly EngineStep[] {
  return state.map((resource) => ({ op: "same", urn: resource.urn, oldState: resource, newState: resource }));
}
