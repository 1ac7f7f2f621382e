import { connectGraph, describeGraphError, type GraphConnection, type GraphOptions } from "./graph-connection";

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

/** Reads them from Microsoft Graph v1.0, page by page. */
export function createGraphInventory(options: GraphOptions): GraphInventory {
  const connection = connectGraph(options);
  const principal = (objectId: string) => `/servicePrincipals/${objectId}`;
  return {
    owners: async (objectId) =>
      (await allPages(connection, `/applications/${objectId}/owners`)).map(({ id }) => String(id)),
    grants: async (objectId) =>
      (await allPages(connection, `${principal(objectId)}/oauth2PermissionGrants`)).map((grant) => ({
        id: String(grant["id"]),
        apiObjectId: String(grant["resourceId"]),
        userObjectId: grant["consentType"] === "Principal" ? String(grant["principalId"]) : undefined,
      })),
    assignmentsOf: async (objectId) =>
      (await allPages(connection, `${principal(objectId)}/appRoleAssignments`)).map(readAssignment),
    assignmentsTo: async (objectId) =>
      (await allPages(connection, `${principal(objectId)}/appRoleAssignedTo`)).map(readAssignment),
  };
}

/** An object as Graph answers it. */
export type Raw = Readonly<Record<string, unknown>>;

/** Every item of a list, page by page. */
export async function allPages({ read }: GraphConnection, path: string): Promise<readonly Raw[]> {
  const found: Raw[] = [];
  try {
    let next: string | undefined = path;
    while (next !== undefined) {
      const page = (await read(next)) as { value: readonly Raw[]; "@odata.nextLink"?: string };
      found.push(...page.value);
      next = page["@odata.nextLink"];
    }
  } catch (error) {
    throw describeGraphError(error, path);
  }
  return found;
}

function readAssignment(raw: Raw): FoundAssignment {
  return {
    id: String(raw["id"]),
    appRoleId: String(raw["appRoleId"]),
    principalObjectId: String(raw["principalId"]),
    resourceObjectId: String(raw["resourceId"]),
  };
}
