import type { CloudEndpoints } from "../../clients/entra/clouds";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { microsoftGraph } from "../../permissions/catalog";
import type { Pipeline } from "./pipelines";
import { type GraphRight, graphRights } from "./rights";
import { applicationFunctions, distrustLines, head, trustLines } from "./script-parts";
import { comment, odata, quote } from "./shell";

/** The identities of a partner tenant, by the names of their applications. One pair serves every stack of the tenant. */
const identityNames = { deployer: "partner-access deployer", rotator: "partner-access rotator" } as const;

/** What the partner tenant's administrator runs: deployer and rotator, their trust, exactly their rights, and the way back. */
export function administratorScript(
  configuration: StackConfiguration,
  pipeline: Pipeline,
  { graph }: Pick<CloudEndpoints, "graph">,
): string {
  const { stack, tenant } = configuration;
  return [
    ...head({
      stack,
      reader: `the administrator of ${tenant.domain} (Privileged Role Administrator or Global Administrator)`,
      tenantId: tenant.id,
      lines: [
        "It makes two applications without a secret of their own: the deployer, which creates and consents, and the rotator, which",
        "replaces the secrets of what it owns. Whoever can change what the deployer runs is an administrator of this tenant.",
        ...pipeline.notes,
      ],
    }),
    `graph=${quote(`${graph}/v1.0`)}`,
    ...applicationFunctions,
    ...rightFunctions,
    "",
    ...takeBack(pipeline),
    "",
    `graph_principal=$(az ad sp show --id ${quote(microsoftGraph.clientId)} --query id --output tsv)`,
    ...(["deployer", "rotator"] as const).flatMap((identity) => identityLines(identity, configuration, pipeline)),
    ...apiLines(configuration),
    ...assignmentLines(configuration),
    "",
    ...farewell(stack),
    "",
  ].join("\n");
}

const rightFunctions: readonly string[] = `
# Makes an application where it is missing, lists what it asks for ($2), and answers its client id.
identity() {
  client=$(application "$1") || return 1
  if [ -z "$client" ]; then
    client=$(az ad app create --display-name "$3" --sign-in-audience AzureADMyOrg --query appId --output tsv) || return 1
  fi
  retry az ad app update --id "$client" --sign-in-audience AzureADMyOrg --required-resource-accesses "$2" --output none || return 1
  printf '%s' "$client"
}

# Removes the one application that this filter finds.
remove() {
  client=$(application "$1") || return 1
  if [ -n "$client" ]; then az ad app delete --id "$client"; fi
}

# Gives somebody ($1, as servicePrincipals/ID or users/ID) a role ($3) of a service principal ($2), unless he has it.
assign() {
  held=$(az rest --method get --url "$graph/$1/appRoleAssignments?\\$top=999" \\
    --query "value[?appRoleId=='$3' && resourceId=='$2'] | length(@)" --output tsv) || return 1
  if [ "$held" = 0 ]; then
    retry az rest --method post --url "$graph/$1/appRoleAssignments" --output none \\
      --headers Content-Type=application/json \\
      --body "{\\"principalId\\":\\"\${1#*/}\\",\\"resourceId\\":\\"$2\\",\\"appRoleId\\":\\"$3\\"}"
  fi
}`.split("\n");

/** Another stack of the tenant may use the same identities: an application goes when no pipeline is left that it trusts. */
function takeBack(pipeline: Pipeline): readonly string[] {
  return [
    'if [ "$*" = --take-back ]; then',
    ...(["deployer", "rotator"] as const).flatMap((identity) => {
      const filter = quote(filterOf(identityNames[identity]));
      return [
        `  client=$(application ${filter})`,
        '  if [ -n "$client" ]; then',
        ...distrustLines('"$client"', pipeline[identity]).map((line) => `    ${line}`),
        '    rest=$(left "$client")',
        `    if [ "$rest" = 0 ]; then retry remove ${filter}; fi`,
        "  fi",
      ];
    }),
    "  # Microsoft's API principals stay: other applications may use them.",
    "  exit 0",
    "fi",
  ];
}

function identityLines(
  identity: "deployer" | "rotator",
  configuration: StackConfiguration,
  pipeline: Pipeline,
): readonly string[] {
  const rights = graphRights(configuration).filter((right) => right.identity === identity);
  const client = `"$${identity}"`;
  const name = identityNames[identity];
  const wanted = quote(JSON.stringify(requested(rights)));
  return [
    "",
    `${identity}=$(identity ${quote(filterOf(name))} ${wanted} ${quote(name)})`,
    `${identity}_object=$(principal ${client})`,
    ...rights.flatMap(({ permission, id, why, isOptional }) => [
      comment(
        `${permission}: ${why}${isOptional ? " (without it a run goes on, and says that it could not look)" : ""}`,
      ),
      `assign "servicePrincipals/$${identity}_object" "$graph_principal" ${quote(id)}`,
    ]),
    ...trustLines(client, pipeline[identity], "One tenant serves 20 stacks: take back those that are gone."),
  ];
}

function requested(rights: readonly GraphRight[]): readonly object[] {
  return [{ resourceAppId: microsoftGraph.clientId, resourceAccess: rights.map(({ id }) => ({ id, type: "Role" })) }];
}

/** With rights on owned objects only, the deployer cannot make the principal of an API that another publisher owns. */
function apiLines({ permissions }: StackConfiguration): readonly string[] {
  const others = permissions.filter(({ api }) => api.clientId !== microsoftGraph.clientId);
  if (others.length === 0) return [];
  return [
    "",
    "# The APIs' own principals. The deployer may not make them.",
    ...others.flatMap(({ api }) => [comment(api.name), `principal ${quote(api.clientId)} > /dev/null`]),
  ];
}

function assignmentLines({ application, reportingUser, stack }: StackConfiguration): readonly string[] {
  if (reportingUser?.assignedBy !== "admin") return [];
  const { userPrincipalName } = reportingUser;
  return [
    "",
    comment(`${userPrincipalName} may use the application, and nobody else. It exists after the first update.`),
    `client=$(application ${quote(filterOf(application.displayName))})`,
    'if [ -n "$client" ]; then',
    // By filter: an address with the name in it would need a way of its own for an apostrophe.
    `  user=$(az ad user list --filter ${quote(`userPrincipalName eq ${odata(userPrincipalName)}`)} --query "[].id" --output tsv)`,
    `  if [ -z "$user" ]; then echo ${quote(`This tenant has no user ${userPrincipalName}.`)} >&2; exit 1; fi`,
    '  assign "users/$user" "$(principal "$client")" 00000000-0000-0000-0000-000000000000',
    "else",
    `  echo "Run this once more after the first update of ${stack}: it then assigns the reporting user." >&2`,
    "fi",
  ];
}

function farewell(stack: string): readonly string[] {
  return [
    "cat <<END",
    `Write into Pulumi.${stack}.yaml, under the key that ends in :application:`,
    "  owners:",
    "    - $deployer_object # deployer",
    "    - $rotator_object # rotator",
    "Give the pipelines these client ids: $deployer deploys, $rotator rotates.",
    "END",
  ];
}

function filterOf(displayName: string): string {
  return `displayName eq ${odata(displayName)}`;
}
