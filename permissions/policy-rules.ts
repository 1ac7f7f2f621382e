import { type AccessPolicy, allowedBy, builtInPermissions, readerAllowedBy } from "./access-policy";
import { azureRoles } from "./azure-roles";
import { type CatalogApi, catalog, findApi, findPermission } from "./catalog";
import { types } from "./manifest/resource-types";

/** A resource as an engine is about to declare it. Reading a property that is not known yet may throw. */
export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** URN of its parent. */
  readonly parent: string | undefined;
  readonly isProtected: boolean;
}

/** What the rules know beside the resource. */
export interface RuleContext {
  readonly policy: AccessPolicy;
  /** Why consent is given for everybody; undefined or empty without a reason. */
  readonly consentReason: string | undefined;
  readonly now: Date;
  readonly longestLifetimeDays: number;
  readonly apis?: readonly CatalogApi[] | undefined;
}

/** One rule that every resource is held to, whatever program declares it. */
export interface ResourceRule {
  /** Stable: people turn rules off by it. */
  readonly name: string;
  readonly description: string;
  /** Sentences on what is wrong; empty when nothing is. */
  readonly violations: (resource: DeclaredResource, context: RuleContext) => readonly string[];
}

/** The role that says no more than "may sign in". */
const defaultRole = "00000000-0000-0000-0000-000000000000";
const { secretsUser, secretsOfficer } = azureRoles;
const grantsComponent = "partner-access:index:ApiPermissionGrants";
const ownAudience = "AzureADMyOrg";
const personalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";
const addIt = "add it to access-policy.yaml with a reason, or leave it out";

export const resourceRules: readonly ResourceRule[] = [
  {
    name: "allowed-permissions",
    description: "Only permissions of the built-in list and of access-policy.yaml are requested and granted.",
    violations: (resource, context) => [
      ...requestedViolations(resource, context),
      ...delegatedViolations(resource, context),
      ...roleViolations(resource, context),
    ],
  },
  {
    name: "allowed-readers",
    description: "Only readers of access-policy.yaml may read an entry of the vault, and never the whole vault.",
    violations: readerViolations,
  },
  {
    name: "secret-lifetime",
    description: "Every client secret ends, and not later than the longest lifetime from today.",
    violations: lifetimeViolations,
  },
  {
    name: "tenant-wide-consent-needs-a-reason",
    description: "Consent for everybody in the tenant is given with a reason only.",
    violations: consentViolations,
  },
  {
    name: "api-principals-are-retained",
    description: "A service principal of somebody else's API is never adopted, and stays when this stack is destroyed.",
    violations: principalViolations,
  },
  {
    name: "no-personal-accounts",
    description: "Applications are for one organisation: no personal accounts, no other tenants.",
    violations: audienceViolations,
  },
];

function requestedViolations({ type, properties }: DeclaredResource, { policy, apis = catalog }: RuleContext) {
  if (type !== types.application) return [];
  return listIn(properties["requiredResourceAccesses"]).flatMap((api) => {
    const clientId = textIn(api["resourceAppId"]).toLowerCase();
    const known = findApi(clientId, apis);
    return listIn(api["resourceAccesses"]).flatMap((access) => {
      const kind = access["type"] === "Scope" ? "delegated" : "application";
      const id = textIn(access["id"]).toLowerCase();
      const permission = known && findPermission(known, id, kind)?.name;
      const isAllowed = permission !== undefined && allowedBy(policy, { apiClientId: clientId, kind, permission });
      const what = `${permission ?? id} of ${known?.name ?? clientId} (${kind})`;
      return isAllowed ? [] : [`it requests ${what}, which is not allowed: ${addIt}`];
    });
  });
}

/** A grant names its API by an object id that differs in each tenant, so the names count, whatever API they belong to. */
function delegatedViolations({ type, properties }: DeclaredResource, { policy }: RuleContext): readonly string[] {
  if (type !== types.delegatedGrant) return [];
  const allowed = [...builtInPermissions, ...policy.permissions].filter(({ kind }) => kind === "delegated");
  const claims = properties["claimValues"];
  // Entra keeps one text with blanks between names, so one item can hold several.
  const names = (Array.isArray(claims) ? claims : [claims])
    .flatMap((claim) => textIn(claim).split(/\s+/))
    .filter(Boolean);
  return names
    .filter((name) => !allowed.some(({ permission }) => permission === name))
    .map((name) => `it grants the delegated permission ${name}, which is not allowed: ${addIt}`);
}

