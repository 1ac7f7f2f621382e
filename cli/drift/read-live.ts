import type { DirectoryView, FullApplication, FullPrincipal } from "../../clients/graph/directory-view";
import type { FoundAssignment, GraphInventory } from "../../clients/graph/inventory";
import type { Graph } from "../../clients/graph/reading";
import type { LiveApplication, LiveDeployment, LivePrincipal } from "../../permissions/drift";
import type { AccessManifest } from "../../permissions/manifest";
import type { JudgedCredential } from "../../rotation/credentials";
import { extrasBeside } from "../recover/extra-applications";
import { judge, type PublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";
import { readLiveVault } from "./read-live-vault";

interface Readers {
  readonly view: DirectoryView;
  readonly inventory: GraphInventory;
  readonly graph: Graph;
}

/** Reads everything around one deployment. Throws on the first failed read, which is never treated as "not found". */
export async function readLive(
  tenant: Tenant,
  published: PublishedState,
  declared: AccessManifest,
): Promise<LiveDeployment> {
  const { view, inventory, graph } = tenant;
  const readers = { view, inventory, graph };
  const [application, principal, vault, apis] = await Promise.all([
    readers.view.application(published.clientId),
    readers.view.principal(published.clientId),
    readLiveVault(tenant, published, declared),
    readApis(tenant),
  ]);
  const [liveApplication, livePrincipal, relations, extras] = await Promise.all([
    application && fullApplication(application, tenant, published, readers),
    principal && fullPrincipal(principal, readers),
    principal ? readRelations(principal.objectId, readers) : noRelations,
    application ? readExtras(application.objectId, tenant, published) : [],
  ]);
  return {
    ...{ ...relations, ...vault, apis, extraApplications: extras },
    ...{ application: liveApplication ?? null, principal: livePrincipal ?? null },
  };
}

async function readExtras(
  applicationObjectId: string,
  tenant: Tenant,
  { record, clientId }: PublishedState,
): Promise<LiveDeployment["extraApplications"]> {
  const extras = await extrasBeside(tenant, record.deployment, { applicationObjectId, clientId });
  return extras.map((extra) => ({ objectId: extra.applicationObjectId, isUsed: extra.isUsed }));
}

async function fullApplication(
  { objectId, secrets, certificates, ...application }: FullApplication,
  tenant: Tenant,
  published: PublishedState,
  { view, inventory }: Readers,
): Promise<LiveApplication> {
  const [ownerIds, federated] = await Promise.all([inventory.owners(objectId), view.federatedCredentials(objectId)]);
  return {
    ...application,
    ownerIds,
    credentials: judge(tenant, published, { credentials: secrets }).map(credentialOf),
    trusts: [
      ...certificates.map((name) => ({ kind: "certificate" as const, name })),
      ...federated.map((name) => ({ kind: "federated credential" as const, name })),
    ],
  };
}

function credentialOf({ keyId, displayName, expires, kind }: JudgedCredential) {
  return { keyId, name: displayName, expires, kind };
}

async function fullPrincipal(principal: FullPrincipal, { view }: Readers): Promise<LivePrincipal> {
  const { objectId, isEnabled, isAssignmentRequired, credentials } = principal;
  const [ownerIds, memberships] = await Promise.all([view.principalOwners(objectId), view.memberships(objectId)]);
  return { isEnabled, isAssignmentRequired, ownerIds, trusts: credentials, memberships };
}

type Relations = Pick<LiveDeployment, "grants" | "roles" | "assigned">;
const noRelations: Relations = { grants: [], roles: [], assigned: [] };

/** Grants and assignments, with names in place of the ids that Graph keeps. */
async function readRelations(objectId: string, readers: Readers): Promise<Relations> {
  const { graph, inventory, view } = readers;
  const [grants, held, assigned] = await Promise.all([
    graph.grants(objectId),
    inventory.assignmentsOf(objectId),
    inventory.assignmentsTo(objectId),
  ]);
  const apis = await named(
    [...grants.map(({ apiObjectId }) => apiObjectId), ...held.map(({ resourceObjectId }) => resourceObjectId)],
    async (id) => (await graph.principalByObjectId(id))?.clientId.toLowerCase(),
  );
  const users = await named(
    [...grants.flatMap(({ userObjectId }) => userObjectId ?? []), ...assigned.map(userOf)],
    async (id) => (await view.userName(id))?.toLowerCase(),
  );
  return {
    grants: grants.map(({ apiObjectId, scopes, userObjectId }) => ({
      api: apis(apiObjectId),
      scopes,
      user: userObjectId === undefined ? null : users(userObjectId),
    })),
    roles: held.map(({ resourceObjectId, appRoleId }) => ({
      api: apis(resourceObjectId),
      role: appRoleId.toLowerCase(),
    })),
    assigned: assigned.map((it) => ({ role: it.appRoleId.toLowerCase(), who: users(userOf(it)) })),
  };
}

function userOf({ principalObjectId }: FoundAssignment): string {
  return principalObjectId;
}

/** Looks each id up once; what has no name keeps its id. */
async function named(
  ids: readonly string[],
  look: (id: string) => Promise<string | undefined>,
): Promise<(id: string) => string> {
  const pairs = [...new Set(ids)].map(async (id) => [id, await look(id)] as const);
  const names = new Map(await Promise.all(pairs));
  return (id) => names.get(id) || id;
}

async function readApis({ configuration, graph }: Tenant): Promise<LiveDeployment["apis"]> {
  const clientIds = configuration.permissions.map(({ api }) => api.clientId);
  return Promise.all(
    clientIds.map(async (clientId) => ({ clientId, isEnabled: (await graph.principal(clientId))?.isEnabled ?? null })),
  );
}
