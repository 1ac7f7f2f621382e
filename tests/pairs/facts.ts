import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { roleDefinitions } from "../../offline/emulator/services/resource-manager/role-definitions";
import type { Application, JsonObject } from "../../offline/emulator/world/directory";
import type { Tenant, World } from "../../offline/emulator/world/world";

type Worlds = Pick<World, "tenants">;
type Facts = ReadonlySet<string>;

const kinds = { Scope: "delegated", Role: "application" } as const;
const noRole = "00000000-0000-0000-0000-000000000000";

/** Ids of what was there before the program ever ran: nothing of it is the program's. */
export type Seeded = ReadonlySet<string>;

export function seededIn(world: Worlds): Seeded {
  const [tenant, home] = tenantsIn(world);
  return new Set([...tenant.applications.all(), ...home.roleAssignments.all()].map(({ id }) => id));
}

/**
 * What the emulator holds of one application, fact by fact. Written against Graph's and Azure's own fields, not against our manifest.
 * Left out is what grants nobody anything: texts of entries, and an API's own principal, which stays when it is no longer asked for.
 */
export function factsIn(world: Worlds, seeded: Seeded): Facts {
  const [tenant, home] = tenantsIn(world);
  const [application, ...more] = tenant.applications.all().filter(({ id }) => !seeded.has(id));
  if (more.length > 0) throw new Error("expected at most one application of ours");
  return new Set([
    ...(application === undefined ? [] : applicationFacts(tenant, application)),
    ...vaultFacts(home, seeded),
    ...othersFacts([tenant, home], application?.appId, seeded),
  ]);
}

function applicationFacts(tenant: Tenant, application: Application): readonly string[] {
  const principal = principalOf(tenant, application.appId)!;
  const settings = application.properties as JsonObject & {
    requiredResourceAccess: { resourceAppId: string; resourceAccess: { id: string; type: keyof typeof kinds }[] }[];
    web: { redirectUris: string[]; implicitGrantSettings: Record<string, boolean> };
    spa: { redirectUris: string[] };
    publicClient: { redirectUris: string[] };
  };
  const implicit = settings.web.implicitGrantSettings;
  return [
    `writes in tenant ${tenant.id}`,
    `called ${String(settings["displayName"])}`,
    `audience ${String(settings["signInAudience"])}`,
    `public client: ${settings["isFallbackPublicClient"] === true}`,
    `implicit access tokens: ${implicit["enableAccessTokenIssuance"]}`,
    `implicit id tokens: ${implicit["enableIdTokenIssuance"]}`,
    `enabled: ${principal.accountEnabled}`,
    `assignment required: ${principal.appRoleAssignmentRequired}`,
    ...(application.passwordCredentials.length > 0 ? ["has client secrets"] : []),
    ...application.keyCredentials.map((key) => `has a certificate ${JSON.stringify(key)}`),
    ...application.federatedCredentials.map(({ subject }) => `trusts ${subject}`),
    ...settings.requiredResourceAccess.flatMap(({ resourceAppId, resourceAccess }) =>
      resourceAccess.map(({ id, type }) => `requested ${resourceAppId} ${kinds[type]} ${id}`),
    ),
    ...settings.web.redirectUris.map((uri) => `returns to web: ${uri}`),
    ...settings.spa.redirectUris.map((uri) => `returns to single-page: ${uri}`),
    ...settings.publicClient.redirectUris.map((uri) => `returns to public-client: ${uri}`),
    ...application.owners.map((owner) => `owner of the application: ${owner}`),
    ...principal.owners.map((owner) => `owner of the service principal: ${owner}`),
    ...grantFacts(tenant, principal.id),
  ];
}

function grantFacts(tenant: Tenant, principalObjectId: string): readonly string[] {
  const apiOf = (objectId: string) => tenant.servicePrincipals.get(objectId)?.appId ?? objectId;
  const nameOf = (objectId: string) => tenant.users.get(objectId)?.userPrincipalName ?? objectId;
  const delegated = tenant.grants.all().filter(({ clientId }) => clientId === principalObjectId);
  return [
    ...delegated.flatMap(({ resourceId, scope, consentType, principalId }) => {
      const whom = consentType === "AllPrincipals" ? "everyone" : nameOf(principalId ?? "");
      const scopes = scope.split(/\s+/).filter((it) => it !== "");
      return scopes.map((it) => `granted ${apiOf(resourceId)} delegated ${it} for ${whom}`);
    }),
    ...tenant.assignments
      .all()
      .filter(({ principalId }) => principalId === principalObjectId)
      .map(({ resourceId, appRoleId }) => `granted ${apiOf(resourceId)} application ${appRoleId}`),
    ...tenant.assignments
      .all()
      .filter(({ resourceId }) => resourceId === principalObjectId)
      .map(
        ({ principalId, appRoleId }) =>
          `assigned ${nameOf(principalId)}: ${appRoleId === noRole ? "may sign in" : appRoleId}`,
      ),
  ];
}

function vaultFacts(home: Tenant, seeded: Seeded): readonly string[] {
  const subscriptionOf = (vault: string) => home.vaults.get(vault)?.subscriptionId;
  const nameOf = (id: string) => roleDefinitions.find((role) => role.id === id)?.roleName ?? id;
  return [
    ...home.secrets
      .all()
      .flatMap(({ vault, name }) => [
        `entry ${name} in ${vault}`,
        `writes in tenant ${home.id}, subscription ${subscriptionOf(vault)}`,
      ]),
    ...home.roleAssignments
      .all()
      .filter(({ id }) => !seeded.has(id))
      .map(({ scope, principalId, principalType, roleDefinitionId }) => {
        return `reader ${principalId} on ${scope.split("/").at(-1)}: ${nameOf(roleDefinitionId)}, ${principalType}`;
      }),
  ];
}

/** What is somebody else's in both tenants. No report ever speaks of it, so it must stay as it is. */
function othersFacts([tenant, home]: readonly [Tenant, Tenant], clientId: string | undefined, seeded: Seeded) {
  const ours = clientId === undefined ? undefined : principalOf(tenant, clientId)?.id;
  const text = (what: string, item: unknown) => `not ours: ${what} ${JSON.stringify(item)}`;
  return [
    ...tenant.applications.all().flatMap(({ id, properties, owners }) => {
      return seeded.has(id) ? [text("application", [id, properties["requiredResourceAccess"], owners])] : [];
    }),
    ...tenant.grants.all().flatMap((it) => (it.clientId === ours ? [] : [text("grant", it)])),
    ...tenant.assignments.all().flatMap((it) => {
      return it.principalId === ours || it.resourceId === ours ? [] : [text("assignment", it)];
    }),
    ...home.roleAssignments.all().flatMap((it) => (seeded.has(it.id) ? [text("Azure role", it)] : [])),
  ];
}

function principalOf(tenant: Tenant, clientId: string) {
  return tenant.servicePrincipals.all().find(({ appId }) => appId === clientId);
}

function tenantsIn({ tenants }: Worlds): readonly [Tenant, Tenant] {
  return [tenants.get(partnerTenant.id)!, tenants.get(homeTenant.id)!];
}

/** What two looks differ in. */
export function differenceOf(before: Facts, after: Facts) {
  return {
    added: [...after].filter((fact) => !before.has(fact)).sort(),
    removed: [...before].filter((fact) => !after.has(fact)).sort(),
  };
}
