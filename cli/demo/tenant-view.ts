import type { Graph, GraphGrant, GraphPrincipal } from "../../clients/graph/reading";
import type { VaultEntry } from "../../clients/key-vault/records";
import { catalog, findApi } from "../../permissions/catalog";

/** What a tenant holds of one deployment, read back from the tenant itself. */
export interface TenantView {
  readonly displayName: string;
  readonly clientId: string;
  readonly isAssignmentRequired: boolean;
  readonly assigned: readonly string[];
  readonly requested: readonly string[];
  readonly granted: readonly string[];
  readonly credentials: readonly string[];
}

/** Reads application, principal, grants and assignments of one application. Throws when one of them is missing. */
export async function readTenantView(graph: Graph, clientId: string): Promise<TenantView> {
  const [application, principal] = await Promise.all([graph.application(clientId), graph.principal(clientId)]);
  if (application === undefined) throw new Error(`the tenant has no application ${clientId}`);
  if (principal === undefined) throw new Error(`the tenant has no service principal of application ${clientId}`);
  const [grants, assigned] = await Promise.all([
    graph.grants(principal.objectId),
    graph.assignedTo(principal.objectId),
  ]);
  const apis = await Promise.all(grants.map((grant) => graph.principalByObjectId(grant.apiObjectId)));
  const names = new Map(assigned.map(({ objectId, name }) => [objectId, name]));
  return {
    displayName: application.displayName,
    clientId,
    isAssignmentRequired: principal.isAssignmentRequired,
    assigned: assigned.map(({ name }) => name),
    requested: application.requested.flatMap(({ apiClientId, permissions }) =>
      permissions.map(({ id, kind }) => `${apiName(apiClientId)} ${permissionName(apiClientId, id)} (${kind})`),
    ),
    granted: grants.map((grant, place) => grantSentence(grant, apis[place], names)),
    credentials: application.credentials.map(
      (credential) =>
        `${credential.displayName ?? "(no name)"}, key id ${credential.keyId}, until ${credential.endDateTime.slice(0, 10)}`,
    ),
  };
}

function grantSentence(grant: GraphGrant, api: GraphPrincipal | undefined, names: ReadonlyMap<string, string>): string {
  const who =
    grant.userObjectId === undefined
      ? "every user of the tenant"
      : `one user, ${names.get(grant.userObjectId) ?? grant.userObjectId}`;
  return `${api?.displayName ?? grant.apiObjectId}: ${grant.scopes.join(", ")}, on behalf of ${who}`;
}

function apiName(clientId: string): string {
  return findApi(clientId)?.name ?? clientId;
}

function permissionName(apiClientId: string, id: string): string {
  const api = catalog.find((known) => known.clientId === apiClientId);
  return api?.permissions.find((permission) => permission.id === id)?.name ?? id;
}

/** The lines a person reads. */
export function tenantLines(view: TenantView): string[] {
  return [
    `application   ${view.displayName} (client id ${view.clientId})`,
    ...view.requested.map((text) => `requested     ${text}`),
    ...view.granted.map((text) => `granted       ${text}`),
    `who           ${view.isAssignmentRequired ? "assigned users only" : "everyone"}: ${view.assigned.join(", ") || "nobody yet"}`,
    ...view.credentials.map((text) => `secret        ${text}`),
  ];
}

/** One line per entry with its tags; the value is left out on purpose. */
export function vaultLines(
  entries: readonly (Omit<VaultEntry, "value" | "version"> & { readonly name: string })[],
): string[] {
  return entries.map(({ name, isEnabled, expiresOn, tags }) => {
    const facts = [
      isEnabled ? "" : "placeholder, disabled",
      expiresOn === undefined ? "" : `expires ${expiresOn.toISOString().slice(0, 10)}`,
      ...Object.entries(tags).map(([key, value]) => `${key}=${value.length > 48 ? `${value.slice(0, 45)}…` : value}`),
    ];
    return `${name}  ${facts.filter((fact) => fact !== "").join("  ")}`;
  });
}
