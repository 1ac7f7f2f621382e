import {
  builtInRoles,
  homeSubscription,
  homeTenant,
  keyVaultSuffix,
} from "../../../../../offline/emulator/seed/constants";
import { AzureCalls, group, vaultPath, vaults } from "../../azure-calls";

const subscription = `/subscriptions/${homeSubscription.id}`;
const path = `${vaults}/Fresh-Vault`;
const deletedPath = `${subscription}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/fresh-vault`;
const properties = {
  tenantId: homeTenant.id,
  sku: { family: "A", name: "standard" },
  enableRbacAuthorization: true,
};
const body = { location: "westeurope", properties };
const days = (count: number) => count * 24 * 60 * 60 * 1000;

let azure: AzureCalls;
beforeEach(() => {
  azure = new AzureCalls();
});

const put = (changes: object = {}, at = path, who: "deployer" | "administrator" = "deployer") =>
  azure.arm(who, "PUT", at, { ...body, properties: { ...properties, ...changes } });

it("lies in a region of Microsoft's, and so does a group", async () => {
  const group = await azure.groups("administrator", "PUT", `${subscription}/resourceGroups/red`, { location: "mars" });
  expect([group.status, group.body.error.code]).toEqual([400, "LocationNotAvailableForResourceGroup"]);
  const vault = await azure.arm("deployer", "PUT", path, { ...body, location: "Mars" });
  expect([vault.status, vault.body.error.code]).toEqual([400, "LocationNotAvailableForResourceType"]);
  expect(vault.body.error.message).toContain("'mars' is not available for resource type 'Microsoft.KeyVault/vaults'");
  expect((await azure.arm("deployer", "PUT", path, { ...body, location: "West Europe" })).status).toBe(201);
});

describe("a vault", () => {
  it("is created with the service's defaults and its address", async () => {
    const { status, body: vault } = await put();
    expect(status).toBe(201);
    expect(vault).toEqual({
      id: path,
      name: "Fresh-Vault",
      type: "Microsoft.KeyVault/vaults",
      location: "westeurope",
      tags: {},
      properties: {
        ...properties,
        accessPolicies: [],
        enabledForDeployment: false,
        enabledForDiskEncryption: false,
        enabledForTemplateDeployment: false,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        publicNetworkAccess: "Enabled",
        provisioningState: "Succeeded",
        vaultUri: `https://fresh-vault.${keyVaultSuffix}/`,
      },
    });
    expect((await azure.arm("deployer", "GET", path.toLowerCase())).body).toEqual(vault);
  });

  it("uses access policies unless roles are asked for, and then needs a list of them", async () => {
    const without = await put({ enableRbacAuthorization: undefined });
    expect([without.status, without.body.error.code]).toEqual([400, "BadRequest"]);
    const { status, body: vault } = await put({ enableRbacAuthorization: undefined, accessPolicies: [] });
    expect([status, vault.properties.enableRbacAuthorization]).toEqual([201, false]);
  });

  it("is listed in its group, in its subscription and among resources", async () => {
    const names = async (list: string, version: string) =>
      (await azure.arm("deployer", "GET", list, undefined, version)).body.value.map(
        (each: { name: string }) => each.name,
      );
    const filter = encodeURIComponent("resourceType eq 'Microsoft.KeyVault/vaults'");
    expect(await names(vaults, "2024-11-01")).toEqual([homeSubscription.vault]);
    expect(await names(`${subscription}/providers/Microsoft.KeyVault/vaults`, "2022-07-01")).toEqual([
      homeSubscription.vault,
    ]);
    expect(await names(`${subscription}/resources?$filter=${filter}`, "2015-11-01")).toEqual([homeSubscription.vault]);
    const named = (name: string) => `${subscription}/resources?$filter=${filter} and name eq '${name}'`;
    expect(await names(named(homeSubscription.vault), "2015-11-01")).toEqual([homeSubscription.vault]);
    expect(await names(named("another"), "2015-11-01")).toEqual([]);
  });

  it("pages a list by $top", async () => {
    await put();
    const first = await azure.arm("deployer", "GET", `${vaults}?$top=1`);
    expect(first.body.value).toHaveLength(1);
    const next = new URL(first.body.nextLink);
    const second = await azure.arm("deployer", "GET", next.pathname + next.search);
    expect(second.body.value.map((each: { name: string }) => each.name)).toEqual(["Fresh-Vault"]);
    expect(second.body.nextLink).toBeUndefined();
    const none = await azure.arm("deployer", "GET", `${vaults}?$top=0`);
    expect([none.status, none.body.error.message]).toEqual([400, expect.stringContaining("a whole number from 1 on")]);
  });

  it("is not found when it is in another group", async () => {
    await azure.groups("administrator", "PUT", `${subscription}/resourceGroups/other`, { location: "westeurope" });
    const other = `${subscription}/resourceGroups/other/providers/Microsoft.KeyVault/vaults/${homeSubscription.vault}`;
    const { status, body: refusal } = await azure.arm("administrator", "GET", other);
    expect([status, refusal.error.code]).toEqual([404, "ResourceNotFound"]);
  });

  it("has a group that exists", async () => {
    const missing = `${subscription}/resourceGroups/none/providers/Microsoft.KeyVault/vaults/some-vault`;
    const { status, body: refusal } = await put({}, missing, "administrator");
    expect([status, refusal.error.code]).toEqual([404, "ResourceGroupNotFound"]);
  });

  it.each(["a", "1abc", "abc-", "ab--cd", "a".repeat(25), "under_score"])("cannot be named %s", async (name) => {
    const { status, body: refusal } = await put({}, `${vaults}/${name}`);
    expect([status, refusal.error.code]).toEqual([400, "VaultNameNotValid"]);
  });

  it("refuses a property it does not know", async () => {
    const { status, body: refusal } = await put({ enableMagic: true });
    expect(status).toBe(400);
    expect(refusal.error.message).toContain("properties.enableMagic");
  });
});

