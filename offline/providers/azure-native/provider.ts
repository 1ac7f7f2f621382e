import { readCloud, refuseVaultSuffix } from "../cloud-metadata";
import { callerObjectId, createTokenSource } from "../entra-token";
import type { PluginDependencies, Provider } from "../plugin/provider";
import { aText, type Fields, optional } from "../plugin/schema";
import type { Properties } from "../plugin/value";
import { azureNativeFunctions, azureNativeResources } from "../registries";
import { sdkVersion } from "../sdk-versions";
import { createSettings, readIdentity } from "../settings";
import { createWaits, readWaitFactor } from "../waits";
import { type ArmClient, createArmClient } from "./arm-client";
import type { AzureNativeContext } from "./context";
import { createVaultClient } from "./vault-client";

/** The provider's own configuration, by the SDK's names. Certificates and managed identities are not supported. */
export const azureNativeConfiguration: Fields = {
  auxiliaryTenantIds: optional(aText),
  clientId: optional(aText),
  clientSecret: optional(aText),
  disableInstanceDiscovery: optional(aText),
  disablePulumiPartnerId: optional(aText),
  environment: optional(aText),
  location: optional(aText),
  metadataHost: optional(aText),
  oidcRequestToken: optional(aText),
  oidcRequestUrl: optional(aText),
  oidcToken: optional(aText),
  oidcTokenFilePath: optional(aText),
  partnerId: optional(aText),
  subscriptionId: optional(aText),
  tenantId: optional(aText),
  useDefaultAzureCredential: optional(aText),
  useMsi: optional(aText),
  useOidc: optional(aText),
};

/** The version the real plugin reads resource groups with, for their location. */
const groupApiVersion = "2020-10-01";

/** Reads the cloud's addresses and makes the clients. Tokens are asked for when the first call needs one. */
export async function configureAzureNative(
  configuration: Properties,
  dependencies: PluginDependencies,
): Promise<AzureNativeContext> {
  const { environment, cancelled, fetch = globalThis.fetch } = dependencies;
  const settings = createSettings(configuration, environment);
  const { waits = createWaits(readWaitFactor(environment), cancelled) } = dependencies;
  const cloud = await readCloud(settings.text("metadataHost", "ARM_METADATA_HOSTNAME"), fetch);
  if (cloud.keyVaultSuffix !== undefined) refuseVaultSuffix(cloud.keyVaultSuffix, environment);
  const subscriptionId = settings.text("subscriptionId", "ARM_SUBSCRIPTION_ID");
  if (subscriptionId === undefined)
    throw new Error("subscriptionId (or ARM_SUBSCRIPTION_ID) is missing: azure-native needs it for every resource");
  const identity = readIdentity(settings, { readsTokenFile: true, asksAzureDevOps: false, environment });
  const tokens = createTokenSource(cloud.login, identity, waits, fetch);
  const audience = cloud.resourceManagerAudience ?? cloud.resourceManager;
  const userAgent = `partner-insights-access stand-in for pulumi-azure-native/${sdkVersion("azure-native")}`;
  const connection = { tokens, waits, userAgent, fetch };
  const arm = createArmClient(cloud.resourceManager, audience, connection);
  return {
    arm,
    vaults: createVaultClient(cloud.keyVaultSuffix, connection),
    waits,
    subscriptionId,
    tenantId: identity.tenantId,
    clientId: identity.clientId,
    location: settings.text("location", "ARM_LOCATION"),
    callerObjectId: async () => callerObjectId(await tokens.token(audience)),
    groupLocation: rememberedLocations(arm, subscriptionId),
  };
}

function rememberedLocations(arm: ArmClient, subscriptionId: string): (group: string) => Promise<string | undefined> {
  const known = new Map<string, string>();
  return async (group) => {
    const remembered = known.get(group);
    if (remembered !== undefined) return remembered;
    // As in the real plugin a group that cannot be read is no error here: the missing location is told instead.
    const found = await arm
      .get(`/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(group)}`, groupApiVersion)
      .catch(() => undefined);
    const location = found?.["location"];
    if (typeof location !== "string") return undefined;
    known.set(group, location);
    return location;
  };
}

/** The stand-in for the azure-native plugin. */
export const azureNative: Provider<AzureNativeContext> = {
  name: "azure-native",
  version: sdkVersion("azure-native"),
  configuration: azureNativeConfiguration,
  resources: azureNativeResources,
  functions: azureNativeFunctions,
  configure: configureAzureNative,
};
