import type { StackConfiguration } from "../../configuration/stack-configuration";
import { CommandError } from "../shared/document";
import type { Pipeline, Trust } from "./pipelines";
import { type AzureRight, azureRights } from "./rights";
import { applicationFunctions, distrustLines, head, trustLines } from "./script-parts";
import { comment, odata, quote } from "./shell";

/** What the vault's owner runs: the trust of the vault's identity, exactly its rights, and the way back. */
export function vaultOwnerScript(configuration: StackConfiguration, pipeline: Pipeline): string {
  const { stack } = configuration;
  const vault = { ...configuration.vault, clientId: writerOf(configuration) };
  const rights = azureRights(configuration);
  return [
    ...head({
      stack,
      reader:
        `the owner of subscription ${vault.subscriptionId}, who also owns application ${vault.clientId} or is an ` +
        "Application Administrator",
      tenantId: vault.tenantId,
      lines: [
        `It lets the application ${vault.clientId} write the entries of vault ${vault.name}. That application gets no right in the directory.`,
        "State and key of Pulumi are a matter of their own: Storage Blob Data Contributor on the container and Key Vault Crypto User on",
        "the key, for the same application (docs/real-tenant.md, step 2).",
        ...pipeline.notes,
      ],
    }),
    `client=${quote(vault.clientId)}`,
    `subscription=${quote(vault.subscriptionId)}`,
    `group=${quote(`/subscriptions/${vault.subscriptionId}/resourceGroups/${vault.resourceGroup}`)}`,
    `vault="$group"/providers/Microsoft.KeyVault/vaults/${quote(vault.name)}`,
    ...applicationFunctions,
    ...roleFunctions,
    "",
    ...takeBack(rights, pipeline, vault),
    "",
    'object=$(principal "$client")',
    ...trustLines('"$client"', pipeline.vault, advice),
    "",
    ...rights.flatMap(roleLines),
    "",
    'echo "Roles take up to ten minutes to work." >&2',
    "",
  ].join("\n");
}

/** A solo stack has no pipeline that anything could be granted to. */
function writerOf({ stack, vault }: StackConfiguration): string {
  if (vault.clientId !== undefined) return vault.clientId;
  throw new CommandError([
    {
      code: "solo",
      message: `${stack} has solo: true: one person runs it, and no identity needs a right`,
      fix: `For a pipeline, write vault.clientId into Pulumi.${stack}.yaml and remove solo.`,
    },
  ]);
}

/** Two trusts for each stack; the shared one of Azure DevOps takes the place of a tenth stack. */
const advice =
  "Make another application, name it as vault.clientId in this stack's file, and print this again: one serves 10 stacks on GitHub, 9 on Azure DevOps.";

const roleFunctions: readonly string[] = `
# What a principal's ($1) assignments of a role ($2) on exactly this scope ($3) say, by this query ($4).
held() {
  az role assignment list --assignee "$1" --role "$2" --scope "$3" --subscription "$subscription" --query "$4" --output tsv
}

# Gives a principal ($1) a role ($2) on a scope ($3), under a condition ($4, or empty). Azure allows one assignment of them, and az takes the
# one it finds for the new one whatever it says: so one that says something else goes first.
grant() {
  says=$(held "$1" "$2" "$3" "[].[principalType, condition || '', conditionVersion || '']") || return 1
  if [ "$says" = "ServicePrincipal$tab$4$tab\${4:+2.0}" ]; then return 0; fi
  retry revoke "$1" "$2" "$3"
  retry az role assignment create --assignee-object-id "$1" --assignee-principal-type ServicePrincipal --role "$2" \\
    --scope "$3" --subscription "$subscription" --output none \${4:+--condition-version 2.0 --condition "$4"}
}

# Takes a role ($2) on exactly this scope ($3) from a principal ($1), if it has it: az fails where there is nothing to take.
revoke() {
  ids=$(held "$1" "$2" "$3" "[].id") || return 1
  for id in $ids; do az role assignment delete --ids "$id" || return 1; done
}`.split("\n");

function takeBack(
  rights: readonly AzureRight[],
  pipeline: Pipeline,
  { clientId, name }: { readonly clientId: string; readonly name: string },
): readonly string[] {
  const own = pipeline.vault.filter(({ isShared }) => isShared !== true);
  const gone = quote(
    `There is no application ${clientId} here any more, or no principal of it. What is left of its roles stands as "Identity not found" in ` +
      `the access control of vault ${name} and its group.`,
  );
  return [
    'if [ "$*" = --take-back ]; then',
    `  object=$(az ad sp list --filter ${quote(`appId eq ${odata(clientId)}`)} --query "[].id" --output tsv)`,
    `  if [ -z "$object" ]; then echo ${gone} >&2; exit 1; fi`,
    ...distrustLines('"$client"', own).map((line) => `  ${line}`),
    ...pipeline.vault.filter(({ isShared }) => isShared === true).flatMap(takeBackShared),
    "  # Other stacks may keep their entries in the same vault: their runs need these roles too.",
    '  rest=$(left "$client")',
    '  if [ "$rest" != 0 ]; then',
    '    echo "Other pipelines sign in with $client: its roles stay." >&2',
    "    exit 0",
    "  fi",
    ...rights.map(({ role, on }) => `  retry revoke "$object" ${quote(role.id)} "$${on}"`),
    "  exit 0",
    "fi",
  ];
}

/** Every other stack's runs sign in with it too. */
function takeBackShared(trust: Trust): readonly string[] {
  const others = `"[?$others && name!='${trust.name}'] | length(@)"`;
  return [
    `  alone=$(az ad app federated-credential list --id "$client" --query ${others} --output tsv)`,
    `  if [ "$alone" = 0 ]; then ${distrustLines('"$client"', [trust]).join("; ")}; fi`,
  ];
}

function roleLines({ role, on, mayGive, why }: AzureRight): readonly string[] {
  const limited =
    mayGive.length === 0 ? "" : `, and no other role than ${mayGive.map(({ name }) => name).join(" and ")}`;
  const limit = mayGive.length === 0 ? "''" : quote(condition(mayGive));
  return [comment(`${role.name}: ${why}${limited}`), `grant "$object" ${quote(role.id)} "$${on}" ${limit}`];
}

/** Only these roles may be given and taken. Source: learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples */
function condition(mayGive: AzureRight["mayGive"]): string {
  const ids = mayGive.map(({ id }) => id).join(", ");
  const part = (verb: "write" | "delete", source: "Request" | "Resource") =>
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${verb}'})) OR ` +
    `(@${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${ids}}))`;
  return `${part("write", "Request")} AND ${part("delete", "Resource")}`;
}
