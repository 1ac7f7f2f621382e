import { emptyAccessPolicy } from "../../permissions/access-policy";
import { microsoftGraph, microsoftPartnerCenter } from "../../permissions/catalog";
import { declarable } from "../../permissions/manifest/settings";
import { type ConfiguredAccess, type RuleContext, resourceRules, violationsOf } from "../../permissions/policy-rules";
import type { DeclaredResource } from "../../permissions/policy-rules/rule";

/** Its typings leave these out, although the library exports them for tests. */
const { unknownCheckingProxy, unknownStringValue } = jest.requireActual<{
  unknownCheckingProxy(properties: object): Record<string, unknown>;
  readonly unknownStringValue: string;
}>("@pulumi/policy/proxy");

const vaultId = "/subscriptions/x/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";
const entry = `${vaultId}/secrets/partner-insights-contoso`;
const configured: ConfiguredAccess = {
  vault: { subscriptionId: "x", resourceGroup: "g", name: "v" },
  isVaultCreated: false,
  prefix: "partner-insights-contoso-",
  isUserAssigned: false,
  consentReason: undefined,
};
const context: RuleContext = {
  policy: emptyAccessPolicy,
  configured,
  now: new Date("2026-01-01T08:00:00Z"),
  longestLifetimeDays: 180,
};
const reader = "c0ffee00-0000-4000-8000-000000000005";
const writer = "c0ffee00-0000-4000-8000-00000000d002";
const roleDefinitions = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions";
const secretsUser = `${roleDefinitions}/4633458b-17de-408a-b874-0445c86b69e6`;
/** Key Vault Secrets Officer: who writes a vault that the stack makes. */
const officer = `${roleDefinitions}/b86a8fe4-44ce-4948-aee5-eccb2c155cd7`;
const readers = {
  permissions: [],
  readers: [{ principalId: reader, name: "r", mayReadRefreshTokens: false, reason: "r" }],
};
const permissionId = (api: typeof microsoftGraph, name: string, kind: string) =>
  api.permissions.find((it) => it.name === name && it.kind === kind)?.id;

/** Rules that a resource breaks, with their sentences. */
function broken(type: string, properties: Record<string, unknown>, more: Partial<DeclaredResource & RuleContext> = {}) {
  const resource = {
    type,
    name: "partner",
    properties,
    parent: undefined,
    isProtected: false,
    hasProvider: true,
    ...more,
  };
  const found = resourceRules.map(
    (rule) => [rule.name, violationsOf(rule, resource, { ...context, ...more })] as const,
  );
  return Object.fromEntries(found.filter(([, sentences]) => sentences.length > 0));
}

