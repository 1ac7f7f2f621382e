import type { RoleAssignment } from "../../world/subscription";
import { armError } from "./errors";

/** The roles that a condition lets a principal assign, and those that it lets it remove. */
interface RoleLimits {
  readonly write: readonly string[];
  readonly delete: readonly string[];
}

/** One condition of Microsoft's examples, "Constrain roles"; another cannot be evaluated here. */
const part = (verb: "write" | "delete", source: "Request" | "Resource", roles: string) =>
  `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${verb}'})) OR ` +
  `(@${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roles}}))`;
const template = (given: string, taken: string) =>
  `${part("write", "Request", given)} AND ${part("delete", "Resource", taken)}`;

/**
 * The condition under which only these roles may be given and taken.
 * Source: https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples
 */
export function onlyTheseRoles(roles: readonly string[]): string {
  const ids = roles.join(", ");
  return template(ids, ids);
}

/** White space is ignored: the portal writes the same condition over many lines. */
const squeezed = (text: string) => text.replace(/\s+/g, "").toLowerCase();
const guids = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:,[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})*)";
const shape = new RegExp(
  `^${squeezed(template("ROLES", "ROLES"))
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("roles\\}", `${guids}\\}`)}$`,
);

function readLimits(condition: string): RoleLimits | undefined {
  const [, write, taken] = shape.exec(squeezed(condition)) ?? [];
  return write === undefined || taken === undefined ? undefined : { write: write.split(","), delete: taken.split(",") };
}

/** The pair as it is stored. Refuses conditions that this emulator could not enforce. */
export function checkedCondition(given: {
  readonly condition?: string | null | undefined;
  readonly conditionVersion?: string | null | undefined;
}): Pick<RoleAssignment, "condition" | "conditionVersion"> {
  const { condition = null, conditionVersion = null } = given;
  if (condition === null && conditionVersion === null) return { condition, conditionVersion };
  // Documented: "currently the only accepted value is '2.0'". That one without the other is refused, and how, is UNVERIFIED.
  if (condition === null || conditionVersion !== "2.0") {
    throw armError(
      400,
      "InvalidRoleAssignmentCondition",
      `A condition needs conditionVersion 2.0; got condition ${JSON.stringify(condition)} and conditionVersion ${JSON.stringify(conditionVersion)}.`,
    );
  }
  if (readLimits(condition) !== undefined) return { condition, conditionVersion };
  throw armError(
    400,
    "InvalidRoleAssignmentCondition",
    `The emulator evaluates one condition only, ${onlyTheseRoles(["<role>", "…"])}; got properties.condition ${JSON.stringify(condition)}.`,
  );
}

/** The role that an act gives or takes; null: there is none to take; undefined: the act is about no certain role. */
export type ConcernedRole = string | null | undefined;

/**
 * Whether a condition lets an act pass. It speaks of giving and taking roles only. What takes the unrestricted right, as changing a vault's
 * permission model does (learn.microsoft.com/azure/key-vault/general/rbac-guide), names no role and never passes.
 */
export function conditionHolds(condition: string | null, action: string, role: ConcernedRole): boolean {
  const verb = /^microsoft\.authorization\/roleassignments\/(write|delete)$/i.exec(action)?.[1]?.toLowerCase();
  if (condition === null || verb === undefined) return true;
  // A delete that is repeated after a lost answer: there is no role to compare. That Azure lets it pass is UNVERIFIED.
  if (role === null) return true;
  const limits = readLimits(condition);
  return role !== undefined && limits?.[verb === "write" ? "write" : "delete"].includes(role.toLowerCase()) === true;
}
