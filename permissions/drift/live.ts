import type { PermissionKind } from "../catalog";
import type { ManifestRedirectUri } from "../manifest";

/** A credential as the directory shows it, with what it is to us. Its text is never read. */
export interface LiveCredential {
  readonly keyId: string;
  readonly name: string | null;
  /** UTC day. */
  readonly expires: string;
  /** Foreign: not created by this project. Orphan: our mark, unknown to state and record. */
  readonly kind: "current" | "previous" | "orphan" | "foreign";
}

/** A certificate or a trust in another issuer's tokens: this project makes neither. */
interface LiveTrust {
  readonly kind: "certificate" | "federated credential";
  readonly name: string;
}

export interface LiveApplication {
  readonly displayName: string;
  readonly audience: string;
  readonly redirectUris: readonly ManifestRedirectUri[];
  readonly ownerIds: readonly string[];
  readonly hasImplicitAccessTokens: boolean;
  readonly hasImplicitIdTokens: boolean;
  readonly isPublicClient: boolean;
  readonly requested: readonly {
    readonly apiClientId: string;
    readonly kind: PermissionKind;
    readonly permissionId: string;
  }[];
  readonly credentials: readonly LiveCredential[];
  readonly trusts: readonly LiveTrust[];
  /** What it offers to other applications: identifier URIs, permissions, roles, applications that need no consent. */
  readonly offers: readonly string[];
}

export interface LivePrincipal {
  readonly isEnabled: boolean;
  readonly isAssignmentRequired: boolean;
  readonly ownerIds: readonly string[];
  /** Passwords, certificates on the principal itself: they work like the application's own. */
  readonly trusts: readonly string[];
  /** Directory roles, groups and administrative units, by kind and name. */
  readonly memberships: readonly string[];
}

/** One delegated grant. */
interface LiveGrant {
  /** The API's client id; its object id when the tenant shows no principal for it. */
  readonly api: string;
  readonly scopes: readonly string[];
  /** User principal name or object id; null is everyone. */
  readonly user: string | null;
}

export interface LiveAccess {
  readonly on: "entry" | "vault" | "other";
  readonly vault: string | null;
  readonly entry: string | null;
  readonly scope: string | null;
  readonly role: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly condition: string | null;
}

/** What a tenant and a vault hold around one deployment. Null and empty mean: looked, and not there. */
export interface LiveDeployment {
  readonly application: LiveApplication | null;
  /** Further applications whose notes name this deployment; used ones have a principal or a credential. */
  readonly extraApplications: readonly { readonly objectId: string; readonly isUsed: boolean }[];
  readonly principal: LivePrincipal | null;
  readonly grants: readonly LiveGrant[];
  /** Application permissions it holds: API as in `LiveGrant`, id of the role. */
  readonly roles: readonly { readonly api: string; readonly role: string }[];
  /** Who is assigned to it. */
  readonly assigned: readonly { readonly role: string; readonly who: string }[];
  /** Service principals of the APIs it asks for. Null: not there. */
  readonly apis: readonly { readonly clientId: string; readonly isEnabled: boolean | null }[];
  readonly vaults: readonly {
    readonly vault: string;
    readonly isRoleBased: boolean;
    readonly hasSoftDelete: boolean;
    readonly hasPurgeProtection: boolean;
    readonly retentionDays: number;
    readonly publicNetwork: string;
  }[];
  /** Vaults that are used and not declared. Null: not there. */
  readonly usedVaults: readonly { readonly vault: string; readonly isRoleBased: boolean | null }[];
  /** Entries under the stack's prefix that no other deployment claims. */
  readonly entries: readonly {
    readonly vault: string;
    readonly entry: string;
    readonly isEnabled: boolean;
    readonly hasExpiry: boolean;
  }[];
  /** Roles assigned on exactly the declared entries and vaults. */
  readonly access: readonly LiveAccess[];
}
