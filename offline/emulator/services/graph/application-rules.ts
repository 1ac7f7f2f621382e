import type { Application, JsonObject } from "../../world/directory";
import type { Tenant } from "../../world/world";
import { badRequest, type ErrorDetail } from "./errors";
import { isObject, objectsOf, textsOf } from "./merge";
import { redirectProblems } from "./redirect-rules";

const audiences = [
  "AzureADMyOrg",
  "AzureADMultipleOrgs",
  "AzureADandPersonalMicrosoftAccount",
  "PersonalMicrosoftAccount",
];
/** Longest display name the directory keeps (application resource type). */
const longestDisplayName = 256;
/** Limits of `requiredResourceAccess` (application resource type). */
const mostResources = 50;
const mostPermissions = 400;

/** Whether the application accepts personal accounts, which have narrower limits. */
export function admitsPersonalAccounts(properties: JsonObject): boolean {
  return String(properties["signInAudience"]).includes("Personal");
}

/** Refuses values that the directory would refuse, all of them at once. `current` is undefined for a new application. */
export function checkApplication(tenant: Tenant, next: Application, current: Application | undefined): void {
  const { properties } = next;
  const problems = [
    ...nameProblems(properties),
    ...audienceProblems(properties),
    ...redirectProblems(properties),
    ...resourceProblems(properties),
    ...entitlementProblems(properties),
  ];
  if (problems.length > 0) throw badRequest("One or more properties contains invalid values.", problems);
  checkIdentifierUris(tenant, next);
  if (current !== undefined) checkDisabledFirst(current.properties, properties);
}

/** Graph's detail about a refused value. */
export function invalidValue(target: string, message: string): ErrorDetail {
  return { code: "InvalidValue", message, target };
}

function nameProblems(properties: JsonObject): ErrorDetail[] {
  const name = properties["displayName"];
  if (typeof name !== "string" || name.trim() === "") {
    return [invalidValue("displayName", "A value is required for property 'displayName' of resource 'Application'.")];
  }
  if (name.length <= longestDisplayName) return [];
  return [
    invalidValue(
      "displayName",
      `Property 'displayName' has ${name.length} characters; at most ${longestDisplayName} are allowed.`,
    ),
  ];
}

function audienceProblems(properties: JsonObject): ErrorDetail[] {
  const audience = properties["signInAudience"];
  if (typeof audience === "string" && audiences.includes(audience)) return [];
  return [
    invalidValue(
      "signInAudience",
      `Invalid value '${String(audience)}' specified for property 'signInAudience' of resource 'Application'. Allowed: ${audiences.join(", ")}.`,
    ),
  ];
}

function resourceProblems(properties: JsonObject): ErrorDetail[] {
  const resources = objectsOf(properties["requiredResourceAccess"]);
  const permissions = resources.flatMap((resource) => objectsOf(resource["resourceAccess"]));
  const ids = resources.map((resource) => String(resource["resourceAppId"]).toLowerCase());
  const problems: ErrorDetail[] = [];
  const refuse = (message: string) => problems.push(invalidValue("requiredResourceAccess", message));
  if (resources.length > mostResources)
    refuse(`requiredResourceAccess names ${resources.length} resources; at most ${mostResources} are allowed.`);
  if (permissions.length > mostPermissions)
    refuse(`requiredResourceAccess names ${permissions.length} permissions; at most ${mostPermissions} are allowed.`);
  if (new Set(ids).size < ids.length) refuse("requiredResourceAccess names one resource twice.");
  return problems;
}

/** Roles and scopes share one id space, and their values must differ too. */
function entitlementProblems(properties: JsonObject): ErrorDetail[] {
  const all = entitlements(properties);
  const ids = all.map((entry) => String(entry["id"]).toLowerCase());
  const values = all.flatMap((entry) =>
    typeof entry["value"] === "string" && entry["value"] !== "" ? [entry["value"]] : [],
  );
  const problems: ErrorDetail[] = [];
  if (new Set(ids).size < ids.length)
    problems.push({
      code: "DuplicateValue",
      message: "Request contains a property with duplicate values.",
      target: "id",
    });
  if (new Set(values).size < values.length) {
    problems.push({
      code: "DuplicateValue",
      message: "It contains duplicate value. Please Provide unique value.",
      target: "value",
    });
  }
  return problems;
}

/** Every app role and delegated scope that the application publishes. */
function entitlements(properties: JsonObject): JsonObject[] {
  const api = properties["api"];
  return [...objectsOf(properties["appRoles"]), ...(isObject(api) ? objectsOf(api["oauth2PermissionScopes"]) : [])];
}

/** An enabled role or scope cannot be changed or removed in one step: tokens may carry it. */
function checkDisabledFirst(before: JsonObject, after: JsonObject): void {
  const kept = new Map(entitlements(after).map((entry) => [entry["id"], entry]));
  const broken = entitlements(before).some((entry) => {
    if (entry["isEnabled"] !== true) return false;
    const next = kept.get(entry["id"] ?? null);
    return next === undefined || !isSameButEnabled(entry, next);
  });
  if (!broken) return;
  const message = "Permission (scope or role) cannot be deleted or updated unless disabled first.";
  throw badRequest(message, [{ code: "CannotDeleteOrUpdateEnabledEntitlement", message, target: "permissionEntry" }]);
}

function isSameButEnabled(left: JsonObject, right: JsonObject): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  names.delete("isEnabled");
  return [...names].every((name) => JSON.stringify(left[name] ?? null) === JSON.stringify(right[name] ?? null));
}

function checkIdentifierUris(tenant: Tenant, next: Application): void {
  for (const uri of textsOf(next.properties["identifierUris"])) {
    if (!isOwnIdentifier(tenant, next.appId, uri)) {
      const message = `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${uri}'`;
      throw badRequest(message, [{ code: "HostNameNotOnVerifiedDomain", message, target: "identifierUris" }]);
    }
    const isTaken = tenant.applications
      .all()
      .some((other) => other.id !== next.id && textsOf(other.properties["identifierUris"]).includes(uri));
    if (isTaken) {
      const message = "Another object with the same value for property identifierUris already exists.";
      throw badRequest(message, [{ code: "ObjectConflict", message, target: "identifierUris" }]);
    }
  }
}

/** `api://<client or tenant id>` with an optional rest, or an address on the tenant's own domain. */
function isOwnIdentifier(tenant: Tenant, appId: string, uri: string): boolean {
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(uri)?.[1]?.toLowerCase();
  if (host === undefined) return false;
  if (uri.startsWith("api://") && (host === appId || host === tenant.id)) return true;
  return host === tenant.domain || host.endsWith(`.${tenant.domain}`);
}