function roleViolations({ type, properties }: DeclaredResource, { policy, apis = catalog }: RuleContext) {
  const role = type === types.roleAssignment ? textIn(properties["appRoleId"]).toLowerCase() : defaultRole;
  if (role === defaultRole) return [];
  const found = apis.flatMap((api) => {
    const permission = findPermission(api, role, "application")?.name;
    return permission === undefined ? [] : [{ apiClientId: api.clientId, kind: "application" as const, permission }];
  });
  if (found.some((wanted) => allowedBy(policy, wanted) !== undefined)) return [];
  return [`it grants the application permission ${found[0]?.permission ?? role}, which is not allowed: ${addIt}`];
}

function readerViolations({ type, name, properties }: DeclaredResource, { policy }: RuleContext): readonly string[] {
  if (type !== types.azureRole) return [];
  const role = textIn(properties["roleDefinitionId"]).toLowerCase().split("/").at(-1) ?? "";
  // Who writes a vault that this stack creates.
  if (role === secretsOfficer.id) return [];
  if (role !== secretsUser.id) return [`it gives the role ${role}; this project gives ${secretsUser.name} only`];
  const principal = textIn(properties["principalId"]);
  const scope = readable(() => textIn(properties["scope"]));
  const isToken = scope === undefined ? name.includes("refresh-token-reader") : /refresh-token$/.test(scope);
  const entry = isToken ? "refresh-token" : "client-secret";
  return [
    ...(readerAllowedBy(policy, principal, entry)
      ? []
      : [`${principal} may not read the ${entry.replace("-", " ")}: ${addIt}`]),
    ...(scope === undefined || /\/secrets\/[^/]+$/.test(scope) ? [] : ["it reaches more than one entry of the vault"]),
  ];
}

const millisecondsADay = 86_400_000;

function lifetimeViolations(resource: DeclaredResource, { now, longestLifetimeDays: most }: RuleContext) {
  const { type, properties } = resource;
  if (type === types.clientSecretComponent) {
    const stated = properties["lifetimeDays"];
    return typeof stated === "number" && stated > most
      ? [`its client secrets live ${stated} days, and at most ${most} are allowed`]
      : [];
  }
  if (type !== types.password) return [];
  const endsAt = Date.parse(textIn(properties["endDate"]));
  if (Number.isNaN(endsAt)) return ["it has no end date: Entra would give it two years"];
  // A day more: end dates are whole days.
  const days = Math.ceil((endsAt - now.getTime()) / millisecondsADay) - 1;
  return days > most ? [`it ends in ${days} days, and at most ${most} are allowed`] : [];
}

function consentViolations({ type, properties }: DeclaredResource, { consentReason }: RuleContext): readonly string[] {
  if (type !== types.delegatedGrant) return [];
  // One that is not known yet is one user's all the same.
  const isForOne = readable(() => textIn(properties["userObjectId"])) !== "";
  if (isForOne) return [];
  return (consentReason ?? "").trim() === ""
    ? ["it gives consent for everybody in the tenant, and consent.reason does not say why"]
    : [];
}

/** Pulumi tells a policy nothing about `retainOnDelete`: the component that always sets it is known by its type. */
function principalViolations(
  { type, properties, parent, isProtected }: DeclaredResource,
  { apis = catalog }: RuleContext,
): readonly string[] {
  if (type !== types.principal) return [];
  const isAdopted = properties["useExisting"] === true;
  const isApi = isForeign(properties, apis);
  const isRetained = isProtected || parentType(parent) === grantsComponent;
  return [
    ...(isAdopted ? ["useExisting resets the settings that its tenant made, and destroy deletes it: look it up"] : []),
    ...(isApi && !isRetained
      ? ["it belongs to an API of somebody else and destroy would delete it: declare it through ApiPermissionGrants"]
      : []),
  ];
}

/** Our own application's client id is not known before it exists; a GUID of the catalog is somebody else's. */
function isForeign(properties: DeclaredResource["properties"], apis: readonly CatalogApi[]): boolean {
  const clientId = readable(() => textIn(properties["clientId"]));
  return clientId !== undefined && findApi(clientId, apis) !== undefined;
}

function audienceViolations({ type, properties }: DeclaredResource): readonly string[] {
  if (type === "pulumi:providers:azuread") {
    const isPersonal = readable(() => textIn(properties["tenantId"])) === personalAccounts;
    return isPersonal ? ["it signs in to Microsoft's tenant of personal accounts"] : [];
  }
  if (type !== types.application) return [];
  const audience = textIn(properties["signInAudience"]) || ownAudience;
  return audience === ownAudience ? [] : [`it lets ${audience} sign in; only ${ownAudience} is allowed`];
}

function parentType(urn: string | undefined): string | undefined {
  // urn:pulumi:stack::project::parentType$type::name
  return urn?.split("::")[2]?.split("$").at(-1);
}

/** A value that may be unknown in a preview; undefined then. Pulumi's library throws an error without a name or code of its own. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (/can't be known during preview$/.test((error as Error).message)) return undefined;
    throw error;
  }
}

function listIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : [];
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}
