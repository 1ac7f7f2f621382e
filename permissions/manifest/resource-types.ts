/** The resource types a manifest reads, as Pulumi names them. */
export const types = {
  application: "azuread:index/application:Application",
  principal: "azuread:index/servicePrincipal:ServicePrincipal",
  delegatedGrant: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
  roleAssignment: "azuread:index/appRoleAssignment:AppRoleAssignment",
  password: "azuread:index/applicationPassword:ApplicationPassword",
  vault: "azure-native:keyvault:Vault",
  entry: "azure-native:keyvault:Secret",
  azureRole: "azure-native:authorization:RoleAssignment",
  memory: "pulumi:index:Stash",
  stack: "pulumi:pulumi:Stack",
  clientSecretComponent: "partner-access:index:RotatingClientSecret",
  applicationComponent: "partner-access:index:PartnerApplication",
} as const;

/** What a provider's record begins with; the provider's name follows. */
export const providerPrefix = "pulumi:providers:";
/** What this project's components begin with. */
export const componentPrefix = "partner-access:index:";
