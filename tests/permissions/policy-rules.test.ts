import { emptyAccessPolicy } from "../../permissions/access-policy";
import { microsoftGraph, microsoftPartnerCenter } from "../../permissions/catalog";
import { type DeclaredResource, type RuleContext, resourceRules } from "../../permissions/policy-rules";

/** Its typings leave these out, although the library exports them for tests. */
const { unknownCheckingProxy, unknownStringValue } = jest.requireActual<{
  unknownCheckingProxy(properties: object): Record<string, unknown>;
  readonly unknownStringValue: string;
}>("@pulumi/policy/proxy");

const context: RuleContext = {
  policy: emptyAccessPolicy,
  consentReason: undefined,
  now: new Date("2026-01-01T08:00:00Z"),
  longestLifetimeDays: 180,
};
const reader = "c0ffee00-0000-4000-8000-000000000005";
const secretsUser =
  "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6";
const entry =
  "/subscriptions/x/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/partner-insights-contoso";
/** Key Vault Secrets Officer: who writes a vault that the stack makes. */
const officer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
const permissionId = (api: typeof microsoftGraph, name: string, kind: string) =>
  api.permissions.find((it) => it.name === name && it.kind === kind)?.id;

/** Rules that a resource breaks, with their sentences. */
function broken(type: string, properties: Record<string, unknown>, more: Partial<DeclaredResource & RuleContext> = {}) {
  const resource = { type, name: "partner", properties, parent: undefined, isProtected: false, ...more };
  const found = resourceRules.map(
    ({ name, violations }) => [name, violations(resource, { ...context, ...more })] as const,
  );
  return Object.fromEntries(found.filter(([, sentences]) => sentences.length > 0));
}

const application = "azuread:index/application:Application";
const grant = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant";
const assignment = "azuread:index/appRoleAssignment:AppRoleAssignment";
const principal = "azuread:index/servicePrincipal:ServicePrincipal";
const password = "azuread:index/applicationPassword:ApplicationPassword";
const role = "azure-native:authorization:RoleAssignment";
const requesting = (clientId: string, id: string | undefined, type: string) => ({
  requiredResourceAccesses: [{ resourceAppId: clientId, resourceAccesses: [{ id, type }] }],
});

