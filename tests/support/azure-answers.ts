import { createHash } from "node:crypto";

/** A stable GUID for a name, so that expectations can name what a provider would invent. */
export function guidOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const compute: Readonly<
  Record<string, (name: string, inputs: Record<string, unknown>) => { id: string; state: Record<string, unknown> }>
> = {
  "azuread:index/application:Application": (name) => ({
    id: `/applications/${guidOf(name)}`,
    state: { objectId: guidOf(name), clientId: guidOf(`${name} client`) },
  }),
  "azuread:index/servicePrincipal:ServicePrincipal": (name) => ({
    id: `/servicePrincipals/${guidOf(name)}`,
    state: { objectId: guidOf(name) },
  }),
  // Not marked secret here, as the mocks would not do it either: the component must.
  "azuread:index/applicationPassword:ApplicationPassword": (name, inputs) => {
    const keyId = guidOf(`${name} ${String(inputs["displayName"])}`);
    return { id: `x/password/${keyId}`, state: { keyId, value: `text of ${name}` } };
  },
  "azuread:index/appRoleAssignment:AppRoleAssignment": (name) => ({ id: guidOf(name), state: {} }),
  "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant": (name) => ({
    id: guidOf(name),
    state: {},
  }),
  "azure-native:keyvault:Vault": (_name, inputs) => ({
    id: `/vaults/${String(inputs["vaultName"])}`,
    state: { name: inputs["vaultName"] },
  }),
  "azure-native:keyvault:Secret": (_name, inputs) => ({
    id: `/vaults/${String(inputs["vaultName"])}/secrets/${String(inputs["secretName"])}`,
    state: {},
  }),
  "azure-native:authorization:RoleAssignment": (name) => ({ id: guidOf(name), state: {} }),
};

/** What the providers would answer for the resources of this project; undefined for any other type. */
export function azureOutputs({ type, name, inputs }: { type: string; name: string; inputs: Record<string, unknown> }) {
  return compute[type]?.(name, inputs);
}