describe("a change of a vault", () => {
  it("keeps what is left out and cannot move, weaken or shorten", async () => {
    await put({ enablePurgeProtection: true, softDeleteRetentionInDays: 30 });
    const changed = await put({ enabledForDeployment: true, softDeleteRetentionInDays: 30 });
    expect(changed.status).toBe(200);
    expect(changed.body.properties).toMatchObject({ enablePurgeProtection: true, enabledForDeployment: true });
    const retention = await put({ softDeleteRetentionInDays: 60 });
    expect([retention.status, retention.body.error.message]).toEqual([
      400,
      'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
    ]);
    const protection = await put({ enablePurgeProtection: false });
    expect(protection.body.error.message).toContain("irreversible");
    const softDelete = await put({ enableSoftDelete: false });
    expect([softDelete.status, softDelete.body.error.code]).toEqual([400, "BadRequest"]);
    const moved = await azure.arm("deployer", "PUT", path, { ...body, location: "northeurope" });
    expect([moved.status, moved.body.error.code]).toEqual([409, "InvalidResourceLocation"]);
  });

  it("refuses a retention outside 7 to 90 days, and no soft delete from the start", async () => {
    expect((await put({ softDeleteRetentionInDays: 6 })).status).toBe(400);
    expect((await put({ softDeleteRetentionInDays: 91 })).status).toBe(400);
    expect((await put({ enableSoftDelete: false })).status).toBe(400);
    expect((await put({ enablePurgeProtection: false })).status).toBe(400);
  });

  it("replaces tags by PATCH and leaves the rest", async () => {
    await put();
    const { status, body: vault } = await azure.arm("deployer", "PATCH", path, { tags: { team: "data" } });
    expect([status, vault.tags, vault.properties.enableRbacAuthorization]).toEqual([200, { team: "data" }, true]);
  });

  it("of the permission model needs the right to assign roles", async () => {
    const change = { properties: { enableRbacAuthorization: false } };
    azure.strip("deployer");
    azure.assign("deployer", builtInRoles.keyVaultContributor, group);
    const refused = await azure.arm("deployer", "PATCH", vaultPath, change);
    expect([refused.status, refused.body.error.code]).toEqual([403, "InsufficientPermissions"]);
    azure.assign("deployer", builtInRoles.rbacAdministrator, group);
    expect((await azure.arm("deployer", "PATCH", vaultPath, change)).status).toBe(200);
  });

  it("adds, replaces and removes access policies", async () => {
    const policy = (secrets: string[], objectId: string = homeTenant.reader.objectId) => ({
      tenantId: homeTenant.id,
      objectId,
      permissions: { secrets },
    });
    const change = async (kind: string, ...accessPolicies: object[]) =>
      (await azure.arm("deployer", "PUT", `${path}/accessPolicies/${kind}`, { properties: { accessPolicies } })).body
        .properties.accessPolicies;
    await put({ enableRbacAuthorization: false, accessPolicies: [] });
    await change("add", policy(["get"]));
    expect(await change("add", policy(["list"]))).toMatchObject([{ permissions: { secrets: ["get", "list"] } }]);
    expect(await change("remove", policy(["get"]))).toMatchObject([{ permissions: { secrets: ["list"] } }]);
    expect(await change("remove", policy(["list"]))).toEqual([]);
    expect(await change("replace", policy(["all"], homeTenant.renewer.objectId))).toMatchObject([
      { objectId: homeTenant.renewer.objectId },
    ]);
  });
});

