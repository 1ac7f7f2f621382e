import type { PermissionKind } from "../catalog";

/** The layout of a manifest. A reader refuses any other: an old digest must never be compared with a new layout. */
export const manifestSchema = "partner-access/manifest/2";

/**
 * Everything one stack grants, normalised and sorted. It holds rules, never dates, and names resources by what they are, never
 * by an id that Microsoft has yet to choose: so it is the same under mocks, in a preview, on every day and machine.
 *
 * Permissions appear the way Entra stores them (ids where requested, names where granted to users). Names and judgements
 * are looked up when a report is made; in here they would change the digest whenever the catalog learns something.
 */
export interface AccessManifest {
  readonly schema: typeof manifestSchema;
  /** What the stack's file and `Pulumi.yaml` decide beside the program. */
  readonly settings: readonly ManifestSetting[];
  /** Which tenants and subscriptions the stack writes to. */
  readonly signIns: readonly ManifestSignIn[];
  readonly applications: readonly ManifestApplication[];
  readonly requested: readonly RequestedPermission[];
  readonly granted: readonly GrantedPermission[];
  /** Who may sign in to an application, or hold one of its roles. */
  readonly assignments: readonly ManifestAssignment[];
  readonly credentials: readonly CredentialRule[];
  readonly vaults: readonly ManifestVault[];
  readonly entries: readonly ManifestEntry[];
  readonly vaultAccess: readonly VaultAccess[];
  /** What this version cannot read. Kept, and rated high: silence would hide it. */
  readonly unrecognised: readonly UnrecognisedGrant[];
}

/**
 * A setting that no resource shows: who can open the state, what code runs with the identities, which identity writes the vault. A text that
 * is long, or may be a secret, is there by its hash.
 */
export interface ManifestSetting {
  readonly file: "stack" | "project";
  /** Its path in the file, such as `secretsprovider` or `runtime.options.nodeargs`. */
  readonly key: string;
  readonly value: string;
}

/** One provider and the place it works in. */
export interface ManifestSignIn {
  readonly provider: string;
  readonly environment: string;
  readonly tenantId: string | null;
  readonly subscriptionId: string | null;
}

/** An application with its service principal: the settings that decide who can use it, and how. */
export interface ManifestApplication {
  /** The name of the resource in the program. */
  readonly application: string;
  readonly displayName: string;
  /** Entra's `signInAudience`. */
  readonly audience: string;
  readonly redirectUris: readonly ManifestRedirectUri[];
  /** "deployer", or object ids. */
  readonly owners: readonly string[];
  readonly hasImplicitAccessTokens: boolean;
  readonly hasImplicitIdTokens: boolean;
  readonly isPublicClient: boolean;
  /** Null: no service principal is declared, so no one can sign in here. */
  readonly principal: ManifestPrincipal | null;
}

export interface ManifestRedirectUri {
  readonly platform: "web" | "single-page" | "public-client";
  readonly uri: string;
}

/** The application's presence in the tenant. */
export interface ManifestPrincipal {
  readonly isEnabled: boolean;
  readonly isAssignmentRequired: boolean;
  readonly owners: readonly string[];
}

/** Listed on the application. Does nothing until it is granted. */
export interface RequestedPermission {
  readonly application: string;
  readonly apiClientId: string;
  readonly kind: PermissionKind;
  readonly permissionId: string;
}

/** Consented in the tenant. */
export interface GrantedPermission {
  /** Who holds it: an application of this manifest, or the object id of something else. */
  readonly application: string;
  /** The API's client id, or the object id of a service principal that the records do not name. */
  readonly api: string;
  readonly kind: PermissionKind;
  /** Delegated: the name. Application: the id of the app role. */
  readonly permission: string;
  /** For whom a delegated permission was granted; null for application permissions, where no user is involved. */
  readonly consent: GrantConsent | null;
}

/** "tenant" is everyone who signs in. A user is a user principal name, or an object id that the records do not name. */
export type GrantConsent = { readonly for: "tenant" } | { readonly for: "user"; readonly user: string };

export interface ManifestAssignment {
  readonly application: string;
  /** Id of the application's role; all zeros is plain access. */
  readonly role: string;
  /** A user principal name, "deployer", or an object id. */
  readonly who: string;
}

/** How long a client secret lives and when it is replaced. Null: the records do not say. */
export interface CredentialRule {
  readonly application: string;
  readonly everyDays: number | null;
  readonly overlapDays: number | null;
  readonly lifetimeDays: number | null;
}

/** A vault this stack declares; one that is only used does not appear here. */
export interface ManifestVault {
  readonly vault: string;
  readonly isRoleBased: boolean;
  readonly hasSoftDelete: boolean;
  readonly hasPurgeProtection: boolean;
  readonly retentionDays: number;
  readonly publicNetwork: string;
}

export interface ManifestEntry {
  readonly vault: string;
  readonly entry: string;
  readonly isEnabled: boolean;
  readonly hasExpiry: boolean;
  /** Whether Pulumi treats the value as a secret. */
  readonly isSecret: boolean;
}

/** One role on a vault, one of its entries, or something else in Azure. */
export interface VaultAccess {
  readonly on: "entry" | "vault" | "other";
  /** Null where the role is on something else. */
  readonly vault: string | null;
  readonly entry: string | null;
  /** The Azure resource id, where it is something else. */
  readonly scope: string | null;
  /** Id of the role definition, the same in every tenant for built-in roles. */
  readonly role: string;
  /** An object id, "vault-writer" for the identity that writes the vault, or "the application …". */
  readonly principal: string;
  readonly principalType: string;
  /** The name given to a reader. Beside the id only: nothing proves it. */
  readonly name: string | null;
  readonly condition: string | null;
}

/** A resource or a setting that may grant something and that this version cannot judge. */
export interface UnrecognisedGrant {
  readonly type: string;
  readonly name: string;
  /** What it holds, property by property; secret values are never in here. */
  readonly properties: readonly UnrecognisedProperty[];
  readonly why: string;
}

export interface UnrecognisedProperty {
  readonly property: string;
  readonly value: string;
}

/** Nothing granted: what a stack that does not exist yet, or no longer, is compared with. */
export const emptyManifest: AccessManifest = {
  schema: manifestSchema,
  settings: [],
  signIns: [],
  applications: [],
  requested: [],
  granted: [],
  assignments: [],
  credentials: [],
  vaults: [],
  entries: [],
  vaultAccess: [],
  unrecognised: [],
};
