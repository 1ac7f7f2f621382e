import { keyVaultSuffix } from "../constants";
import type { ServiceDefinition } from "../route";
import { deletedSecretRoutes } from "./deleted-secrets";
import { renderVaultError } from "./errors";
import { secretRoutes } from "./secrets";

/** Key Vault's data plane, secrets only: each vault is a host of its own. */
export const vault: ServiceDefinition = {
  service: "vault",
  ignoresPathCase: true,
  routes: [...secretRoutes, ...deletedSecretRoutes],
  matches: (host) => host.toLowerCase().endsWith(`.${keyVaultSuffix}`),
  audiences: (world) => [`https://${world.addresses.keyVaultSuffix}`, "https://vault.azure.net"],
  renderError: renderVaultError,
};
