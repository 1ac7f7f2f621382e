/** Versions of `Microsoft.Resources` that SDKs, Azure CLI and the azure-native provider send for subscriptions, tenants and groups. */
export const resourcesVersions = [
  "2015-11-01",
  "2016-06-01",
  "2018-05-01",
  "2019-05-01",
  "2019-06-01",
  "2019-10-01",
  "2019-11-01",
  "2020-01-01",
  "2020-06-01",
  "2020-10-01",
  "2021-01-01",
  "2021-04-01",
  "2022-01-01",
  "2022-09-01",
  "2022-12-01",
  "2024-03-01",
  "2024-07-01",
  "2024-11-01",
  "2025-04-01",
] as const;

/** Versions of `Microsoft.KeyVault`. */
export const keyVaultVersions = [
  "2019-09-01",
  "2021-10-01",
  "2022-07-01",
  "2022-11-01",
  "2023-02-01",
  "2023-07-01",
  "2024-11-01",
  "2026-02-01",
  "2026-05-15",
] as const;

/**
 * From this version on a new vault goes by roles unless the request says otherwise; before it went by access policies.
 * @see https://learn.microsoft.com/azure/key-vault/general/access-control-default
 */
export const rolesByDefaultSince = "2026-02-01";

/** Versions of role assignments and of `permissions`. */
export const authorizationVersions = ["2015-07-01", "2018-09-01-preview", "2020-04-01-preview", "2022-04-01"] as const;
/** Versions of role definitions. */
export const roleDefinitionVersions = ["2018-01-01-preview", "2022-04-01", "2022-05-01-preview"] as const;
