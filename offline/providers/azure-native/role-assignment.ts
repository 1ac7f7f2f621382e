import type { ResourceType } from "../plugin/resource-type";
import { aText, computed, type Fields, optional, required } from "../plugin/schema";
import { text } from "../plugin/value";
import { type ArmDescription, armResource } from "./arm-resource";
import type { AzureNativeContext } from "./context";

const principalTypes = ["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"];

const body: Fields = {
  condition: optional(aText, { wire: "properties.condition" }),
  conditionVersion: optional(aText, { wire: "properties.conditionVersion" }),
  description: optional(aText, { wire: "properties.description" }),
  principalId: required(aText, { wire: "properties.principalId", replaces: true }),
  // The SDK fills in "User" when it is left out.
  principalType: optional(aText, { wire: "properties.principalType", oneOf: principalTypes }),
  roleDefinitionId: required(aText, { wire: "properties.roleDefinitionId" }),
};

const answered = (name: string) => computed(aText, { wire: `properties.${name}` });
const separator = "/providers/Microsoft.Authorization/roleAssignments/";

/** The assignment of an Azure role to a principal at a scope, which may be as small as one secret. */
const description: ArmDescription = {
  token: "azure-native:authorization:RoleAssignment",
  apiVersion: "2022-04-01",
  path: { roleAssignmentName: required(aText, { replaces: true }), scope: required(aText, { replaces: true }) },
  body,
  outputs: {
    condition: answered("condition"),
    conditionVersion: answered("conditionVersion"),
    createdBy: answered("createdBy"),
    createdOn: answered("createdOn"),
    delegatedManagedIdentityResourceId: answered("delegatedManagedIdentityResourceId"),
    description: answered("description"),
    name: computed(aText),
    principalId: answered("principalId"),
    principalType: answered("principalType"),
    roleDefinitionId: answered("roleDefinitionId"),
    scope: answered("scope"),
    type: computed(aText),
    updatedBy: answered("updatedBy"),
    updatedOn: answered("updatedOn"),
  },
  name: { property: "roleAssignmentName", kind: "uuid" },
  hasLocation: false,
  idOf: (inputs) =>
    `/${text(inputs, "scope").replace(/^\/+|\/+$/g, "")}${separator}${encodeURIComponent(text(inputs, "roleAssignmentName"))}`,
  pathOf(id) {
    const at = id.toLowerCase().lastIndexOf(separator.toLowerCase());
    if (at < 0) return undefined;
    return { roleAssignmentName: id.slice(at + separator.length), scope: id.slice(0, at) };
  },
};

export const roleAssignment: ResourceType<AzureNativeContext> = armResource(description);