const application = "azuread:index/application:Application";
const grant = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant";
const assignment = "azuread:index/appRoleAssignment:AppRoleAssignment";
const principal = "azuread:index/servicePrincipal:ServicePrincipal";
const password = "azuread:index/applicationPassword:ApplicationPassword";
const role = "azure-native:authorization:RoleAssignment";
const below = (component: string) => `urn:pulumi:dev::p::partner-access:index:${component}::partner`;
const inApplication = { parent: below("PartnerApplication") };
/** As the engine hands properties to a pack: reading one that is not known yet throws. */
const asGiven = (properties: Record<string, unknown>) => unknownCheckingProxy(properties);
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
      broken(
        assignment,
        { appRoleId: "00000000-0000-0000-0000-000000000000", principalObjectId: "u", resourceObjectId: "p" },
        { ...inApplication, configured: { ...configured, isUserAssigned: true } },
      ),
      broken(principal, { clientId: "11111111-0000-4000-8000-00000000000a" }, inApplication),
      broken(password, { endDate: "2026-06-30T00:00:00Z" }),
      broken("partner-access:index:RotatingClientSecret", { lifetimeDays: 180 }, { hasProvider: false }),
      broken("pulumi:providers:azuread", { tenantId: "11111111-1111-4111-8111-111111111111" }),
      broken("pulumi:index:Stash", { input: { anything: true } }),
      // A component of anybody's: what it declares is held to the rules one by one.
      broken("fabrikam:index:Everything", { claimValues: ["Invented.Scope"] }, { hasProvider: false }),
    ]).toEqual(Array(10).fill({}));
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
    const capitals = [secretsUser, reader, `${entry}-client-secret`].map((id) => id.toUpperCase());
    const reads = { roleDefinitionId: capitals[0], principalId: capitals[1], scope: capitals[2] };
    expect(broken(role, reads, { policy: readers })).toEqual({});
  });

  it("refuse what nobody knows", () => {
    const unknown = "12345678-0000-4000-8000-000000000000";
    expect(broken(application, requesting(unknown, unknown, "Scope"))).toHaveProperty(["allowed-permissions"]);
    expect(broken(assignment, { appRoleId: unknown })).toHaveProperty(["allowed-permissions"]);
    expect(broken(grant, { claimValues: ["openid Invented.Scope"], userObjectId: "u" })["allowed-permissions"]).toEqual(
      [expect.stringContaining("Invented.Scope")],
    );
  });

  it("let allowed readers read one entry of this stack, and the refresh token only those who may", () => {
    const reads = (scope: string, principalId = reader, more = {}) =>
      broken(role, { roleDefinitionId: secretsUser, principalId, scope }, { policy: readers, ...more });
    expect([reads(`${entry}-client-secret`), reads(`${entry}-client-id`)]).toEqual([{}, {}]);
    expect(reads(`${entry}-client-secret`, "another")["allowed-readers"]).toEqual([
      "another may not read the client secret: add it to access-policy.yaml with a reason, or leave it out",
    ]);
    expect(reads(`${entry}-refresh-token`)).toHaveProperty(["allowed-readers"]);
    for (const scope of [
      ...[vaultId, "/subscriptions/x", "/", ""],
      ...[`${entry}-other`, entry.replace("contoso", "adatum-client-secret"), `${entry}-client-secret/versions/1`],
      `${entry}-client-secret`.replace("/vaults/v/", "/vaults/w/"),
    ]) {
      expect({ scope, broken: reads(scope) }).toEqual({
        scope,
        broken: { "allowed-readers": [expect.stringContaining("not an entry that this stack's configuration names")] },
      });
    }
    // A program without our configuration has no entries that could be read.
    expect(reads(`${entry}-client-secret`, reader, { configured: undefined })).toHaveProperty(["allowed-readers"]);
  });

  it("let only a named identity write, and only the vault that this stack creates", () => {
    const policy = { ...readers, writers: [{ principalId: writer, name: "w", vault: "v", reason: "r" }] };
    const created = { ...configured, isVaultCreated: true };
    const writes = (more: Record<string, unknown>, context: Partial<RuleContext> = {}) =>
      broken(
        role,
        { roleDefinitionId: officer, principalId: writer, scope: vaultId, ...more },
        { policy, configured: created, ...context },
      );
    expect([writes({}), writes({ scope: vaultId.toUpperCase(), principalId: writer.toUpperCase() })]).toEqual([{}, {}]);
    for (const given of [
      ...["/subscriptions/x", "/subscriptions/x/resourceGroups/g", `${entry}-client-secret`, `${vaultId}2`, ""].map(
        (scope) => ({ scope }),
      ),
      ...[reader, ""].map((principalId) => ({ principalId })),
    ]) {
      expect({ given, broken: writes(given) }).toEqual({
        given,
        broken: { "allowed-readers": [expect.any(String)] },
      });
    }
    expect(writes({}, { configured })).toHaveProperty(["allowed-readers"]);
    expect(writes({}, { configured: undefined })).toHaveProperty(["allowed-readers"]);
    // One of another vault, and one that is known for its roles only.
    for (const vault of ["w", undefined]) {
      const others = { ...policy, writers: [{ principalId: writer, name: "w", vault, reason: "r" }] };
      expect(writes({}, { policy: others })["allowed-readers"]).toEqual([
        expect.stringContaining('with "vault: v" and a reason'),
      ]);
    }
  });

  it("give no other role, whatever its id looks like", () => {
    for (const roleDefinitionId of [
      `${roleDefinitions}/8e3af657-a8ff-443c-a75c-2fe8c4bcb635`,
      `${roleDefinitions}/00000000-0000-4000-8000-000000000000/4633458b-17de-408a-b874-0445c86b69e6`,
      "4633458b-17de-408a-b874-0445c86b69e6",
      `${secretsUser}/`,
      "",
    ]) {
      const given = { roleDefinitionId, principalId: reader, scope: `${entry}-client-secret` };
      expect(broken(role, given, { policy: readers })["allowed-readers"]).toEqual([
        expect.stringContaining("this project gives Key Vault Secrets User only"),
      ]);
    }
  });

  it("limit the life of every secret", () => {
    expect(broken(password, {})["secret-lifetime"]).toEqual([expect.stringContaining("no end date")]);
    expect(broken(password, { endDate: "2026-07-01T00:00:00Z" })).toEqual({});
    expect(broken(password, { endDate: "2026-07-02T00:00:00Z" })["secret-lifetime"]).toEqual([
      "it ends in 181 days, and at most 180 are allowed",
    ]);
    expect(broken(password, { endDate: "2026-07-02T00:00:00Z" }, { longestLifetimeDays: 365 })).toEqual({});
    const component = "partner-access:index:RotatingClientSecret";
    expect(broken(component, { lifetimeDays: 181 }, { hasProvider: false })).toHaveProperty(["secret-lifetime"]);
  });

  it("want a reason for everybody's consent", () => {
    const everybody = { claimValues: ["openid"] };
    for (const consentReason of [undefined, "", "  "]) {
      expect(broken(grant, everybody, { configured: { ...configured, consentReason } })).toHaveProperty([
        "tenant-wide-consent-needs-a-reason",
      ]);
    }
    expect(broken(grant, everybody, { configured: undefined })).toHaveProperty(["tenant-wide-consent-needs-a-reason"]);
    const withReason = { ...configured, consentReason: "Everyone reports." };
    expect(broken(grant, everybody, { configured: withReason })).toEqual({});
  });

  it("let nobody sign in but the user whom the configuration has assigned", () => {
    const signIn = { appRoleId: "00000000-0000-0000-0000-000000000000", principalObjectId: "u", resourceObjectId: "p" };
    const assigned = { ...configured, isUserAssigned: true };
    expect(broken(assignment, signIn, { ...inApplication, configured: assigned })).toEqual({});
    for (const more of [{ configured: assigned }, inApplication, { ...inApplication, configured: undefined }]) {
      expect(broken(assignment, signIn, more)["allowed-permissions"]).toEqual([
        "it lets a user sign in who is not named in the configuration (reportingUser)",
      ]);
    }
  });

  it("keep the principals of somebody else's APIs", () => {
    const api = { clientId: microsoftPartnerCenter.clientId };
    const parent = below("ApiPermissionGrants");
    expect(broken(principal, api)).toHaveProperty(["api-principals-are-retained"]);
    expect(broken(principal, api, { parent: parent.replace("ApiPermissionGrants", "Another") })).not.toEqual({});
    expect([broken(principal, api, { parent }), broken(principal, api, { isProtected: true })]).toEqual([{}, {}]);
    // One that api-catalog.yaml adds is somebody else's too.
    const added = { ...microsoftPartnerCenter, clientId: "c0ffee00-0000-4000-8000-0000000000e1", name: "Added" };
    expect(broken(principal, { clientId: added.clientId }, { apis: [added] })).not.toEqual({});
    expect(broken(principal, { clientId: added.clientId }, { parent, apis: [added] })).toEqual({});
    expect(broken(principal, { clientId: added.clientId }, { parent })["api-principals-are-retained"]).toEqual([
      `it brings the application ${added.clientId} into the tenant, which was not judged`,
    ]);
    expect(broken(principal, api, inApplication)).toHaveProperty(["api-principals-are-retained"]);
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

  it("refuse every type and every provider that is not listed", () => {
    const others = [
      "azuread:index/directoryRoleAssignment:DirectoryRoleAssignment",
      "azuread:index/servicePrincipalPassword:ServicePrincipalPassword",
      "azuread:index/applicationCertificate:ApplicationCertificate",
      "azuread:index/servicePrincipalCertificate:ServicePrincipalCertificate",
      "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
      "azuread:index/applicationApiAccess:ApplicationApiAccess",
      "azuread:index/applicationOwner:ApplicationOwner",
      "azuread:index/applicationRegistration:ApplicationRegistration",
      "azuread:index/user:User",
      "azure-native:keyvault:AccessPolicy",
      "azure-native:keyvault/v20230701:Secret",
      "azure-native:resources:Deployment",
      "azure:keyvault/accessPolicy:AccessPolicy",
      "command:local:Command",
      "pulumi-nodejs:dynamic:Resource",
      "pulumi-nodejs:dynamic/Anything:Resource",
      "pulumi:pulumi:StackReference",
      "random:index/randomPet:RandomPet",
      // Under the prefix of our components, but made by a plugin.
      "partner-access:index:ApiPermissionGrants",
      "partner-access:index:Backdoor",
    ];
    for (const type of others) {
      expect({ type, broken: broken(type, {})["known-resources"] }).toEqual({
        type,
        broken: [`resources of the type ${type} may not be declared: a manifest cannot judge what it gives to whom`],
      });
    }
    for (const provider of ["command", "pulumi-nodejs", "azure", "azapi", "random"]) {
      expect(broken(`pulumi:providers:${provider}`, {}, { hasProvider: false })).toHaveProperty(["known-resources"]);
    }
  });

  it("refuse every setting of a listed type that is not listed, one level down as well", () => {
    for (const [type, lists] of declarable) {
      for (const [path, allowed] of lists) {
        const wrap = (settings: Record<string, unknown>) => (path === "" ? settings : { [path]: settings });
        expect(broken(type, wrap({ invented: "x" }))["known-resources"]).toEqual([
          expect.stringContaining(`it sets ${path === "" ? "" : `${path}.`}invented, which may not be set`),
        ]);
        // Not known yet is no excuse, and what says nothing needs none.
        expect(broken(type, asGiven(wrap({ invented: unknownStringValue })))).toHaveProperty(["known-resources"]);
        const silent = { invented: "", __defaults: [], ...Object.fromEntries(allowed.map((name) => [name, ""])) };
        expect(broken(type, wrap(silent))["known-resources"]).toBeUndefined();
      }
    }
    for (const [type, settings] of [
      [application, { passwords: [{ displayName: "another" }] }],
      [application, { password: { displayName: "another" } }],
      [application, { api: { oauth2PermissionScopes: [{ id: "x" }] } }],
      [application, { api: { knownClientApplications: ["x"] } }],
      [application, { appRoles: [{ id: "x" }] }],
      [application, { identifierUris: ["api://x"] }],
      [password, { endDateRelative: "2400000h" }],
      [principal, { samlSingleSignOn: { relayState: "x" } }],
      ["azure-native:keyvault:Vault", { properties: { accessPolicies: [{ objectId: reader }] } }],
      ["azure-native:keyvault:Vault", { properties: { enabledForDeployment: true } }],
    ] as const) {
      expect(broken(type, settings)).toHaveProperty(["known-resources"]);
    }
  });

  it("refuse whatever a rule needs and nobody knows yet", () => {
    const unknown = unknownStringValue;
    const reads = { roleDefinitionId: secretsUser, principalId: reader, scope: `${entry}-client-secret` };
    const accesses = { resourceAppId: microsoftGraph.clientId, resourceAccesses: [{ id: unknown, type: "Scope" }] };
    const cases: readonly (readonly [string, string, Record<string, unknown>, Partial<DeclaredResource>?])[] = [
      ["allowed-permissions", application, { requiredResourceAccesses: unknown }],
      ["allowed-permissions", application, { requiredResourceAccesses: [unknown] }],
      ["allowed-permissions", application, { requiredResourceAccesses: [accesses] }],
      ["allowed-permissions", grant, { claimValues: unknown, userObjectId: "u" }],
      ["allowed-permissions", grant, { claimValues: ["openid", unknown], userObjectId: "u" }],
      ["allowed-permissions", assignment, { appRoleId: unknown }],
      ["tenant-wide-consent-needs-a-reason", grant, { claimValues: ["openid"], userObjectId: unknown }],
      ["allowed-readers", role, { ...reads, scope: unknown }],
      ["allowed-readers", role, { ...reads, principalId: unknown }],
      ["allowed-readers", role, { ...reads, roleDefinitionId: unknown }],
      ["secret-lifetime", password, { endDate: unknown }],
      ["secret-lifetime", "partner-access:index:RotatingClientSecret", { lifetimeDays: unknown }],
      ["api-principals-are-retained", principal, { clientId: unknown }],
      ["api-principals-are-retained", principal, { clientId: unknown }, { parent: below("ApiPermissionGrants") }],
      ["api-principals-are-retained", principal, { clientId: "x", useExisting: unknown }, inApplication],
      ["no-personal-accounts", application, { signInAudience: unknown }],
      ["no-personal-accounts", "pulumi:providers:azuread", { tenantId: unknown }],
    ];
    for (const [rule, type, properties, more] of cases) {
      expect({ properties, broken: broken(type, asGiven(properties), { policy: readers, ...more })[rule] }).toEqual({
        properties,
        broken: [expect.stringMatching(/^its \S+ is not known yet, and this rule needs it/)],
      });
    }
  });

  it("need nothing that our own program cannot know in its first preview", () => {
    const unknown = unknownStringValue;
    const ours = { ...configured, isUserAssigned: true };
    const roleId = "00000000-0000-0000-0000-000000000000";
    const granted = {
      claimValues: ["openid"],
      userObjectId: "u",
      servicePrincipalObjectId: unknown,
      resourceServicePrincipalObjectId: unknown,
    };
    const signIn = { appRoleId: roleId, principalObjectId: "u", resourceObjectId: unknown };
    expect([
      broken(principal, asGiven({ clientId: unknown, appRoleAssignmentRequired: true }), inApplication),
      broken(grant, asGiven(granted)),
      broken(assignment, asGiven(signIn), { ...inApplication, configured: ours }),
      broken(password, asGiven({ applicationId: unknown, endDate: "2026-06-30T00:00:00Z" })),
      broken("azure-native:keyvault:Secret", asGiven({ properties: { value: unknown }, tags: unknown })),
    ]).toEqual([{}, {}, {}, {}, {}]);
  });
});
