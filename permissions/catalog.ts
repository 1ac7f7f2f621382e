import type { CatalogApi, CatalogPermission, PermissionKind } from "./catalog/entry";
import { graphSignInAndReading } from "./catalog/graph-sign-in-and-reading";
import { graphWriting } from "./catalog/graph-writing";
import { microsoftPartner, microsoftPartnerCenter } from "./catalog/partner-apis";

export type { CatalogApi, CatalogPermission, PermissionKind } from "./catalog/entry";

/** Microsoft Graph, with the permissions a partner meets. */
export const microsoftGraph: CatalogApi = {
  name: "Microsoft Graph",
  clientId: "00000003-0000-0000-c000-000000000000",
  aliases: ["Graph"],
  description: "Sign-in, and the directory of the tenant.",
  cloudNotes: "Same id in every cloud; hosts are graph.microsoft.us and microsoftgraph.chinacloudapi.cn elsewhere.",
  permissions: [...graphSignInAndReading, ...graphWriting],
};

export { microsoftPartner, microsoftPartnerCenter };

/** The APIs this project knows. Small and curated on purpose: what is not here is refused, or rated high. */
export const catalog: readonly CatalogApi[] = [microsoftPartnerCenter, microsoftPartner, microsoftGraph];

/** Finds an API by catalog name, alias or client id; upper and lower case do not matter. */
export function findApi(nameOrClientId: string, apis: readonly CatalogApi[] = catalog): CatalogApi | undefined {
  const wanted = nameOrClientId.trim().toLowerCase();
  return apis.find((api) => [api.name, api.clientId, ...api.aliases].some((known) => known.toLowerCase() === wanted));
}

/** Finds a permission of an API by its name or its id. Names are exact, as Entra's are. */
export function findPermission(api: CatalogApi, nameOrId: string, kind: PermissionKind): CatalogPermission | undefined {
  const id = nameOrId.toLowerCase();
  return api.permissions.find((known) => known.kind === kind && (known.name === nameOrId || known.id === id));
}
