import { z } from "zod";
import { connectGraph, type GraphOptions, graphId } from "./connection";
import type { GraphCredential } from "./reading";

/** A redirect URI with the platform it is registered for. */
interface RedirectUri {
  readonly platform: "web" | "single-page" | "public-client";
  readonly uri: string;
}

/** Everything of an app registration that decides who can use it, and how. */
export interface FullApplication {
  readonly objectId: string;
  readonly displayName: string;
  readonly audience: string;
  readonly redirectUris: readonly RedirectUri[];
  readonly hasImplicitAccessTokens: boolean;
  readonly hasImplicitIdTokens: boolean;
  readonly isPublicClient: boolean;
  readonly requested: readonly {
    readonly apiClientId: string;
    readonly kind: "delegated" | "application";
    readonly permissionId: string;
  }[];
  readonly secrets: readonly GraphCredential[];
  /** Names of its certificates. */
  readonly certificates: readonly string[];
  /** Identifier URIs, permissions, roles and pre-authorised applications that it offers. */
  readonly offers: readonly string[];
}

/** A service principal with the credentials that hang on itself. */
export interface FullPrincipal {
  readonly objectId: string;
  readonly isEnabled: boolean;
  readonly isAssignmentRequired: boolean;
  /** Secrets and certificates of the principal, not of its application. */
  readonly credentials: readonly string[];
}

/** What an API's principal publishes in a tenant. */
interface PublishedPermission {
  readonly id: string;
  readonly name: string;
  readonly kind: "delegated" | "application";
  readonly title: string;
  readonly description: string;
  /** Whether only an administrator may consent. */
  readonly adminConsent: boolean;
}

export interface PublishedApi {
  readonly clientId: string;
  readonly displayName: string;
  readonly permissions: readonly PublishedPermission[];
}

/** Reads what the small readers leave out. Undefined and empty mean looked and not there; a failed look throws. */
export interface DirectoryView {
  application(clientId: string): Promise<FullApplication | undefined>;
  principal(clientId: string): Promise<FullPrincipal | undefined>;
  principalOwners(objectId: string): Promise<readonly string[]>;
  /** Names of the trusts in tokens of other issuers. */
  federatedCredentials(applicationObjectId: string): Promise<readonly string[]>;
  /** Directory roles, groups and administrative units, nested ones included, by kind and name. */
  memberships(principalObjectId: string): Promise<readonly string[]>;
  /** The user principal name of a user; undefined when the tenant has no such user. */
  userName(objectId: string): Promise<string | undefined>;
  publishedApi(clientId: string): Promise<PublishedApi | undefined>;
}

/** An object as Graph answers it. */
type Raw = Readonly<Record<string, unknown>>;

const objectWithId = z.looseObject({ id: graphId });
const credentials = { passwordCredentials: z.array(z.looseObject({})), keyCredentials: z.array(z.looseObject({})) };
/** What decides who may do what is always part of Graph's answer; an answer without it is no "none". */
const application = objectWithId.extend({
  signInAudience: z.string(),
  requiredResourceAccess: z.array(z.looseObject({})),
  ...credentials,
});
const principal = objectWithId.extend({
  accountEnabled: z.boolean(),
  appRoleAssignmentRequired: z.boolean(),
  ...credentials,
});
const api = z.looseObject({
  appId: graphId,
  oauth2PermissionScopes: z.array(z.looseObject({})),
  appRoles: z.array(z.looseObject({})),
});
const trust = z.object({ name: z.string(), issuer: z.string(), subject: z.string().nullish() });

/** A reader of Microsoft Graph v1.0. `Application.Read.All` and `Directory.Read.All` are enough for all of it. */
export function createDirectoryView(options: GraphOptions): DirectoryView {
  const { read, list: pages } = connectGraph(options);
  return {
    application: async (clientId) => {
      const raw = await read(`/applications(appId='${clientId}')`, application);
      return raw && readApplication(raw);
    },
    principal: async (clientId) => {
      const raw = await read(`/servicePrincipals(appId='${clientId}')`, principal);
      return raw && readPrincipal(raw);
    },
    principalOwners: async (objectId) =>
      (await pages(`/servicePrincipals/${objectId}/owners`, objectWithId)).map(({ id }) => id),
    federatedCredentials: async (objectId) =>
      (await pages(`/applications/${objectId}/federatedIdentityCredentials`, trust)).map(
        ({ name, issuer, subject }) => `${name}: ${String(subject)} of ${issuer}`,
      ),
    memberships: async (objectId) =>
      (await pages(`/servicePrincipals/${objectId}/transitiveMemberOf`, objectWithId)).map(membershipName),
    userName: async (objectId) =>
      (await read(`/users/${objectId}`, z.object({ userPrincipalName: graphId })))?.userPrincipalName,
    publishedApi: async (clientId) => {
      const raw = await read(`/servicePrincipals(appId='${clientId}')`, api);
      return raw && readApi(raw);
    },
  };
}

