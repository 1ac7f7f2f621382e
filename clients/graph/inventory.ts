import { z } from "zod";
import { connectGraph, type GraphOptions, graphId } from "./connection";
import { graphGrant } from "./reading";

/** A delegated grant or an assignment with its own id, which an import needs. */
export interface FoundGrant {
  readonly id: string;
  readonly apiObjectId: string;
  /** The one user it holds for; undefined means everyone. */
  readonly userObjectId: string | undefined;
}

export interface FoundAssignment {
  readonly id: string;
  readonly appRoleId: string;
  /** Who has it, and on what. */
  readonly principalObjectId: string;
  readonly resourceObjectId: string;
}

/** What a tenant holds around one application, with the ids of the relations themselves. */
export interface GraphInventory {
  /** Object ids of an application's owners. */
  owners(applicationObjectId: string): Promise<readonly string[]>;
  grants(principalObjectId: string): Promise<readonly FoundGrant[]>;
  /** Permissions that this principal has on others. */
  assignmentsOf(principalObjectId: string): Promise<readonly FoundAssignment[]>;
  /** Who is assigned to this principal. */
  assignmentsTo(principalObjectId: string): Promise<readonly FoundAssignment[]>;
}

const assignment = z
  .object({ id: graphId, appRoleId: graphId, principalId: graphId, resourceId: graphId })
  .transform(({ principalId, resourceId, ...ids }) => ({
    ...ids,
    principalObjectId: principalId,
    resourceObjectId: resourceId,
  }));

/** Reads them from Microsoft Graph v1.0, page by page. */
export function createGraphInventory(options: GraphOptions): GraphInventory {
  const { list } = connectGraph(options);
  const principal = (objectId: string) => `/servicePrincipals/${objectId}`;
  return {
    owners: async (objectId) =>
      (await list(`/applications/${objectId}/owners`, z.object({ id: graphId }))).map(({ id }) => id),
    grants: async (objectId) =>
      (await list(`${principal(objectId)}/oauth2PermissionGrants`, graphGrant)).map(({ scopes: _, ...grant }) => grant),
    assignmentsOf: (objectId) => list(`${principal(objectId)}/appRoleAssignments`, assignment),
    assignmentsTo: (objectId) => list(`${principal(objectId)}/appRoleAssignedTo`, assignment),
  };
}