describe("the rules of the policy pack", () => {
  it("let a usual program pass", () => {
    const center = permissionId(microsoftPartnerCenter, "user_impersonation", "delegated");
    expect([
      broken(application, {
        ...requesting(microsoftPartnerCenter.clientId, center, "Scope"),
        signInAudience: "AzureADMyOrg",
      }),
      broken(application, {}),
      broken(grant, { claimValues: ["openid", "profile offline_access"], userObjectId: "u" }),
      broken(assignment, { appRoleId: "00000000-0000-0000-0000-000000000000" }),
      broken(principal, { clientId: "11111111-0000-4000-8000-00000000000a" }),
      broken(password, { endDate: "2026-06-30T00:00:00Z" }),
      broken("partner-access:index:RotatingClientSecret", { lifetimeDays: 180 }),
      broken("pulumi:providers:azuread", { tenantId: "11111111-1111-4111-8111-111111111111" }),
      broken(role, { roleDefinitionId: secretsUser.replace("4633458b-17de-408a-b874-0445c86b69e6", officer) }),
      broken("random:index/randomPet:RandomPet", {
        signInAudience: "PersonalMicrosoftAccount",
        claimValues: ["Invented.Scope"],
        useExisting: true,
        ...requesting("12345678-0000-4000-8000-000000000000", "12345678-0000-4000-8000-000000000000", "Scope"),
      }),
    ]).toEqual([{}, {}, {}, {}, {}, {}, {}, {}, {}, {}]);
  });

  it("allow what access-policy.yaml allows, of that kind and no other", () => {
    const id = permissionId(microsoftGraph, "Directory.Read.All", "application");
    const wanted = requesting(microsoftGraph.clientId, id, "Role");
    expect(broken(application, wanted)["allowed-permissions"]).toEqual([
      expect.stringContaining("it requests Directory.Read.All of Microsoft Graph (application), which is not allowed"),
    ]);
    expect(broken(assignment, { appRoleId: id })["allowed-permissions"]).toEqual([
      expect.stringContaining("it grants the application permission Directory.Read.All, which is not allowed"),
    ]);
    const allowed = {
      apiClientId: microsoftGraph.clientId,
      kind: "application",
      permission: "Directory.Read.All",
      reason: "r",
    } as const;
    const policy = { permissions: [allowed], readers: [] };
    expect([broken(application, wanted, { policy }), broken(assignment, { appRoleId: id }, { policy })]).toEqual([
      {},
      {},
    ]);
    const delegated = permissionId(microsoftGraph, "Directory.Read.All", "delegated");
    expect(broken(application, requesting(microsoftGraph.clientId, delegated, "Scope"), { policy })).not.toEqual({});
    expect(broken(grant, { claimValues: ["Directory.Read.All"], userObjectId: "u" }, { policy })).not.toEqual({});
  });

  it("allow delegated permissions of access-policy.yaml too, in a list or in one text", () => {
    const allowed = {
      apiClientId: microsoftGraph.clientId,
      kind: "delegated",
      permission: "Group.Read.All",
      reason: "r",
    } as const;
    const policy = { permissions: [allowed], readers: [] };
    for (const claimValues of [["Group.Read.All", "openid"], "openid  Group.Read.All "]) {
      const granted = { claimValues, userObjectId: "u" };
      expect(broken(grant, granted, { policy })).toEqual({});
      expect(broken(grant, granted)["allowed-permissions"]).toEqual([
        expect.stringContaining("it grants the delegated permission Group.Read.All, which is not allowed"),
      ]);
    }
  });

  it("read ids in capitals as the same ids", () => {
    const center = permissionId(microsoftPartnerCenter, "user_impersonation", "delegated")?.toUpperCase();
    const wanted = requesting(microsoftPartnerCenter.clientId.toUpperCase(), center, "Scope");
    expect(broken(application, wanted)).toEqual({});
    const id = permissionId(microsoftGraph, "Directory.Read.All", "application");
    expect(broken(assignment, { appRoleId: id?.toUpperCase() })["allowed-permissions"]).toEqual([
      expect.stringContaining("Directory.Read.All"),
    ]);
    const roleDefinitionId = secretsUser.replace(/[^/]*$/, (last) => last.toUpperCase());
    const reads = { roleDefinitionId, principalId: reader, scope: `${entry}-client-secret` };
    const policy = {
      permissions: [],
      readers: [{ principalId: reader, name: "r", mayReadRefreshTokens: false, reason: "r" }],
    };
    expect(broken(role, reads, { policy })).toEqual({});
  });

  it("refuse what nobody knows", () => {
    const unknown = "12345678-0000-4000-8000-000000000000";
    expect(broken(application, requesting(unknown, unknown, "Scope"))).toHaveProperty(["allowed-permissions"]);
    expect(broken(assignment, { appRoleId: unknown })).toHaveProperty(["allowed-permissions"]);
    expect(broken(grant, { claimValues: ["openid Invented.Scope"], userObjectId: "u" })["allowed-permissions"]).toEqual(
      [expect.stringContaining("Invented.Scope")],
    );
  });

  it("let allowed readers read one entry, and the refresh token only those who may", () => {
    const policy = {
      permissions: [],
      readers: [{ principalId: reader, name: "r", mayReadRefreshTokens: false, reason: "r" }],
    };
    const reads = (scope: string, principalId = reader, more = {}) =>
      broken(role, { roleDefinitionId: secretsUser, principalId, scope }, { policy, ...more });
    expect(reads(`${entry}-client-secret`)).toEqual({});
    expect(reads(`${entry}-client-secret`, "another")).toHaveProperty(["allowed-readers"]);
    expect(reads(`${entry}-refresh-token`)).toHaveProperty(["allowed-readers"]);
    expect(reads(entry.replace(/\/secrets.*/, ""))["allowed-readers"]).toEqual([
      "it reaches more than one entry of the vault",
    ]);
    const owner =
      "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    expect(broken(role, { roleDefinitionId: owner, principalId: reader, scope: entry }, { policy })).toHaveProperty([
      "allowed-readers",
    ]);
  });

  it("limit the life of every secret", () => {
    expect(broken(password, {})["secret-lifetime"]).toEqual([expect.stringContaining("no end date")]);
    expect(broken(password, { endDate: "2026-07-01T00:00:00Z" })).toEqual({});
    expect(broken(password, { endDate: "2026-07-02T00:00:00Z" })["secret-lifetime"]).toEqual([
      "it ends in 181 days, and at most 180 are allowed",
    ]);
    expect(broken(password, { endDate: "2026-07-02T00:00:00Z" }, { longestLifetimeDays: 365 })).toEqual({});
    expect(broken("partner-access:index:RotatingClientSecret", { lifetimeDays: 181 })).toHaveProperty([
      "secret-lifetime",
    ]);
  });

  it("want a reason for everybody's consent", () => {
    const everybody = { claimValues: ["openid"] };
    for (const consentReason of [undefined, "", "  "]) {
      expect(broken(grant, everybody, { consentReason })).toHaveProperty(["tenant-wide-consent-needs-a-reason"]);
    }
    expect(broken(grant, everybody, { consentReason: "Everyone reports." })).toEqual({});
  });

  it("keep the principals of somebody else's APIs", () => {
    const api = { clientId: microsoftPartnerCenter.clientId };
    const parent = "urn:pulumi:dev::p::partner-access:index:ApiPermissionGrants::partner";
    expect(broken(principal, api)).toHaveProperty(["api-principals-are-retained"]);
    expect(broken(principal, api, { parent: parent.replace("ApiPermissionGrants", "Another") })).not.toEqual({});
    expect([broken(principal, api, { parent }), broken(principal, api, { isProtected: true })]).toEqual([{}, {}]);
    // One that api-catalog.yaml adds is somebody else's too.
    const added = { ...microsoftPartnerCenter, clientId: "c0ffee00-0000-4000-8000-0000000000e1", name: "Added" };
    expect(broken(principal, { clientId: added.clientId }, { apis: [added] })).not.toEqual({});
    expect(broken(principal, { clientId: added.clientId })).toEqual({});
    expect(broken(principal, { ...api, useExisting: true }, { parent })["api-principals-are-retained"]).toEqual([
      expect.stringContaining("useExisting"),
    ]);
  });

  it("offer nothing to personal accounts or other tenants", () => {
    for (const signInAudience of [
      "AzureADandPersonalMicrosoftAccount",
      "PersonalMicrosoftAccount",
      "AzureADMultipleOrgs",
    ]) {
      expect(broken(application, { signInAudience })).toHaveProperty(["no-personal-accounts"]);
    }
    const personal = { tenantId: "9188040d-6c67-4c5b-b112-36a304b66dad" };
    expect(broken("pulumi:providers:azuread", personal)).toHaveProperty(["no-personal-accounts"]);
  });

  it("cope with what a preview does not know yet: they wait, or go by the name, and never take it for nothing", () => {
    const unknown = (properties: Record<string, unknown>) =>
      unknownCheckingProxy(properties) as Record<string, unknown>;
    const policy = {
      permissions: [],
      readers: [{ principalId: reader, name: "r", mayReadRefreshTokens: false, reason: "r" }],
    };
    const unscoped = unknown({ roleDefinitionId: secretsUser, principalId: reader, scope: unknownStringValue });
    expect(broken(role, unscoped, { policy, name: "vault-client-secret-reader-r" })).toEqual({});
    expect(broken(role, unscoped, { policy, name: "vault-refresh-token-reader-r" })).toHaveProperty([
      "allowed-readers",
    ]);
    expect(broken(principal, unknown({ clientId: unknownStringValue }))).toEqual({});
    expect(broken(grant, unknown({ claimValues: ["openid"], userObjectId: unknownStringValue }))).toEqual({});
    expect(() => broken(application, unknown({ signInAudience: unknownStringValue }))).toThrow(
      "can't be known during preview",
    );
  });
});
