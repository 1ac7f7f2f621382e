import { GraphError } from "@microsoft/microsoft-graph-client";
import { connectGraph, describeGraphError, type GraphOptions } from "./graph-connection";

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

interface Page {
  readonly value: readonly Record<string, unknown>[];
  readonly "@odata.nextLink"?: string;
}

/** A reader of Microsoft Graph v1.0. */
export function createGraph(options: GraphOptions): Graph {
  const { read } = connectGraph(options);
  const one = async (path: string) => {
    try {
      return (await read(path)) as Record<string, unknown>;
    } catch (error) {
      if (error instanceof GraphError && error.statusCode === 404) return undefined;
      throw describeGraphError(error, path);
    }
  };
  const all = async (path: string) => {
    const found: Record<string, unknown>[] = [];
    try {
      let page = (await read(path)) as Page;
      found.push(...page.value);
      while (page["@odata.nextLink"] !== undefined) {
        page = (await read(page["@odata.nextLink"])) as Page;
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
