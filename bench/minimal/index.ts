import { RoleAssignment } from "@pulumi/azure-native/authorization";
import { Secret } from "@pulumi/azure-native/keyvault";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";

// The same cloud resources as the stack `dev`, by hand: no checks, no record, no proof, no look-ups, every id written down.
const partner = new azuread.Provider("partner", { tenantId: "11111111-1111-4111-8111-111111111111" });
const vault = new AzureProvider("vault", {
  tenantId: "22222222-2222-4222-8222-222222222222",
  subscriptionId: "33333333-3333-4333-8333-333333333333",
  clientId: "c0ffee00-0000-4000-8000-00000000d002",
});
const inTenant = { provider: partner };
const inVault = { provider: vault };
const userObjectId = "c0ffee00-0000-4000-8000-0000000000a1";
const owners = ["c0ffee00-0000-4000-8000-000000000001"];
const partnerCenter = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
const graph = "00000003-0000-0000-c000-000000000000";

const application = new azuread.Application(
  "app",
  {
    displayName: "Minimal",
    owners,
    requiredResourceAccesses: [
      {
        resourceAppId: partnerCenter,
        resourceAccesses: [{ id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a", type: "Scope" }],
      },
      { resourceAppId: graph, resourceAccesses: [{ id: "37f7f235-527c-4136-accd-4a02d197296e", type: "Scope" }] },
    ],
    web: { redirectUris: ["http://localhost:8400/"] },
  },
  inTenant,
);
const principal = new azuread.ServicePrincipal(
  "app",
  { clientId: application.clientId, appRoleAssignmentRequired: true, owners },
  inTenant,
);
const api = new azuread.ServicePrincipal("api", { clientId: partnerCenter }, { ...inTenant, retainOnDelete: true });
const graphObjectId = azuread.getServicePrincipalOutput({ clientId: graph }, inTenant).objectId;
const grant = (name: string, resourceServicePrincipalObjectId: pulumi.Input<string>, claimValues: string[]) =>
  new azuread.ServicePrincipalDelegatedPermissionGrant(
    name,
    { servicePrincipalObjectId: principal.objectId, resourceServicePrincipalObjectId, claimValues, userObjectId },
    inTenant,
  );
grant("partner-center", api.objectId, ["user_impersonation"]);
grant("graph", graphObjectId, ["openid"]);
new azuread.AppRoleAssignment(
  "user",
  {
    appRoleId: "00000000-0000-0000-0000-000000000000",
    principalObjectId: userObjectId,
    resourceObjectId: principal.objectId,
  },
  inTenant,
);
const password = new azuread.ApplicationPassword(
  "secret",
  { applicationId: application.id, displayName: "minimal", endDate: "2099-01-01T00:00:00Z" },
  inTenant,
);

const secret = (name: string, value: pulumi.Input<string>) =>
  new Secret(
    name,
    {
      resourceGroupName: "partner-insights",
      vaultName: "fabrikam-partner-access",
      secretName: `minimal-${name}`,
      properties: { value: pulumi.secret(value) },
    },
    inVault,
  );
const reader = (name: string, scope: pulumi.Input<string>, principalId: string) =>
  new RoleAssignment(
    name,
    {
      scope,
      principalId,
      principalType: "ServicePrincipal",
      roleDefinitionId:
        "/subscriptions/33333333-3333-4333-8333-333333333333/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
    },
    inVault,
  );
const reportBuilder = "c0ffee00-0000-4000-8000-000000000005";
reader("id-reader", secret("client-id", application.clientId).id, reportBuilder);
reader("secret-reader", secret("client-secret", password.value).id, reportBuilder);
reader("token-reader", secret("refresh-token", "none").id, "c0ffee00-0000-4000-8000-000000000006");