describe("a vault's name", () => {
  it("is taken for every tenant and group", async () => {
    await azure.groups("administrator", "PUT", `${subscription}/resourceGroups/other`, { location: "westeurope" });
    const other = `${subscription}/resourceGroups/other/providers/Microsoft.KeyVault/vaults/${homeSubscription.vault.toUpperCase()}`;
    const { status, body: refusal } = await put({}, other, "administrator");
    expect([status, refusal.error.code]).toEqual([409, "VaultAlreadyExists"]);
    expect(refusal.error.message).toContain("is already in use. Vault names are globally unique");
  });

  it("stays taken while the deleted vault can be recovered", async () => {
    await put();
    expect((await azure.arm("deployer", "DELETE", path)).status).toBe(200);
    const { status, body: refusal } = await put();
    expect([status, refusal.error.code]).toEqual([409, "ConflictError"]);
    expect(refusal.error.message).toContain("already exists in deleted state");
  });

  it("can be asked about beforehand", async () => {
    const check = async (name: string) =>
      (
        await azure.arm("administrator", "POST", `${subscription}/providers/Microsoft.KeyVault/checkNameAvailability`, {
          name,
          type: "Microsoft.KeyVault/vaults",
        })
      ).body;
    expect(await check("free-name")).toEqual({ nameAvailable: true });
    expect(await check(homeSubscription.vault)).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
    expect(await check("-bad-")).toMatchObject({ nameAvailable: false, reason: "AccountNameInvalid" });
  });
});

