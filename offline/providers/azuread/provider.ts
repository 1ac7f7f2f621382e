import { readCloud } from "../cloud-metadata";
import { callerObjectId, createTokenSource } from "../entra-token";
import type { PluginDependencies, Provider } from "../plugin/provider";
import { aText, type Fields, optional } from "../plugin/schema";
import type { Properties } from "../plugin/value";
import { azureadFunctions, azureadResources } from "../registries";
import { sdkVersion } from "../sdk-versions";
import { createSettings, readIdentity } from "../settings";
import { createWaits, readWaitFactor } from "../waits";
import type { AzureadContext } from "./context";
import { createGraphClient } from "./graph-client";
import { createLocks } from "./locks";

/** The provider's own configuration, by the SDK's names. Certificates and managed identities are not supported. */
export const azureadConfiguration: Fields = {
  adoPipelineServiceConnectionId: optional(aText),
  clientId: optional(aText),
  clientSecret: optional(aText),
  disableTerraformPartnerId: optional(aText),
  environment: optional(aText),
  metadataHost: optional(aText),
  msiEndpoint: optional(aText),
  oidcRequestToken: optional(aText),
  oidcRequestUrl: optional(aText),
  oidcToken: optional(aText),
  oidcTokenFilePath: optional(aText),
  partnerId: optional(aText),
  tenantId: optional(aText),
  useCli: optional(aText),
  useMsi: optional(aText),
  useOidc: optional(aText),
};

/** Reads the cloud's addresses, signs in once (in previews too, as the real plugin does) and makes the clients. */
export async function configureAzuread(
  configuration: Properties,
  dependencies: PluginDependencies,
): Promise<AzureadContext> {
  const { environment, cancelled, fetch = globalThis.fetch } = dependencies;
  const settings = createSettings(configuration, environment);
  const { waits = createWaits(readWaitFactor(environment), cancelled) } = dependencies;
  const cloud = await readCloud(settings.text("metadataHost", "ARM_METADATA_HOSTNAME"), fetch);
  const identity = readIdentity(settings, { readsTokenFile: false, asksAzureDevOps: true, environment });
  const tokens = createTokenSource(cloud.login, identity, waits, fetch);
  const userAgent = `partner-insights-access stand-in for pulumi-azuread/${sdkVersion("azuread")}`;
  return {
    graph: createGraphClient(cloud.graph, { tokens, waits, userAgent, fetch }),
    tenantId: identity.tenantId,
    clientId: identity.clientId,
    callerObjectId: callerObjectId(await tokens.token(cloud.graph)),
    waits,
    locks: createLocks(),
  };
}

/** The stand-in for the azuread plugin. */
export const azuread: Provider<AzureadContext> = {
  name: "azuread",
  version: sdkVersion("azuread"),
  configuration: azureadConfiguration,
  resources: azureadResources,
  functions: azureadFunctions,
  configure: configureAzuread,
};
