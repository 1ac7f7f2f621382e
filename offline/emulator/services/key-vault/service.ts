import { withoutDoubledSlashes } from "../../http/path-template";
import type { ServiceDefinition } from "../../http/route";
import { keyVaultSuffix } from "../../seed/constants";
import { backupRoutes } from "./backups";
import { deletedSecretRoutes } from "./deleted-secrets";
import { renderVaultError, vaultTrace } from "./errors";
import { secretRoutes } from "./secrets";

/** Key Vault's data plane, secrets only: each vault is a host of its own. */
export const vault: ServiceDefinition = {
  service: "vault",
  ignoresPathCase: true,
  readPath: withoutDoubledSlashes,
  routes: [...secretRoutes, ...deletedSecretRoutes, ...backupRoutes],
  // A version is 32 hexadecimal digits: any other word there (`backup`, for example, of another method) is an unknown call.
  isKey: (parameter, text) => parameter !== "version" || /^[0-9a-f]{32}$/i.test(text),
  trace: vaultTrace,
  matches: (host) => host.toLowerCase().endsWith(`.${keyVaultSuffix}`),
  audiences: (world) => [`https://${world.addresses.keyVaultSuffix}`, "https://vault.azure.net"],
  renderError: renderVaultError,
};
