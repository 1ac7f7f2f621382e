import type { ResourceType } from "../plugin/resource-type";
import {
  aBoolean,
  aNumber,
  aText,
  computed,
  type Fields,
  listOf,
  objectOf,
  optional,
  required,
  textMap,
} from "../plugin/schema";
import { nested, type Properties } from "../plugin/value";
import { type ArmDescription, armResource } from "./arm-resource";
import type { AzureNativeContext } from "./context";

const permissions = objectOf({
  certificates: optional(listOf(aText)),
  keys: optional(listOf(aText)),
  secrets: optional(listOf(aText)),
  storage: optional(listOf(aText)),
});

const accessPolicy = objectOf({
  applicationId: optional(aText),
  objectId: required(aText),
  permissions: required(permissions),
  tenantId: required(aText),
});

const sku = objectOf({ family: required(aText), name: required(aText, { oneOf: ["standard", "premium"] }) });

const inputProperties: Fields = {
  accessPolicies: optional(listOf(accessPolicy)),
  createMode: optional(aText, { oneOf: ["default", "recover"] }),
  enablePurgeProtection: optional(aBoolean),
  enableRbacAuthorization: optional(aBoolean),
  enableSoftDelete: optional(aBoolean),
  enabledForDeployment: optional(aBoolean),
  enabledForDiskEncryption: optional(aBoolean),
  enabledForTemplateDeployment: optional(aBoolean),
  publicNetworkAccess: optional(aText),
  sku: required(sku),
  softDeleteRetentionInDays: optional(aNumber),
  tenantId: required(aText),
};

const { createMode: _onlyGiven, ...echoed } = inputProperties;

const outputProperties: Fields = {
  ...echoed,
  hsmPoolResourceId: computed(aText),
  provisioningState: computed(aText),
  vaultUri: computed(aText),
};

/** Who made and changed a resource, and when. */
const systemData: Fields = {
  createdAt: computed(aText),
  createdBy: computed(aText),
  createdByType: computed(aText),
  lastModifiedAt: computed(aText),
  lastModifiedBy: computed(aText),
  lastModifiedByType: computed(aText),
};

const idPattern = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.KeyVault\/vaults\/([^/]+)$/i;

/** A vault as Resource Manager knows it. */
export const vaultDescription: ArmDescription = {
  token: "azure-native:keyvault:Vault",
  apiVersion: "2024-11-01",
  path: { resourceGroupName: required(aText, { replaces: true }), vaultName: required(aText, { replaces: true }) },
  body: {
    location: required(aText, { replaces: true }),
    properties: required(objectOf(inputProperties)),
    tags: optional(textMap),
  },
  outputs: {
    location: computed(aText),
    name: computed(aText),
    properties: computed(objectOf(outputProperties)),
    systemData: computed(objectOf(systemData)),
    tags: computed(textMap),
    type: computed(aText),
  },
  name: { property: "vaultName", kind: "random" },
  hasLocation: true,
  idOf: (inputs, subscriptionId) => vaultId(subscriptionId, inputs),
  pathOf(id) {
    const [, resourceGroupName, vaultName] = idPattern.exec(id) ?? [];
    return resourceGroupName === undefined || vaultName === undefined ? undefined : { resourceGroupName, vaultName };
  },
};

/** The resource ID of a vault named by its group and name. */
export function vaultId(subscriptionId: string, names: Properties): string {
  const part = (name: string) => encodeURIComponent(String(names[name]));
  return `/subscriptions/${subscriptionId}/resourceGroups/${part("resourceGroupName")}/providers/Microsoft.KeyVault/vaults/${part("vaultName")}`;
}

const standard = armResource(vaultDescription);

/** A Key Vault. Its access policies may also be made one by one elsewhere: where the program gives none, those that exist stay. */
export const vault: ResourceType<AzureNativeContext> = {
  ...standard,

  create: (inputs, context) => standard.create(withPolicies(inputs, []), context),

  async read(id, state, context) {
    const found = await standard.read(id, state, context);
    if (found === undefined || state === undefined || givesPolicies(state.inputs)) return found;
    // Policies the program does not speak of are nobody's drift.
    const inputs = givesPolicies(found.inputs) ? withoutPolicies(found.inputs) : found.inputs;
    return { ...found, inputs, outputs: withPolicies(found.outputs, []) };
  },

  async update(id, state, news, context) {
    if (givesPolicies(news)) return standard.update(id, state, news, context);
    const live = await context.arm.get(id, vaultDescription.apiVersion);
    const policies =
      (live["properties"] as { accessPolicies?: readonly Properties[] } | undefined)?.accessPolicies ?? [];
    return standard.update(id, state, withPolicies(news, policies), context);
  },
};

function givesPolicies(inputs: Properties): boolean {
  return nested(inputs, "properties")?.["accessPolicies"] !== undefined;
}

function withPolicies(inputs: Properties, policies: readonly Properties[]): Properties {
  if (givesPolicies(inputs) && policies.length > 0) return inputs;
  const properties = nested(inputs, "properties") ?? {};
  return { ...inputs, properties: { accessPolicies: policies, ...properties } };
}

function withoutPolicies(inputs: Properties): Properties {
  const { accessPolicies: _left, ...properties } = nested(inputs, "properties") ?? {};
  return { ...inputs, properties };
}
