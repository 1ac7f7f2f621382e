import type { Link } from "./links";
import type { GrantConsent, GrantedPermission, ManifestAssignment } from "./manifest";
import { linkText, type Reading, recordsOf, unreadable } from "./reading";
import { types } from "./resource-types";
import { isList, isUnreadable, readMap, readValue } from "./values";

/** Delegated permissions, one for each name a grant lists. */
export function readDelegated(reading: Reading): readonly GrantedPermission[] {
  return recordsOf(reading, types.delegatedGrant).flatMap((record) => {
    const { links } = reading;
    const claims = readValue(record.inputs["claimValues"]);
    const consent = consentOf(links.follow(record, "userObjectId"));
    const application = holderOf(links.follow(record, "servicePrincipalObjectId"));
    const api = apiOf(links.follow(record, "resourceServicePrincipalObjectId"));
    if (!isList(claims) || isUnreadable(claims) || !consent || !application || !api) {
      reading.keep(record, `a grant of delegated permissions: ${unreadable}`);
      return [];
    }
    // Entra keeps one text with blanks between names, so one item can hold several.
    const names = claims.flatMap((claim) => String(claim).split(/\s+/)).filter((name) => name !== "");
    return names.map((permission) => ({ application, api, kind: "delegated" as const, permission, consent }));
  });
}

interface Assigned {
  readonly granted: readonly GrantedPermission[];
  readonly assignments: readonly ManifestAssignment[];
}

/** App role assignments: a role of an API is a granted permission, one of our own application lets a user in. */
export function readAssigned(reading: Reading): Assigned {
  const granted: GrantedPermission[] = [];
  const assignments: ManifestAssignment[] = [];
  for (const record of recordsOf(reading, types.roleAssignment)) {
    const role = readMap(record.inputs)["appRoleId"];
    const resource = reading.links.follow(record, "resourceObjectId");
    const principal = reading.links.follow(record, "principalObjectId");
    if (typeof role !== "string" || !isReadable(resource) || !isReadable(principal)) {
      reading.keep(record, `an assignment of a role: ${unreadable}`);
    } else if (resource.kind === "principal") {
      assignments.push({ application: resource.application, role: role.toLowerCase(), who: linkText(principal) });
    } else {
      granted.push(applicationGrant(principal, resource, role));
    }
  }
  return { granted, assignments };
}

function applicationGrant(principal: Link, resource: Link, role: string): GrantedPermission {
  return {
    application: holderOf(principal) ?? linkText(principal),
    api: apiOf(resource) ?? linkText(resource),
    kind: "application",
    permission: role.toLowerCase(),
    consent: null,
  };
}

function isReadable(link: Link): boolean {
  return !["none", "unknown", "hidden"].includes(link.kind);
}

function consentOf(user: Link): GrantConsent | undefined {
  // Left out means everyone: Entra's `AllPrincipals`.
  if (user.kind === "none") return { for: "tenant" };
  return isReadable(user) ? { for: "user", user: linkText(user) } : undefined;
}

/** The application that holds the grant; anything else by what it is, so that it stands out. */
function holderOf(client: Link): string | undefined {
  if (client.kind === "principal") return client.application;
  return isReadable(client) ? linkText(client) : undefined;
}

function apiOf(resource: Link): string | undefined {
  if (resource.kind === "api") return resource.clientId.toLowerCase();
  return isReadable(resource) ? linkText(resource) : undefined;
}
