import { entryResourceId, vaultResourceId } from "../../model/azure-ids";
import { azureRoles, findAzureRole } from "../../model/azure-roles";
import { readerAllowedBy } from "../access-policy";
import { types } from "../manifest/resource-types";
import { addIt, type DeclaredResource, type RuleContext, textIn } from "./rule";

/** A granted Azure role. All three parts are needed: the same role is harmless for one principal and dangerous for another. */
interface Given {
  readonly principal: string;
  readonly role: string;
  readonly scope: string;
}

const { secretsUser, secretsOfficer } = azureRoles;
const roleDefinition = /\/providers\/microsoft\.authorization\/roledefinitions\/([0-9a-f-]{36})$/;

/** No Azure role may be granted, with two exceptions that each name principal, role and scope. */
export function azureRoleViolations(resource: DeclaredResource, context: RuleContext): readonly string[] {
  const { type, properties } = resource;
  if (type !== types.azureRole) return [];
  const given: Given = {
    principal: textIn(properties["principalId"]).toLowerCase(),
    role: roleDefinition.exec(textIn(properties["roleDefinitionId"]).toLowerCase())?.[1] ?? "",
    scope: textIn(properties["scope"]).toLowerCase(),
  };
  if (given.role === secretsUser.id) return readerViolations(given, context);
  if (given.role === secretsOfficer.id) return writerViolations(given, context);
  const role = findAzureRole(given.role)?.name ?? textIn(properties["roleDefinitionId"]);
  return [`it gives the role ${role}; this project gives ${secretsUser.name} only`];
}

/** Readers of the policy, one entry of this stack at a time. */
function readerViolations({ principal, scope }: Given, { policy, configured }: RuleContext): readonly string[] {
  const entry = (["client-id", "client-secret", "refresh-token"] as const).find(
    (name) =>
      configured !== undefined && isSame(scope, entryResourceId(configured.vault, `${configured.prefix}${name}`)),
  );
  if (entry === undefined) {
    return [`it reaches ${scope || "no place"}, which is not an entry that this stack's configuration names`];
  }
  const content = entry === "refresh-token" ? entry : "client-secret";
  return readerAllowedBy(policy, principal, content)
    ? []
    : [`${principal || "a principal without an id"} may not read the ${entry.replace("-", " ")}: ${addIt}`];
}

/** Who writes a vault that this stack makes. */
function writerViolations({ principal, scope }: Given, { policy, configured }: RuleContext): readonly string[] {
  const created = configured?.isVaultCreated ? configured.vault : undefined;
  if (created === undefined || !isSame(scope, vaultResourceId(created))) {
    return [
      `it gives the role ${secretsOfficer.name} on ${scope || "no place"}, which is not a vault that this stack creates`,
    ];
  }
  const isWriter = policy.writers?.some(
    (writer) => writer.principalId === principal && isSame(writer.vault ?? "", created.name),
  );
  return isWriter
    ? []
    : [
        `${principal || "a principal without an id"} may not write the vault ${created.name}: ` +
          `name it among the writers of access-policy.yaml with "vault: ${created.name}" and a reason`,
      ];
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
