import type { StackConfiguration } from "../../configuration/stack-configuration";
import type { Pipeline, Trust } from "./pipelines";
import { type AzureRight, azureRights } from "./rights";
import { applicationFunctions, distrustLines, head, trustLines } from "./script-parts";
import { comment, quote } from "./shell";

/** What the vault's owner runs: the trust of the vault's identity, exactly its rights, and the way back. */
export function vaultOwnerScript(configuration: StackConfiguration, pipeline: Pipeline): string {
  const { stack, vault } = configuration;
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
    ...takeBack(rights, pipeline),
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

/** Two trusts for each stack; the shared one of Azure DevOps takes the place of a tenth stack. */
const advice =
  "Make another application, name it as vault.clientId in this stack's file, and print this again: one serves 10 stacks on GitHub, 9 on Azure DevOps.";

const roleFunctions: readonly string[] = `
# How many times a principal ($1) holds a role ($2) on exactly this scope ($3).
held() {
  az role assignment list --assignee "$1" --role "$2" --scope "$3" --subscription "$subscription" --query "length(@)" --output tsv
}`.split("\n");

function takeBack(rights: readonly AzureRight[], pipeline: Pipeline): readonly string[] {
  const own = pipeline.vault.filter(({ isShared }) => isShared !== true);
  return [
    'if [ "$*" = --take-back ]; then',
    "  # Other stacks may keep their entries in the same vault: their runs need these roles too.",
    ...distrustLines('"$client"', own).map((line) => `  ${line}`),
    ...pipeline.vault.filter(({ isShared }) => isShared === true).flatMap(takeBackShared),
    '  left=$(az ad app federated-credential list --id "$client" --query "length(@)" --output tsv)',
    '  if [ "$left" != 0 ]; then exit 0; fi',
    '  object=$(az ad sp show --id "$client" --query id --output tsv)',
    ...rights.map(
      ({ role, on }) =>
        `  az role assignment delete --assignee "$object" --role ${quote(role.id)} --scope "$${on}" --subscription "$subscription"`,
    ),
    "  exit 0",
    "fi",
  ];
}

/** Every other stack's runs sign in with it too. */
function takeBackShared(trust: Trust): readonly string[] {
  const others = `[?name!='${trust.name}'] | length(@)`;
  return [
    `  others=$(az ad app federated-credential list --id "$client" --query "${others}" --output tsv)`,
    `  if [ "$others" = 0 ]; then ${distrustLines('"$client"', [trust]).join("; ")}; fi`,
  ];
}

function roleLines({ role, on, mayGive, why }: AzureRight): readonly string[] {
  const limit = mayGive.length === 0 ? "" : ` --condition-version 2.0 \\\n    --condition ${quote(condition(mayGive))}`;
  const limited =
    mayGive.length === 0 ? "" : `, and no other role than ${mayGive.map(({ name }) => name).join(" and ")}`;
  return [
    comment(`${role.name}: ${why}${limited}`),
    `if [ "$(held "$object" ${quote(role.id)} "$${on}")" = 0 ]; then`,
    `  retry az role assignment create --assignee-object-id "$object" --assignee-principal-type ServicePrincipal \\`,
    `    --role ${quote(role.id)} --scope "$${on}" --subscription "$subscription" --output none${limit}`,
    "fi",
  ];
}

/** Only these roles may be given and taken. Source: learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples */
function condition(mayGive: AzureRight["mayGive"]): string {
  const ids = mayGive.map(({ id }) => id).join(", ");
  const part = (verb: "write" | "delete", source: "Request" | "Resource") =>
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${verb}'})) OR ` +
    `(@${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${ids}}))`;
  return `${part("write", "Request")} AND ${part("delete", "Resource")}`;
}
