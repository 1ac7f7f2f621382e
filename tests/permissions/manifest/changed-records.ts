import { type AccessManifest, buildManifest, type ResourceRecord } from "../../../permissions/manifest";
import { declared, recordsOf, underMocks } from "./declared-stack";

/** What the declared stack's program registers under mocks. */
export const records = recordsOf(declared, underMocks);

export const type = {
  application: "azuread:index/application:Application",
  principal: "azuread:index/servicePrincipal:ServicePrincipal",
  grant: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
  assignment: "azuread:index/appRoleAssignment:AppRoleAssignment",
  password: "azuread:index/applicationPassword:ApplicationPassword",
  azureRole: "azure-native:authorization:RoleAssignment",
  entry: "azure-native:keyvault:Secret",
  vault: "azure-native:keyvault:Vault",
};

/** The same records with the inputs of one changed. */
export function changed(
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  of = records,
): readonly ResourceRecord[] {
  expect(of.filter((record) => record.name === name)).toHaveLength(1);
  return of.map((record) => (record.name === name ? { ...record, inputs: { ...record.inputs, ...inputs } } : record));
}

/** The manifest of these records and one more. */
export function manifestWith(record: ResourceRecord): AccessManifest {
  return buildManifest([...records, record]);
}

export const outputOf = (name: string, output: string) =>
  records.find((record) => record.name === name)?.outputs?.[output] as string;
