import fc from "fast-check";
import { builtInRoles, homeTenant } from "../../../../../offline/emulator/seed/constants";
import { actionMatches } from "../../../../../offline/emulator/services/resource-manager/authorization";
import { roleDefinitions } from "../../../../../offline/emulator/services/resource-manager/role-definitions";
import {
  canonicalScope,
  displayScope,
  scopeReaches,
} from "../../../../../offline/emulator/services/resource-manager/scopes";
import { AzureCalls, holdRealTime, vaultPath, vaults } from "../../azure-calls";

describe("actions", () => {
  it.each([
    ["*", "Microsoft.KeyVault/vaults/write", true],
    ["*/read", "Microsoft.KeyVault/vaults/read", true],
    ["*/read", "Microsoft.KeyVault/vaults/write", false],
    ["Microsoft.KeyVault/vaults/secrets/*", "Microsoft.KeyVault/vaults/secrets/getSecret/action", true],
    ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/secrets/read", true],
    ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaults/read", true],
    ["Microsoft.KeyVault/vaults/*/read", "Microsoft.KeyVault/vaultsread", false],
    ["Microsoft.Authorization/*/Write", "microsoft.authorization/roleassignments/write", true],
    ["Microsoft.KeyVault/vaults/read", "MicrosoftxKeyVault/vaults/read", false],
    ["Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/read/more", false],
  ])("%s and %s: %s", (pattern, action, expected) => {
    expect(actionMatches(pattern, action)).toBe(expected);
  });
});

describe("scopes", () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9-]{1,8}$/);

  it("reach themselves and everything below, never a sibling whose name only begins alike", () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), segment, (path, more) => {
        const scope = `/${path.join("/")}`;
        expect(scopeReaches(scope.toUpperCase(), scope)).toBe(true);
        expect(scopeReaches(scope, `${scope}/${more}`)).toBe(true);
        expect(scopeReaches(`${scope}/${more}`, scope)).toBe(false);
        expect(scopeReaches(scope, `${scope}${more}`)).toBe(false);
      }),
    );
  });

  it("read back in the names their objects were created with", () => {
    const azure = new AzureCalls();
    expect(displayScope(azure.home, canonicalScope(`${vaultPath.toUpperCase()}/SECRETS/Gone`))).toBe(
      `${vaultPath}/secrets/gone`,
    );
  });
});

describe("built-in roles", () => {
  it("are exactly those the constants name", () => {
    expect(roleDefinitions.map((role) => role.id).sort()).toEqual(Object.values(builtInRoles).sort());
  });

  const put = (azure: AzureCalls) =>
    azure.arm("reader", "PUT", `${vaults}/reader-made`, {
      location: "westeurope",
      properties: { tenantId: homeTenant.id, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
    });
  const assign = (azure: AzureCalls) =>
    azure.roles(
      "reader",
      "PUT",
      `${vaultPath}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`,
      {
        properties: {
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles.keyVaultReader}`,
          principalId: homeTenant.renewer.objectId,
          principalType: "ServicePrincipal",
        },
      },
    );
  const get = (azure: AzureCalls) => azure.arm("reader", "GET", vaultPath);
  const armSecret = (azure: AzureCalls) =>
    azure.arm("reader", "PUT", `${vaultPath}/secrets/one`, { properties: { value: "text" } });
  const set = (azure: AzureCalls) => azure.vault("reader", "PUT", "/secrets/one", { value: "text" });
  const list = (azure: AzureCalls) => azure.vault("reader", "GET", "/secrets");
  const calls = { get, put, armSecret, assign, set, list };

  // What each role may do, from Microsoft's tables. "x" is refused.
  const table: readonly [keyof typeof builtInRoles | "none", Record<keyof typeof calls, number>][] = [
    ["none", { get: 403, put: 403, armSecret: 403, assign: 403, set: 403, list: 403 }],
    ["owner", { get: 200, put: 201, armSecret: 201, assign: 201, set: 403, list: 403 }],
    ["contributor", { get: 200, put: 201, armSecret: 201, assign: 403, set: 403, list: 403 }],
    ["reader", { get: 200, put: 403, armSecret: 403, assign: 403, set: 403, list: 403 }],
    ["userAccessAdministrator", { get: 200, put: 403, armSecret: 403, assign: 201, set: 403, list: 403 }],
    ["rbacAdministrator", { get: 200, put: 403, armSecret: 403, assign: 201, set: 403, list: 403 }],
    ["keyVaultContributor", { get: 200, put: 201, armSecret: 201, assign: 403, set: 403, list: 403 }],
    ["keyVaultAdministrator", { get: 200, put: 403, armSecret: 403, assign: 403, set: 200, list: 200 }],
    ["keyVaultSecretsOfficer", { get: 200, put: 403, armSecret: 403, assign: 403, set: 200, list: 200 }],
    ["keyVaultSecretsUser", { get: 403, put: 403, armSecret: 403, assign: 403, set: 403, list: 200 }],
    ["keyVaultReader", { get: 200, put: 403, armSecret: 403, assign: 403, set: 403, list: 200 }],
  ];
  it.each(table)("%s allows and refuses what Microsoft's definition says", async (role, expected) => {
    const results: Record<string, number> = {};
    for (const [name, call] of Object.entries(calls)) {
      const azure = new AzureCalls();
      if (role !== "none") azure.assign("reader", builtInRoles[role], vaultPath.split("/providers/")[0]!);
      results[name] = (await call(azure)).status;
    }
    expect(results).toEqual(expected);
  });
});

describe("propagation", () => {
  afterEach(() => jest.restoreAllMocks());

  it("lets a role count, and stop counting, only after the read lag", async () => {
    const pass = holdRealTime();
    const azure = new AzureCalls();
    const status = async () => (await azure.vault("reader", "GET", "/secrets")).status;
    azure.world.lag.readLagSeconds = 5;
    azure.assign("reader", builtInRoles.keyVaultSecretsUser, vaultPath);
    expect(await status()).toBe(403);
    pass(4.9);
    expect(await status()).toBe(403);
    pass(0.2);
    expect(await status()).toBe(200);
    azure.strip("reader");
    expect(await status()).toBe(200);
    pass(5);
    expect(await status()).toBe(403);
  });
});