describe("a deleted vault", () => {
  it("is shown with its dates, and is not deleted twice", async () => {
    azure.world.clock.set(new Date("2026-05-01T00:00:00Z"));
    await put({ enablePurgeProtection: true, softDeleteRetentionInDays: 7 });
    await azure.arm("deployer", "DELETE", path);
    expect((await azure.arm("deployer", "DELETE", path)).status).toBe(204);
    expect((await azure.arm("deployer", "GET", path)).status).toBe(404);
    const { status, body: deleted } = await azure.arm("administrator", "GET", deletedPath);
    expect(status).toBe(200);
    expect(deleted.id).toBe(deletedPath.replace("fresh-vault", "Fresh-Vault"));
    expect(deleted.properties).toEqual({
      vaultId: path,
      location: "westeurope",
      tags: {},
      deletionDate: "2026-05-01T00:00:00Z",
      scheduledPurgeDate: "2026-05-08T00:00:00Z",
      purgeProtectionEnabled: true,
    });
    const list = await azure.arm("administrator", "GET", `${subscription}/providers/Microsoft.KeyVault/deletedVaults`);
    expect(list.body.value).toHaveLength(1);
  });

  it("comes back with its secrets, and without its role assignments", async () => {
    await azure.arm("deployer", "PUT", `${vaultPath}/secrets/one`, { properties: { value: "text" } });
    expect((await azure.vault("deployer", "GET", "/secrets/one")).status).toBe(200);
    await azure.arm("deployer", "DELETE", vaultPath);
    const recovered = await put({ createMode: "recover" }, vaultPath);
    expect([recovered.status, recovered.body.properties.enablePurgeProtection]).toEqual([200, true]);
    const read = await azure.vault("deployer", "GET", "/secrets/one");
    expect([read.status, read.body.error.innererror.code]).toEqual([403, "ForbiddenByRbac"]);
    azure.assign("deployer", builtInRoles.keyVaultSecretsUser, vaultPath);
    expect((await azure.vault("deployer", "GET", "/secrets/one")).body.value).toBe("text");
  });

  it("can only be recovered where it was", async () => {
    await azure.groups("administrator", "PUT", `${subscription}/resourceGroups/other`, { location: "westeurope" });
    await put();
    await azure.arm("deployer", "DELETE", path);
    const elsewhere = path.replace("partner-insights", "other");
    expect((await put({ createMode: "recover" }, elsewhere, "administrator")).body.error.code).toBe("VaultNotFound");
    const region = { location: "northeurope", properties: { ...properties, createMode: "recover" } };
    expect((await azure.arm("deployer", "PUT", path, region)).body.error.code).toBe("VaultNotFound");
    expect((await put({ createMode: "recover" })).status).toBe(200);
  });

  it("must be there to be recovered", async () => {
    const { status, body: refusal } = await put({ createMode: "recover" });
    expect([status, refusal.error.code]).toEqual([404, "VaultNotFound"]);
  });

  it("is purged by who may, and never under purge protection", async () => {
    await put();
    await azure.arm("deployer", "PUT", `${path}/secrets/one`, { properties: { value: "text" } });
    await put({ enablePurgeProtection: true }, `${vaults}/Locked-Vault`);
    await azure.arm("deployer", "DELETE", path);
    await azure.arm("deployer", "DELETE", `${vaults}/Locked-Vault`);
    expect((await azure.arm("deployer", "POST", `${deletedPath}/purge`)).status).toBe(403);
    expect((await azure.arm("administrator", "POST", `${deletedPath}/purge`)).status).toBe(200);
    expect((await put()).status).toBe(201);
    const secrets = await azure.arm("deployer", "GET", `${path}/secrets`);
    expect(secrets.body.value).toEqual([]);
    const locked = deletedPath.replace("fresh-vault", "locked-vault");
    const { status, body: refusal } = await azure.arm("administrator", "POST", `${locked}/purge`);
    expect([status, refusal.error.message]).toEqual([405, "Operation 'DeletedVaultPurge' is not allowed."]);
  });

  it("is purged by time, and its name is free again", async () => {
    await put({ softDeleteRetentionInDays: 7 });
    await azure.arm("deployer", "DELETE", path);
    azure.world.clock.set(new Date(azure.world.clock.now().getTime() + days(7)));
    expect((await azure.arm("administrator", "GET", deletedPath)).status).toBe(404);
    expect((await put()).status).toBe(201);
  });
});

describe("the api-versions of vaults", () => {
  const { enableRbacAuthorization: _model, ...unsaid } = properties;
  const create = (version: string, more: object = {}) =>
    azure.arm("deployer", "PUT", `${path}?api-version=${version}`, { ...body, properties: { ...unsaid, ...more } });

  it.each(["2024-11-01", "2026-02-01", "2026-05-15"])("include %s", async (version) => {
    expect((await azure.arm("deployer", "GET", `${vaultPath}?api-version=${version}`)).status).toBe(200);
  });

  it("decide how a new vault that does not say so admits its callers: by roles since 2026-02-01", async () => {
    expect((await create("2024-11-01")).body.error.message).toContain("accessPolicies");
    expect((await create("2024-11-01", { accessPolicies: [] })).body.properties.enableRbacAuthorization).toBe(false);
    azure = new AzureCalls();
    expect((await create("2026-02-01")).body.properties.enableRbacAuthorization).toBe(true);
    azure = new AzureCalls();
    const said = await create("2026-05-15", { enableRbacAuthorization: false, accessPolicies: [] });
    expect(said.body.properties.enableRbacAuthorization).toBe(false);
  });

  it("change nothing of a vault that is there", async () => {
    await create("2024-11-01", { accessPolicies: [] });
    const changed = await create("2026-02-01");
    expect([changed.status, changed.body.properties.enableRbacAuthorization]).toEqual([200, false]);
  });
});
