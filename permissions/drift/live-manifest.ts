import {
  type AccessManifest,
  emptyManifest,
  type GrantedPermission,
  type ManifestAssignment,
  type ManifestEntry,
  type RequestedPermission,
  type VaultAccess,
} from "../manifest";
import type { LiveAccess, LiveApplication, LiveDeployment, LivePrincipal } from "./live";

/**
 * What is there, in the words of the manifest that declares it: equal texts where both mean the same. What no look can tell
 * (the places the stack signs in to, a rule, a resource the manifest itself could not judge) is taken as declared.
 */
export function liveManifest(live: LiveDeployment, declared: AccessManifest): AccessManifest {
  const name = applicationName(declared);
  return {
    ...emptyManifest,
    settings: declared.settings,
    signIns: declared.signIns,
    unrecognised: declared.unrecognised,
    ...(live.application === null ? withoutApplication(declared) : directory(live, live.application, name, declared)),
    vaults: live.vaults,
    entries: live.entries.map((entry) => liveEntry(entry, declared)),
    vaultAccess: live.access.map((access) => liveAccess(access, live.access, declared)),
  };
}

/** The name of the one application that a manifest declares. */
export function applicationName({ applications }: AccessManifest): string {
  return applications[0]?.application ?? "application";
}

/** A missing application is reported once, not permission by permission. */
function withoutApplication(declared: AccessManifest): Partial<AccessManifest> {
  const { applications, requested, granted, assignments, credentials } = declared;
  return { applications, requested, granted, assignments, credentials };
}

function directory(live: LiveDeployment, application: LiveApplication, name: string, declared: AccessManifest) {
  const [was] = declared.applications;
  return {
    applications: [
      {
        application: name,
        displayName: application.displayName,
        audience: application.audience,
        redirectUris: application.redirectUris,
        owners: owners(application.ownerIds, was?.owners ?? []),
        hasImplicitAccessTokens: application.hasImplicitAccessTokens,
        hasImplicitIdTokens: application.hasImplicitIdTokens,
        isPublicClient: application.isPublicClient,
        principal: live.principal && principal(live.principal, was?.principal?.owners ?? []),
      },
    ],
    requested: application.requested.map((it): RequestedPermission => ({ application: name, ...it })),
    granted: granted(live, name, declared),
    assignments: live.assigned.map(
      ({ role, who }): ManifestAssignment => ({ application: name, role, who: spelled(who, declared) }),
    ),
    // A rule cannot be seen; that a secret follows it can: it is the one that the vault's record publishes.
    credentials: application.credentials.some(({ kind }) => kind === "current") ? declared.credentials : [],
  };
}

function principal({ isEnabled, isAssignmentRequired, ownerIds }: LivePrincipal, declared: readonly string[]) {
  return { isEnabled, isAssignmentRequired, owners: owners(ownerIds, declared) };
}

/**
 * "deployer" in a manifest means the identity that deployed first, which cannot be read. A single owner is treated as the deployer; several
 * are all shown, because it could be any of them.
 */
function owners(ids: readonly string[], declared: readonly string[]): readonly string[] {
  const isDeployer = ids.length === 1 && declared.length === 1 && declared[0] === "deployer";
  return isDeployer ? declared : ids.map((id) => id.toLowerCase());
}

function granted({ grants, roles }: LiveDeployment, application: string, declared: AccessManifest) {
  const delegated = grants.flatMap(({ api, scopes, user }) =>
    scopes.map(
      (permission): GrantedPermission => ({
        application,
        api,
        kind: "delegated",
        permission,
        consent: user === null ? { for: "tenant" } : { for: "user", user: spelled(user, declared) },
      }),
    ),
  );
  const held = roles.map(
    ({ api, role }): GrantedPermission => ({ application, api, kind: "application", permission: role, consent: null }),
  );
  return [...delegated, ...held];
}

/** A name as the manifest spells it: Entra ignores the case of user principal names. */
function spelled(name: string, { granted, assignments }: AccessManifest): string {
  const known = [
    ...granted.flatMap(({ consent }) => (consent?.for === "user" ? [consent.user] : [])),
    ...assignments.map(({ who }) => who),
  ];
  return known.find((it) => it.toLowerCase() === name.toLowerCase()) ?? name;
}

function liveEntry(entry: LiveDeployment["entries"][number], { entries }: AccessManifest): ManifestEntry {
  const was = entries.find((it) => same(it.vault, entry.vault) && same(it.entry, entry.entry));
  // An entry that is declared disabled is filled and enabled later, by the sign-in.
  const isPlaceholder = was?.isEnabled === false;
  return {
    vault: was?.vault ?? entry.vault,
    entry: was?.entry ?? entry.entry,
    isEnabled: isPlaceholder ? false : entry.isEnabled,
    hasExpiry: isPlaceholder ? was.hasExpiry : entry.hasExpiry,
    isSecret: was?.isSecret ?? true,
  };
}

function liveAccess(access: LiveAccess, all: readonly LiveAccess[], { vaultAccess }: AccessManifest): VaultAccess {
  const candidates = vaultAccess.filter((it) => isSameRole(it, access));
  // The identity that writes a vault has no id in a manifest: a single holder of its role on the vault is treated as that identity.
  const isAlone = all.filter((it) => isSameRole(it, access)).length === 1;
  const was =
    candidates.find((it) => same(it.principal, access.principalId)) ??
    candidates.find((it) => isAlone && it.principal === "vault-writer");
  const { on, vault, entry, scope, role, principalId, principalType, condition } = access;
  const asFound = { on, vault, entry, scope, role, principal: principalId.toLowerCase(), name: null };
  return { ...asFound, ...was, principalType, condition };
}

type Role = Pick<LiveAccess, "on" | "vault" | "entry" | "scope" | "role">;

function isSameRole(one: Role, other: Role): boolean {
  const isThere = same(one.vault, other.vault) && same(one.entry, other.entry) && same(one.scope, other.scope);
  return one.on === other.on && one.role === other.role && isThere;
}

/** Azure ignores the case of names and ids. */
function same(one: string | null, other: string | null): boolean {
  return (one ?? "").toLowerCase() === (other ?? "").toLowerCase();
}