function readApplication(raw: Raw): FullApplication {
  const web = object(raw["web"]);
  const implicit = object(web["implicitGrantSettings"]);
  return {
    objectId: text(raw["id"]),
    displayName: text(raw["displayName"]),
    audience: text(raw["signInAudience"]),
    redirectUris: [
      ...redirectUris("web", web),
      ...redirectUris("single-page", object(raw["spa"])),
      ...redirectUris("public-client", object(raw["publicClient"])),
    ],
    hasImplicitAccessTokens: implicit["enableAccessTokenIssuance"] === true,
    hasImplicitIdTokens: implicit["enableIdTokenIssuance"] === true,
    isPublicClient: raw["isFallbackPublicClient"] === true,
    requested: objects(raw["requiredResourceAccess"]).flatMap((api) =>
      objects(api["resourceAccess"]).map(({ id, type }) => ({
        apiClientId: text(api["resourceAppId"]).toLowerCase(),
        kind: type === "Role" ? ("application" as const) : ("delegated" as const),
        permissionId: text(id).toLowerCase(),
      })),
    ),
    secrets: objects(raw["passwordCredentials"]).map((it) => ({
      keyId: text(it["keyId"]),
      displayName: it["displayName"] === null ? null : text(it["displayName"]),
      startDateTime: text(it["startDateTime"]),
      endDateTime: text(it["endDateTime"]),
    })),
    certificates: objects(raw["keyCredentials"]).map(credentialName),
    offers: offersOf(raw),
  };
}

function offersOf(raw: Raw): readonly string[] {
  const api = object(raw["api"]);
  return [
    ...list(raw["identifierUris"]).map((uri) => `the address ${text(uri)}`),
    ...objects(api["oauth2PermissionScopes"]).map(({ value }) => `the permission ${text(value)}`),
    ...objects(api["preAuthorizedApplications"]).map(({ appId }) => `itself without consent to ${text(appId)}`),
    ...objects(raw["appRoles"]).map(({ value, displayName }) => `the role ${text(value ?? displayName)}`),
  ];
}

function readPrincipal(raw: Raw): FullPrincipal {
  return {
    objectId: text(raw["id"]),
    isEnabled: raw["accountEnabled"] === true,
    isAssignmentRequired: raw["appRoleAssignmentRequired"] === true,
    credentials: [
      ...objects(raw["passwordCredentials"]).map((it) => `client secret ${credentialName(it)}`),
      ...objects(raw["keyCredentials"]).map((it) => `certificate ${credentialName(it)}`),
    ],
  };
}

function readApi(raw: Raw): PublishedApi {
  const delegated = objects(raw["oauth2PermissionScopes"])
    .filter(({ isEnabled }) => isEnabled !== false)
    .map((scope) => ({
      id: text(scope["id"]).toLowerCase(),
      name: text(scope["value"]),
      kind: "delegated" as const,
      title: text(scope["adminConsentDisplayName"]),
      description: text(scope["adminConsentDescription"]),
      adminConsent: scope["type"] !== "User",
    }));
  const roles = objects(raw["appRoles"])
    .filter(
      ({ isEnabled, allowedMemberTypes }) => isEnabled !== false && list(allowedMemberTypes).includes("Application"),
    )
    .map((role) => ({
      id: text(role["id"]).toLowerCase(),
      name: text(role["value"]),
      kind: "application" as const,
      title: text(role["displayName"]),
      description: text(role["description"]),
      adminConsent: true,
    }));
  return { clientId: text(raw["appId"]), displayName: text(raw["displayName"]), permissions: [...delegated, ...roles] };
}

function redirectUris(platform: RedirectUri["platform"], settings: Raw): readonly RedirectUri[] {
  return list(settings["redirectUris"]).map((uri) => ({ platform, uri: text(uri) }));
}

function membershipName({ "@odata.type": type, displayName, id }: Raw): string {
  const kind = text(type).replace("#microsoft.graph.", "") || "something";
  const words: Readonly<Record<string, string>> = {
    directoryRole: "the directory role",
    group: "the group",
    administrativeUnit: "the administrative unit",
  };
  // Without the right to read such an object Graph names its kind and id only.
  return `${words[kind] ?? kind} ${text(displayName) || text(id)}`;
}

function credentialName({ displayName, keyId }: Raw): string {
  return text(displayName) || text(keyId);
}

function object(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

function objects(value: unknown): readonly Raw[] {
  return list(value).map(object);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
