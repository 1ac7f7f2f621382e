import { isLoopback, microsoftHosts } from "../../http/hosts";
import type { Route, ServiceDefinition } from "../../http/route";
import type { Addresses } from "../../world/world";
import { armTrace } from "../resource-manager/errors";

const audiences = ["https://management.core.windows.net/", "https://management.azure.com/"];

/**
 * The clouds as Azure CLI reads them. Graph has its own host name there, because `az rest` tells services apart by their address: on one origin
 * with Resource Manager it would ask for that one's token.
 */
function clouds(addresses: Addresses): Record<string, unknown>[] {
  const graph = `https://${microsoftHosts.graph}`;
  return [{ ...cloud(addresses), microsoftGraphResourceId: graph }];
}

/** The cloud as clients of 2022-09-01 (azuread, azure-native) read it. */
function cloud({ origin, keyVaultSuffix }: Addresses): Record<string, unknown> {
  return {
    // Addresses that no client here uses name the origin too, so that the whole document stays on loopback.
    portal: origin,
    authentication: {
      loginEndpoint: origin,
      audiences,
      tenant: "common",
      identityProvider: "AAD",
    },
    graphAudience: "https://graph.windows.net/",
    graph: origin,
    // One entry has the public cloud's name, because Pulumi's providers accept no invented one.
    name: "AzureCloud",
    suffixes: {
      keyVaultDns: keyVaultSuffix,
      // Clients read it at start and never call it; `.test` resolves nowhere.
      storage: "storage.emulator.test",
    },
    resourceManager: origin,
    microsoftGraphResourceId: origin,
  };
}

/** The cloud as the Azure CLI reads it when a cloud is registered by its resource manager (2015-01-01). */
function oldCloud({ origin }: Addresses): Record<string, unknown> {
  return {
    galleryEndpoint: origin,
    graphEndpoint: origin,
    portalEndpoint: origin,
    authentication: { loginEndpoint: `${origin}/`, audiences },
  };
}

const metadataRoute: Route = {
  method: "GET",
  path: "/metadata/endpoints",
  apiVersions: ["2022-09-01", "2019-05-01", "2015-01-01"],
  anonymous: true,
  handle({ world: { addresses }, query }) {
    if (query["api-version"] === "2015-01-01") return { status: 200, body: oldCloud(addresses) };
    // 2019-05-01 returns a list of clouds, 2022-09-01 only the requested one.
    const body = query["api-version"] === "2019-05-01" ? clouds(addresses) : cloud(addresses);
    return { status: 200, body };
  },
};

/** The cloud metadata document, from which providers and the Azure CLI learn every other address. */
export const cloudMetadata: ServiceDefinition = {
  service: "metadata",
  routes: [metadataRoute],
  matches: (host, path) => (isLoopback(host) || host === microsoftHosts.arm) && path.startsWith("/metadata/"),
  trace: armTrace,
  renderError: (error) => ({ status: error.status, body: { error: { code: error.code, message: error.message } } }),
};
