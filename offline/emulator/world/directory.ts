import type { Collection } from "./collection";

/** JSON as Graph and ARM exchange it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A client secret as the directory keeps it: the text itself is gone, only its hash can be compared. */
export interface PasswordCredential {
  readonly keyId: string;
  readonly displayName: string | null;
  /** As received, because the caller gets the same text back (azuread replaces a credential whose dates read back differently). */
  readonly startDateTime: string;
  readonly endDateTime: string;
  /** First three characters of the text; Graph shows them. */
  readonly hint: string;
  readonly secretHash: string;
  /** Real time (`performance.now()`), from which the token endpoint's acceptance lag counts. */
  readonly addedAt: number;
}

/** A trust in tokens of another issuer (Graph `federatedIdentityCredential`). */
export interface FederatedCredential {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly description: string | null;
}

/** An application registration. `properties` holds every further Graph property exactly as Graph would answer it. */
export interface Application {
  readonly id: string;
  readonly appId: string;
  readonly createdDateTime: string;
  readonly properties: JsonObject;
  readonly passwordCredentials: readonly PasswordCredential[];
  readonly keyCredentials: readonly JsonObject[];
  readonly federatedCredentials: readonly FederatedCredential[];
  /** Object ids of owners, users or service principals. */
  readonly owners: readonly string[];
}

/** An application's presence in this tenant. First-party principals (Microsoft's APIs) cannot be deleted. */
export interface ServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly accountEnabled: boolean;
  readonly appRoleAssignmentRequired: boolean;
  readonly isFirstParty: boolean;
  readonly createdDateTime: string;
  readonly properties: JsonObject;
  readonly owners: readonly string[];
  /** Passwords of this principal alone, beside its application's; none when left out. */
  readonly passwordCredentials?: readonly PasswordCredential[];
  /** Names of the directory roles it is a member of; none when left out. */
  readonly roles?: readonly string[];
}

/** A delegated permission grant (Graph `oauth2PermissionGrant`). Ids are object ids, not client ids. */
export interface Grant {
  readonly id: string;
  readonly clientId: string;
  readonly resourceId: string;
  readonly consentType: "AllPrincipals" | "Principal";
  readonly principalId: string | null;
  readonly scope: string;
}

/** An app role assignment: of an application permission, or of a user to an application (role id all zeros). */
export interface AppRoleAssignment {
  readonly id: string;
  readonly appRoleId: string;
  readonly principalId: string;
  readonly principalType: "ServicePrincipal" | "User" | "Group";
  readonly resourceId: string;
  readonly createdDateTime: string;
}

export interface User {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly accountEnabled: boolean;
  /** The text itself: it is invented and opens nothing but this emulator, whose sign-in page shows it. */
  readonly password: string;
  readonly mfa: boolean;
  /** Partner Center roles by name (for example "Executive Report Viewer") and Entra directory roles. */
  readonly roles: readonly string[];
  readonly properties: JsonObject;
  readonly signIn: UserSignInState;
}

/** What the sign-in service keeps of a user. Times are the emulator's. */
export interface UserSignInState {
  /** Where the password has expired: in the cloud, or in the directory on the premises it comes from. */
  readonly passwordExpired: "cloud" | "on-premises" | null;
  readonly passwordChangedAt: string | null;
  /** The second factor is another company's, which the password grant cannot ask. */
  readonly hasExternalMfa: boolean;
  /** Refresh tokens issued before this are revoked; null: none is. */
  readonly sessionsValidFrom: string | null;
  /** Wrong passwords in a row: hashes of the last three, which do not count again, and the end of the lock. */
  readonly failures: { readonly count: number; readonly last: readonly string[]; readonly lockedUntil: string | null };
}

/** A user about whom there is nothing to say yet. */
export const untroubledSignIn: UserSignInState = {
  passwordExpired: null,
  passwordChangedAt: null,
  hasExternalMfa: false,
  sessionsValidFrom: null,
  failures: { count: 0, last: [], lockedUntil: null },
};

/** A soft-deleted directory object; Graph keeps it for 30 days. */
export interface DeletedObject {
  readonly id: string;
  readonly type: "application" | "servicePrincipal" | "user";
  readonly deletedDateTime: string;
  readonly object: Application | ServicePrincipal | User;
}

/** What a tenant's directory holds. */
export interface Directory {
  readonly applications: Collection<Application>;
  readonly servicePrincipals: Collection<ServicePrincipal>;
  readonly grants: Collection<Grant>;
  readonly assignments: Collection<AppRoleAssignment>;
  readonly users: Collection<User>;
  readonly deleted: Collection<DeletedObject>;
  /** Graph `policies/defaultAppManagementPolicy`, replaced as a whole by PATCH. */
  readonly policies: Collection<{ readonly id: string; readonly properties: JsonObject }>;
}
