import { z } from "zod";
import { ServiceError } from "../http/errors";
import { connectGraph, type GraphOptions, graphId } from "./connection";

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

/** An application in the words of its owner's list. */
export interface OwnedApplication {
  readonly applicationObjectId: string;
  readonly clientId: string;
  readonly notes: string | undefined;
  /** Secrets or certificates. */
  readonly hasCredentials: boolean;
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
  /** Object ids of the service principals that own an application. */
  owningPrincipals(applicationObjectId: string): Promise<readonly string[]>;
  /**
   * The applications that a service principal owns; none when there is no such principal. The list of all applications is no way to them: notes
   * cannot be filtered by, and the permission for owned applications does not give it.
   */
  ownedApplications(principalObjectId: string): Promise<readonly OwnedApplication[]>;
  principal(clientId: string): Promise<GraphPrincipal | undefined>;
  /** Whether there is an object at a path, `/oauth2PermissionGrants/…`. */
  isThere(path: string): Promise<boolean>;
  /** Whether Entra keeps the object as a deleted one. */
  isDeleted(objectId: string): Promise<boolean>;
  principalByObjectId(objectId: string): Promise<GraphPrincipal | undefined>;
  /** Grants that were given to this principal. */
  grants(principalObjectId: string): Promise<readonly GraphGrant[]>;
  /** Who is assigned to this principal (users, groups or applications), by display name. */
  assignedTo(principalObjectId: string): Promise<readonly { readonly name: string; readonly objectId: string }[]>;
}

/** A client secret as Graph shows it. */
const graphCredential = z.object({
  keyId: graphId,
  displayName: z
    .string()
    .nullish()
    .transform((name) => name ?? null),
  startDateTime: z.string(),
  endDateTime: z.string(),
});

const application = z.object({
  id: graphId,
  appId: graphId,
  displayName: z.string(),
  requiredResourceAccess: z.array(
    z.object({
      resourceAppId: graphId,
      resourceAccess: z.array(z.object({ id: graphId, type: z.enum(["Scope", "Role"]) })),
    }),
  ),
  passwordCredentials: z.array(graphCredential),
});

const APPLICATION = "#microsoft.graph.application";
const directoryObject = z.object({ "@odata.type": z.string(), id: graphId });
/** A principal may own groups and other principals too. */
const ownedObject = z.union([
  z.object({
    "@odata.type": z.literal(APPLICATION),
    id: graphId,
    appId: graphId,
    notes: z.string().nullish(),
    passwordCredentials: z.array(z.unknown()),
    keyCredentials: z.array(z.unknown()),
  }),
  directoryObject.refine((item) => item["@odata.type"] !== APPLICATION),
]);

const principal = z.object({
  id: graphId,
  appId: graphId,
  displayName: z.string(),
  // A missing value is never treated as "disabled".
  accountEnabled: z.boolean(),
  appRoleAssignmentRequired: z.boolean(),
});

/** A delegated grant; a personal one names its user. */
export const graphGrant = z
  .object({
    id: graphId,
    resourceId: graphId,
    consentType: z.enum(["AllPrincipals", "Principal"]),
    principalId: z.string().nullish(),
    scope: z.string().nullish(),
  })
  .transform((raw) => ({
    id: raw.id,
    apiObjectId: raw.resourceId,
    scopes: (raw.scope ?? "")
      .split(" ")
      .filter((scope) => scope !== "")
      .sort(),
    userObjectId: raw.consentType === "Principal" ? String(raw.principalId) : undefined,
  }));

const assignee = z.object({ principalId: graphId, principalDisplayName: z.string().nullish() });

/** A reader of Microsoft Graph v1.0. */
export function createGraph(options: GraphOptions): Graph {
  const { read, list } = connectGraph(options);
  const principalAt = async (path: string) => {
    const found = await read(path, principal);
    return found && readPrincipal(found);
  };
  return {
    application: async (clientId) => {
      const found = await read(`/applications(appId='${clientId}')`, application);
      return found && readApplication(found);
    },
    owningPrincipals: async (objectId) =>
      (await list(`/applications/${objectId}/owners`, directoryObject))
        .filter((owner) => owner["@odata.type"] === "#microsoft.graph.servicePrincipal")
        .map(({ id }) => id),
    ownedApplications: async (objectId) => {
      try {
        return (await list(`/servicePrincipals/${objectId}/ownedObjects`, ownedObject)).flatMap(readOwned);
      } catch (error) {
        if (error instanceof ServiceError && error.status === 404) return [];
        throw error;
      }
    },
    principal: (clientId) => principalAt(`/servicePrincipals(appId='${clientId}')`),
    isThere: async (path) => (await read(path, z.looseObject({}))) !== undefined,
    isDeleted: async (objectId) => (await read(`/directory/deletedItems/${objectId}`, z.looseObject({}))) !== undefined,
    principalByObjectId: (objectId) => principalAt(`/servicePrincipals/${objectId}`),
    grants: async (objectId) =>
      (await list(`/servicePrincipals/${objectId}/oauth2PermissionGrants`, graphGrant)).map(
        ({ id: _, ...grant }) => grant,
      ),
    assignedTo: async (objectId) =>
      (await list(`/servicePrincipals/${objectId}/appRoleAssignedTo`, assignee)).map((assignment) => ({
        name: String(assignment.principalDisplayName),
        objectId: assignment.principalId,
      })),
  };
}

function readApplication(raw: z.infer<typeof application>): GraphApplication {
  return {
    applicationObjectId: raw.id,
    clientId: raw.appId,
    displayName: raw.displayName,
    requested: raw.requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => ({
      apiClientId: resourceAppId,
      permissions: resourceAccess.map(({ id, type }) => ({ id, kind: type === "Role" ? "application" : "delegated" })),
    })),
    credentials: raw.passwordCredentials,
  };
}

function readOwned(raw: z.infer<typeof ownedObject>): readonly OwnedApplication[] {
  if (!("appId" in raw)) return [];
  const { id, appId, notes, passwordCredentials, keyCredentials } = raw;
  const hasCredentials = passwordCredentials.length + keyCredentials.length > 0;
  return [{ applicationObjectId: id, clientId: appId, notes: notes ?? undefined, hasCredentials }];
}

function readPrincipal(raw: z.infer<typeof principal>): GraphPrincipal {
  return {
    objectId: raw.id,
    clientId: raw.appId,
    displayName: raw.displayName,
    isEnabled: raw.accountEnabled,
    isAssignmentRequired: raw.appRoleAssignmentRequired,
  };
}
