import { microsoftGraph, microsoftPartner, microsoftPartnerCenter, type PermissionKind } from "./catalog";

/** One permission that may be requested, and why. */
export interface AllowedPermission {
  readonly apiClientId: string;
  readonly kind: PermissionKind;
  /** The permission's name. */
  readonly permission: string;
  readonly reason: string;
}

/** One principal that may read vault entries, and why. */
export interface AllowedReader {
  /** Object id in the vault's tenant, lower case. */
  readonly principalId: string;
  readonly name: string | undefined;
  /** Off unless written: a refresh token is a user's power with MFA for 90 days. */
  readonly mayReadRefreshTokens: boolean;
  readonly reason: string;
}

/** Someone whom the vault's owner gave roles on entries by hand, and why: `drift` lists everybody else. */
interface KnownWriter {
  /** Object id in the vault's tenant, lower case. */
  readonly principalId: string;
  readonly name: string | undefined;
  /** Name of a vault that a stack may create and then let it write; none when left out. */
  readonly vault?: string | undefined;
  readonly reason: string;
}

/** What may be granted beyond the built-in list. Other people than the requester own the file it comes from. */
export interface AccessPolicy {
  readonly permissions: readonly AllowedPermission[];
  readonly readers: readonly AllowedReader[];
  /** Default: no one. It grants nothing by itself. */
  readonly writers?: readonly KnownWriter[];
}

/** No exceptions: only the built-in list. */
export const emptyAccessPolicy: AccessPolicy = { permissions: [], readers: [] };

const signIn = "needed to sign the reporting user in";

/**
 * Allowed without an entry: the Partner APIs as the reporting user, and what a sign-in needs. Nothing here works without a user, and
 * reading a vault entry always needs an entry of the policy.
 */
export const builtInPermissions: readonly AllowedPermission[] = [
  {
    apiClientId: microsoftPartnerCenter.clientId,
    kind: "delegated",
    permission: "user_impersonation",
    reason: "the reports are read with it",
  },
  {
    apiClientId: microsoftPartner.clientId,
    kind: "delegated",
    permission: "user_impersonation",
    reason: "Microsoft's prerequisites name this API too",
  },
  ...["openid", "profile", "email", "offline_access", "User.Read"].map(
    (permission): AllowedPermission => ({
      apiClientId: microsoftGraph.clientId,
      kind: "delegated",
      permission,
      reason: signIn,
    }),
  ),
];

/** Whether a permission may be requested, and which entry says so. */
export function allowedBy(
  policy: AccessPolicy,
  wanted: { readonly apiClientId: string; readonly kind: PermissionKind; readonly permission: string },
): AllowedPermission | undefined {
  return [...builtInPermissions, ...policy.permissions].find(
    (entry) =>
      entry.apiClientId === wanted.apiClientId && entry.kind === wanted.kind && entry.permission === wanted.permission,
  );
}

/** Whether a principal may read what `entry` names, and which entry of the policy says so. */
export function readerAllowedBy(
  policy: AccessPolicy,
  principalId: string,
  entry: "client-secret" | "refresh-token",
): AllowedReader | undefined {
  const wanted = principalId.toLowerCase();
  return policy.readers.find(
    (reader) => reader.principalId === wanted && (entry === "client-secret" || reader.mayReadRefreshTokens),
  );
}
