import type { HeldResource } from "../../clients/pulumi/stack-state";
import type { Applied } from "../../configuration/applied";
import type { Reader, StackConfiguration } from "../../configuration/stack-configuration";
import type { EngineResource } from "../../rotation/engine-resource";
import type { RotationTargets } from "../../rotation/limited-run";

/** What a state says was applied last; undefined when it does not say where the client secret is published. */
export function appliedIn(
  held: readonly HeldResource[],
  { entry, component }: Pick<RotationTargets, "entry" | "component">,
): Applied | undefined {
  const { resourceGroupName, vaultName, secretName } = textsIn(entry);
  const { tenantId, subscriptionId } = textsIn(held.find(({ urn }) => entry.provider?.startsWith(`${urn}::`)));
  const prefix = /^(.*)client-secret$/.exec(secretName ?? "")?.[1];
  if (resourceGroupName === undefined || vaultName === undefined || prefix === undefined) return undefined;
  if (tenantId === undefined || subscriptionId === undefined) return undefined;
  return {
    vault: {
      ...{ tenantId, subscriptionId, prefix },
      resourceGroup: resourceGroupName,
      name: vaultName,
      mode: held.some(({ type }) => type === "azure-native:keyvault:Vault") ? "create" : "existing",
      location: undefined,
      readers: readersIn(held, /^partner-client-(?:secret|id)-reader-(.+)$/),
      refreshTokenReaders: readersIn(held, /^partner-refresh-token-reader-(.+)$/),
    },
    rule: ruleIn(component),
    hasRefreshToken: held.some(({ urn }) => urn.endsWith("::partner-refresh-token")),
  };
}

/** Who may read an entry. The engine takes what depends on a target and is not declared for gone, so all of them are declared. */
function readersIn(held: readonly HeldResource[], named: RegExp): readonly Reader[] {
  const readers = held.flatMap((resource) => {
    const name = named.exec(resource.urn.split("::").at(-1) ?? "")?.[1];
    const { principalId: id, principalType: type } = textsIn(resource);
    return name === undefined || id === undefined ? [] : [{ name, id, type: type as Reader["type"] }];
  });
  return [...new Map(readers.map((reader) => [reader.name, reader])).values()];
}

function ruleIn({ inputs = {} }: EngineResource): Applied["rule"] {
  const { everyDays, overlapDays, lifetimeDays } = inputs as Partial<StackConfiguration["rotation"]>;
  if (everyDays === undefined || overlapDays === undefined || lifetimeDays === undefined) return undefined;
  return { everyDays, overlapDays, lifetimeDays };
}

function textsIn(resource: EngineResource | undefined): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(resource?.inputs ?? {}).filter((input): input is [string, string] => typeof input[1] === "string"),
  );
}
