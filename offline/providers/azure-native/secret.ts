import type { ResourceType } from "../plugin/resource-type";
import {
  aBoolean,
  aNumber,
  aText,
  computed,
  type Fields,
  objectOf,
  optional,
  required,
  textMap,
} from "../plugin/schema";
import { text } from "../plugin/value";
import { type ArmDescription, armResource, outputsOf } from "./arm-resource";
import { AzureRefusal } from "./azure-request";
import type { AzureNativeContext } from "./context";
import { vaultId } from "./vault";
import { toWire } from "./wire";

const attributes: Fields = {
  enabled: optional(aBoolean),
  expires: optional(aNumber, { wire: "exp" }),
  notBefore: optional(aNumber, { wire: "nbf" }),
};

const idPattern =
  /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.KeyVault\/vaults\/([^/]+)\/secrets\/([^/]+)$/i;

/** A vault's secret as Resource Manager knows it: it takes the value and never tells it again. */
export const secretDescription: ArmDescription = {
  token: "azure-native:keyvault:Secret",
  apiVersion: "2024-11-01",
  path: {
    resourceGroupName: required(aText, { replaces: true }),
    secretName: required(aText, { replaces: true }),
    vaultName: required(aText, { replaces: true }),
  },
  body: {
    properties: required(
      objectOf({ attributes: optional(objectOf(attributes)), contentType: optional(aText), value: optional(aText) }),
    ),
    tags: optional(textMap),
  },
  outputs: {
    location: computed(aText),
    name: computed(aText),
    properties: computed(
      objectOf({
        attributes: computed(objectOf({ ...attributes, created: computed(aNumber), updated: computed(aNumber) })),
        contentType: computed(aText),
        secretUri: computed(aText),
        secretUriWithVersion: computed(aText),
        value: computed(aText),
      }),
    ),
    tags: computed(textMap),
    type: computed(aText),
  },
  name: { property: "secretName", kind: "random" },
  hasLocation: false,
  idOf: (inputs, subscriptionId) =>
    `${vaultId(subscriptionId, inputs)}/secrets/${encodeURIComponent(text(inputs, "secretName"))}`,
  pathOf(id) {
    const [, resourceGroupName, vaultName, secretName] = idPattern.exec(id) ?? [];
    if (resourceGroupName === undefined || vaultName === undefined || secretName === undefined) return undefined;
    return { resourceGroupName, secretName, vaultName };
  },
};

const standard = armResource(secretDescription);
const retrySeconds = 5;
const retryMinutes = 3;
/** So many conflicts without a soft-deleted secret in sight are not the trace of a deletion a moment ago: they are real. */
const patience = 6;

/** A secret in a Key Vault: written through Resource Manager, deleted and recovered through the vault's own API. */
export const secret: ResourceType<AzureNativeContext> = {
  ...standard,

  async create(inputs, context) {
    const id = secretDescription.idOf(inputs, context.subscriptionId);
    const { apiVersion } = secretDescription;
    await context.arm.mustNotExist(id, apiVersion);
    const body = toWire(inputs, secretDescription.body);
    const limit = context.waits.limit(retryMinutes);
    for (let conflicts = 0; ; ) {
      try {
        return { id, outputs: outputsOf(await context.arm.put(id, apiVersion, body), secretDescription) };
      } catch (error) {
        if (!(error instanceof AzureRefusal) || error.status !== 409) throw error;
        const isRecovering = await context.vaults.recoverSecret(text(inputs, "vaultName"), text(inputs, "secretName"));
        conflicts = isRecovering ? 0 : conflicts + 1;
        if (conflicts >= patience || limit.hasPassed()) throw error;
        await context.waits.pause(retrySeconds);
      }
    }
  },

  // Resource Manager has no such operation: whoever destroys needs rights on the vault's data.
  async delete(_id, state, context) {
    await context.vaults.deleteSecret(text(state.inputs, "vaultName"), text(state.inputs, "secretName"));
  },
};
