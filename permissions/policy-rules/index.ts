import { counted } from "../../model/command-line";
import { allowedBy, builtInPermissions } from "../access-policy";
import { catalog, findApi, findPermission } from "../catalog";
import { types } from "../manifest/resource-types";
import { azureRoleViolations } from "./azure-roles";
import { declaredViolations } from "./declared-types";
import {
  addIt,
  type DeclaredResource,
  ifKnown,
  listIn,
  parentType,
  type ResourceRule,
  type RuleContext,
  textIn,
} from "./rule";

export {
  type ConfiguredAccess,
  type ResourceRule,
  type RuleContext,
  violationsOf,
} from "./rule";

/** The role that says no more than "may sign in". */
const defaultRole = "00000000-0000-0000-0000-000000000000";
const grantsComponent = "partner-access:index:ApiPermissionGrants";
const ownAudience = "AzureADMyOrg";
const personalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

export const resourceRules: readonly ResourceRule[] = [
  {
    name: "known-resources",
    description: "Only resource types and settings whose grants can be judged may be declared.",
    violations: declaredViolations,
  },
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
    description: "Only readers of access-policy.yaml may read an entry of this stack, and never the whole vault.",
    violations: azureRoleViolations,
  },
  {
    name: "secret-lifetime",
    description: "Every client secret expires, at the latest after the longest allowed lifetime.",
    violations: lifetimeViolations,
  },
  {
    name: "tenant-wide-consent-needs-a-reason",
    description: "Consent for everyone in the tenant needs a reason.",
    violations: consentViolations,
  },
  {
    name: "api-principals-are-retained",
    description:
      "A service principal of another publisher's API is never adopted, and is kept when this stack is destroyed.",
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

function roleViolations(resource: DeclaredResource, { policy, configured, apis = catalog }: RuleContext) {
  const { type, properties, parent } = resource;
  if (type !== types.roleAssignment) return [];
  const role = textIn(properties["appRoleId"]).toLowerCase();
  if (role === defaultRole) {
    const isConfigured = configured?.isUserAssigned === true && parentType(parent) === types.applicationComponent;
    return isConfigured ? [] : ["it lets a user sign in who is not named in the configuration (reportingUser)"];
  }
  const found = apis.flatMap((api) => {
    const permission = findPermission(api, role, "application")?.name;
    return permission === undefined ? [] : [{ apiClientId: api.clientId, kind: "application" as const, permission }];
  });
  if (found.some((wanted) => allowedBy(policy, wanted) !== undefined)) return [];
  return [`it grants the application permission ${found[0]?.permission ?? role}, which is not allowed: ${addIt}`];
}

const millisecondsADay = 86_400_000;

function lifetimeViolations(resource: DeclaredResource, { now, longestLifetimeDays: most }: RuleContext) {
  const { type, properties } = resource;
  if (type === types.clientSecretComponent) {
    const stated = properties["lifetimeDays"];
    return typeof stated === "number" && stated > most
      ? [`its client secrets live ${counted(stated, "day")}, and at most ${most} are allowed`]
      : [];
  }
  if (type !== types.password) return [];
  const endsAt = Date.parse(textIn(properties["endDate"]));
  if (Number.isNaN(endsAt)) return ["it has no end date: Entra would give it two years"];
  // A day more: end dates are whole days.
  const days = Math.ceil((endsAt - now.getTime()) / millisecondsADay) - 1;
  return days > most ? [`it ends in ${counted(days, "day")}, and at most ${most} are allowed`] : [];
}

function consentViolations({ type, properties }: DeclaredResource, { configured }: RuleContext): readonly string[] {
  if (type !== types.delegatedGrant || (configured?.consentReason ?? "").trim() !== "") return [];
  return textIn(properties["userObjectId"]) !== ""
    ? []
    : ["it gives consent for everyone in the tenant without a consent.reason"];
}

/**
 * Pulumi tells a policy nothing about `retainOnDelete`: the component that always sets it is known by its type. The client id of our own
 * application is not known before it exists; whose principal it is, its parent says.
 */
function principalViolations(
  { type, properties, parent, isProtected }: DeclaredResource,
  { apis = catalog }: RuleContext,
): readonly string[] {
  if (type !== types.principal) return [];
  const isAdopted = properties["useExisting"] === true;
  const isOurs = parentType(parent) === types.applicationComponent;
  const clientId = isOurs ? ifKnown(() => textIn(properties["clientId"])) : textIn(properties["clientId"]);
  const isApi = findApi(clientId ?? "", apis) !== undefined;
  const isRetained = isProtected || parentType(parent) === grantsComponent;
  return [
    ...(isAdopted ? ["useExisting resets the settings that its tenant made, and destroy deletes it: look it up"] : []),
    ...(isApi && !isRetained
      ? ["it belongs to another publisher's API and destroy would delete it: declare it through ApiPermissionGrants"]
      : []),
    ...(isApi || isOurs ? [] : [`it brings the application ${clientId} into the tenant, which was not judged`]),
  ];
}

function audienceViolations({ type, properties }: DeclaredResource): readonly string[] {
  if (type === "pulumi:providers:azuread") {
    const isPersonal = properties["tenantId"] === personalAccounts;
    return isPersonal ? ["it signs in to Microsoft's tenant of personal accounts"] : [];
  }
  if (type !== types.application) return [];
  const audience = textIn(properties["signInAudience"]) || ownAudience;
  return audience === ownAudience ? [] : [`it lets ${audience} sign in; only ${ownAudience} is allowed`];
}
