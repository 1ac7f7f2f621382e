import type { JsonObject, ServicePrincipal, User } from "../../world/directory";
import { stableId } from "../../world/stable-id";
import type { EntityShape } from "./odata-shape";

/** Template ids of the directory roles that the emulated tenants know. @see https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference */
const templates: Readonly<Record<string, string>> = {
  "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
  "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
  "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
  "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
  "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
  "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
  "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
};

/** Directory roles in a list of memberships. */
export const directoryRoleShape: EntityShape = {
  resource: "DirectoryRole",
  properties: ["id", "deletedDateTime", "description", "displayName", "roleTemplateId"],
  filterable: ["id", "displayName"],
  sortable: [],
  searchable: [],
};

/** Template ids of the user's directory roles, as tokens name them (`wids`). */
export function directoryRoleTemplatesOf(user: User): string[] {
  return user.roles.flatMap((name) => templates[name] ?? []);
}

/** A user's or a principal's directory roles; Partner Center's own roles are not in the directory. */
export function directoryRolesOf({ roles = [] }: Pick<User | ServicePrincipal, "roles">): JsonObject[] {
  return roles.flatMap((name) => {
    const roleTemplateId = templates[name];
    if (roleTemplateId === undefined) return [];
    const id = stableId("directory role", roleTemplateId);
    return [
      {
        "@odata.type": "#microsoft.graph.directoryRole",
        id,
        deletedDateTime: null,
        description: null,
        displayName: name,
        roleTemplateId,
      },
    ];
  });
}
