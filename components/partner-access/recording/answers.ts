import { createHash } from "node:crypto";

/** What a provider answers for a resource: its id, and what it computes beside the inputs. */
export interface Answer {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

type Inputs = Readonly<Record<string, unknown>>;

const knownGuids = new Map<string, string>();

/** The same id for the same name on every machine and day. */
export function stableGuid(name: string): string {
  const known = knownGuids.get(name) ?? guidOf(name);
  knownGuids.set(name, known);
  return known;
}

function guidOf(name: string): string {
  const hex = createHash("sha256").update(name, "utf8").digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const answers: Readonly<Record<string, (name: string, inputs: Inputs) => Answer>> = {
  "azuread:index/application:Application": (name) => ({
    id: `/applications/${stableGuid(`application ${name}`)}`,
    state: { objectId: stableGuid(`application ${name}`), clientId: stableGuid(`client ${name}`) },
  }),
  "azuread:index/servicePrincipal:ServicePrincipal": (name) => ({
    id: `/servicePrincipals/${stableGuid(`principal ${name}`)}`,
    state: { objectId: stableGuid(`principal ${name}`) },
  }),
  // A word in place of the text: there is no secret in a review, so none can leave it.
  "azuread:index/applicationPassword:ApplicationPassword": (name) => {
    const keyId = stableGuid(`password ${name}`);
    return { id: `${stableGuid(`application of ${name}`)}/password/${keyId}`, state: { keyId, value: "secret" } };
  },
  "azure-native:keyvault:Vault": (_name, { resourceGroupName, vaultName }) => ({
    id: `/resourceGroups/${String(resourceGroupName)}/providers/Microsoft.KeyVault/vaults/${String(vaultName)}`,
    state: { name: vaultName },
  }),
  "azure-native:keyvault:Secret": (_name, { resourceGroupName, vaultName, secretName }) => ({
    id:
      `/resourceGroups/${String(resourceGroupName)}/providers/Microsoft.KeyVault` +
      `/vaults/${String(vaultName)}/secrets/${String(secretName)}`,
    state: {},
  }),
};

/** Answers as the providers would. Any other resource gets an id only: the manifest keeps it as unknown. */
export function resourceAnswer(type: string, name: string, inputs: Inputs): Answer {
  if (type === "pulumi:index:Stash") return { id: name, state: { output: inputs["input"] } };
  return answers[type]?.(name, inputs) ?? { id: stableGuid(`${type} ${name}`), state: {} };
}
