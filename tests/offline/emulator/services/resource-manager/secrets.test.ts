import { builtInRoles, homeSubscription, keyVaultSuffix } from "../../../../../offline/emulator/seed/constants";
import { AzureCalls, vaultPath } from "../../azure-calls";

const path = `${vaultPath}/secrets/partner-insights-contoso-client-secret`;
const uri = `https://${homeSubscription.vault}.${keyVaultSuffix}/secrets/partner-insights-contoso-client-secret`;
const text = "first-text";
const body = {
  properties: { value: text, contentType: "text/plain", attributes: { enabled: true, exp: 1_900_000_000 } },
  tags: { slot: "a" },
};

let azure: AzureCalls;
beforeEach(() => {
  azure = new AzureCalls();
});

const put = (changes: { properties?: object; tags?: object } = {}) =>
  azure.arm("deployer", "PUT", path, {
    ...body,
    ...changes,
    properties: { ...body.properties, ...changes.properties },
  });
const versions = async () =>
  (await azure.vault("deployer", "GET", `/secrets/partner-insights-contoso-client-secret/versions`)).body.value.length;

describe("a secret through ARM", () => {
  it("is written with its attributes and answered without its value", async () => {
    azure.world.clock.set(new Date("2026-05-01T00:00:00Z"));
    const { status, body: secret } = await put();
    expect(status).toBe(201);
    expect(JSON.stringify(secret)).not.toContain(text);
    const created = Date.parse("2026-05-01T00:00:00Z") / 1000;
    expect(secret).toEqual({
      id: path,
      name: "partner-insights-contoso-client-secret",
      type: "Microsoft.KeyVault/vaults/secrets",
      location: "westeurope",
      tags: { slot: "a" },
      properties: {
        contentType: "text/plain",
        attributes: { enabled: true, exp: 1_900_000_000, created, updated: created },
        secretUri: uri,
        secretUriWithVersion: expect.stringMatching(new RegExp(`^${uri}/[0-9a-f]{32}$`)),
      },
    });
    expect((await azure.arm("deployer", "GET", path)).body).toEqual(secret);
    const list = await azure.arm("deployer", "GET", `${vaultPath}/secrets`);
    expect(list.body.value).toEqual([secret]);
  });

  it("makes no new version when nothing differs, and one when anything does", async () => {
    const first = await put();
    const same = await put();
    expect([same.status, same.body]).toEqual([200, first.body]);
    expect(await versions()).toBe(1);
    const changes = [
      { tags: { slot: "b" } },
      { properties: { value: "second-text" } },
      { properties: { contentType: "application/json" } },
      { properties: { attributes: { enabled: true, exp: 1_900_000_001 } } },
      { properties: { attributes: { enabled: false, exp: 1_900_000_000 } } },
      { properties: { attributes: { enabled: true, exp: 1_900_000_000, nbf: 1_700_000_000 } } },
    ];
    // Back to the first content in between, so that each change is the only difference.
    for (const [index, change] of changes.entries()) {
      expect((await put(change)).status).toBe(200);
      expect(await versions()).toBe(2 * index + 2);
      await put();
      expect(await versions()).toBe(2 * index + 3);
    }
  });

  it("changes by PATCH only what is given", async () => {
    await put();
    const patched = await azure.arm("deployer", "PATCH", path, { properties: { attributes: { enabled: false } } });
    expect(patched.body.properties.attributes).toMatchObject({ enabled: false, exp: 1_900_000_000 });
    expect(patched.body.tags).toEqual({ slot: "a" });
    expect(await versions()).toBe(1);
    const renewed = await azure.arm("deployer", "PATCH", path, { properties: { value: "second-text" } });
    expect(renewed.body.tags).toEqual({ slot: "a" });
    expect(await versions()).toBe(2);
  });

  it("is 404 when it is not there, and needs a value to be there", async () => {
    const { status, body: refusal } = await azure.arm("deployer", "GET", path);
    expect([status, refusal.error.code]).toEqual([404, "SecretNotFound"]);
    const empty = await azure.arm("deployer", "PUT", path, { properties: {} });
    expect([empty.status, empty.body.error.code]).toEqual([400, "BadRequest"]);
  });

  it("is 409 while a deleted secret holds the name", async () => {
    await put();
    await azure.vault("deployer", "DELETE", "/secrets/partner-insights-contoso-client-secret");
    const { status, body: refusal } = await put();
    expect([status, refusal.error.code]).toEqual([409, "ConflictError"]);
    expect(refusal.error.message).toContain("currently in a deleted but recoverable state");
    expect((await azure.arm("deployer", "GET", path)).status).toBe(404);
  });

  it("cannot be deleted through ARM", async () => {
    await put();
    const { status, body: refusal } = await azure.arm("administrator", "DELETE", path);
    expect(status).toBe(501);
    expect(refusal.error.message).toContain(`DELETE ${path}`);
  });

  it("can be written with a role on that secret alone", async () => {
    azure.strip("rotator");
    expect((await azure.arm("rotator", "PUT", path, body)).body.error.message).toContain(
      `'Microsoft.KeyVault/vaults/secrets/write' over scope '${path}'`,
    );
    azure.assign("rotator", builtInRoles.keyVaultContributor, path);
    expect((await azure.arm("rotator", "PUT", path, body)).status).toBe(201);
    expect((await azure.arm("rotator", "PUT", `${vaultPath}/secrets/other`, body)).status).toBe(403);
  });

  it("refuses fields it does not know, and never repeats a value", async () => {
    const { status, body: refusal } = await azure.arm("deployer", "PUT", path, {
      properties: { value: { nested: text }, vaule: text },
    });
    expect(status).toBe(400);
    expect(refusal.error.message).toContain("properties.vaule");
    expect(JSON.stringify(refusal)).not.toContain(text);
  });
});
