import type { TokenCredential } from "@azure/identity";
import { Client, GraphError } from "@microsoft/microsoft-graph-client";
import { unansweredError } from "./errors";

/** A credential of an application, without its text. */
export interface GraphCredential {
  readonly keyId: string;
  readonly displayName: string | null;
  readonly startDateTime: string;
  readonly endDateTime: string;
}

export interface GraphApplication {
  readonly applicationObjectId: string;
  readonly clientId: string;
  readonly displayName: string;
  readonly requested: readonly {
    readonly apiClientId: string;
    readonly permissions: readonly { readonly id: string; readonly kind: "delegated" | "application" }[];
  }[];
  readonly credentials: readonly GraphCredential[];
}

export interface GraphPrincipal {
  readonly objectId: string;
  readonly clientId: string;
  readonly displayName: string;
  readonly isEnabled: boolean;
  readonly isAssignmentRequired: boolean;
}

/** A delegated permission grant, with the API by object id as Graph keeps it. */
export interface GraphGrant {
  readonly apiObjectId: string;
  readonly scopes: readonly string[];
  /** The one user it holds for; undefined means every user of the tenant. */
  readonly userObjectId: string | undefined;
}

/** What the commands read from a partner tenant's directory. */
export interface Graph {
  application(clientId: string): Promise<GraphApplication | undefined>;
  principal(clientId: string): Promise<GraphPrincipal | undefined>;
  principalByObjectId(objectId: string): Promise<GraphPrincipal | undefined>;
  /** Grants that were given to this principal. */
  grants(principalObjectId: string): Promise<readonly GraphGrant[]>;
  /** Who is assigned to this principal (users, groups or applications), by display name. */
  assignedTo(principalObjectId: string): Promise<readonly { readonly name: string; readonly objectId: string }[]>;
}

export interface GraphOptions {
  /** `https://graph.microsoft.com`, without a version. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
}

interface Page {
  readonly value: readonly Record<string, unknown>[];
  readonly "@odata.nextLink"?: string;
}

/** Microsoft's client, signed in. Retries are its own: 429, 503 and 504, with Retry-After. */
export function connectGraph(options: GraphOptions): Client {
  return Client.initWithMiddleware({
    baseUrl: options.endpoint,
    customHosts: new Set([new URL(options.endpoint).hostname]),
    authProvider: {
      getAccessToken: async () => (await options.credential.getToken(`${options.endpoint}/.default`))?.token ?? "",
    },
  });
}

/** A reader of Microsoft Graph v1.0. */
export function createGraph(options: GraphOptions): Graph {
  const client = connectGraph(options);
  const one = async (path: string) => {
    try {
      return (await client.api(path).version("v1.0").get()) as Record<string, unknown>;
    } catch (error) {
      if (error instanceof GraphError && error.statusCode === 404) return undefined;
      throw describeGraphError(error, path);
    }
  };
  const all = async (path: string) => {
    const found: Record<string, unknown>[] = [];
    try {
      let page = (await client.api(path).version("v1.0").get()) as Page;
      found.push(...page.value);
      while (page["@odata.nextLink"] !== undefined) {
        page = (await client.api(page["@odata.nextLink"]).get()) as Page;
        found.push(...page.value);
      }
    } catch (error) {
      throw describeGraphError(error, path);
    }
    return found;
  };
  return {
    application: async (clientId) => {
      const found = await one(`/applications(appId='${clientId}')`);
      return found === undefined ? undefined : readApplication(found);
    },
    principal: async (clientId) => {
      const found = await one(`/servicePrincipals(appId='${clientId}')`);
      return found === undefined ? undefined : readPrincipal(found);
    },
    principalByObjectId: async (objectId) => {
      const found = await one(`/servicePrincipals/${objectId}`);
      return found === undefined ? undefined : readPrincipal(found);
    },
    grants: async (objectId) =>
      (await all(`/servicePrincipals/${objectId}/oauth2PermissionGrants`)).map((grant) => ({
        apiObjectId: String(grant["resourceId"]),
        scopes: String(grant["scope"] ?? "")
          .split(" ")
          .filter((scope) => scope !== "")
          .sort(),
        userObjectId: grant["consentType"] === "Principal" ? String(grant["principalId"]) : undefined,
      })),
    assignedTo: async (objectId) =>
      (await all(`/servicePrincipals/${objectId}/appRoleAssignedTo`)).map((assignment) => ({
        name: String(assignment["principalDisplayName"]),
        objectId: String(assignment["principalId"]),
      })),
  };
}

/** Status (also as the property `status`), code and Microsoft's sentence; never the request, which holds the token. */
export function describeGraphError(error: unknown, path: string): Error {
  // Its client writes -1 for everything that kept it from an answer.
  if (!(error instanceof GraphError) || error.statusCode === -1) return unansweredError("Microsoft Graph", path, error);
  const { statusCode: status, code, message } = error;
  return Object.assign(new Error(`Microsoft Graph refused ${path}: ${status} ${code ?? ""} ${message}`), { status });
}

function readApplication(raw: Record<string, unknown>): GraphApplication {
  type Access = { resourceAppId: string; resourceAccess: readonly { id: string; type: "Scope" | "Role" }[] };
  return {
    applicationObjectId: String(raw["id"]),
    clientId: String(raw["appId"]),
    displayName: String(raw["displayName"]),
    requested: (raw["requiredResourceAccess"] as readonly Access[]).map((access) => ({
      apiClientId: access.resourceAppId,
      permissions: access.resourceAccess.map(({ id, type }) => ({
        id,
        kind: type === "Role" ? "application" : "delegated",
      })),
    })),
    credentials: (raw["passwordCredentials"] as readonly GraphCredential[]).map(
      ({ keyId, displayName, startDateTime, endDateTime }) => ({ keyId, displayName, startDateTime, endDateTime }),
    ),
  };
}

function readPrincipal(raw: Record<string, unknown>): GraphPrincipal {
  return {
    objectId: String(raw["id"]),
    clientId: String(raw["appId"]),
    displayName: String(raw["displayName"]),
    isEnabled: raw["accountEnabled"] === true,
    isAssignmentRequired: raw["appRoleAssignmentRequired"] === true,
  };
}
