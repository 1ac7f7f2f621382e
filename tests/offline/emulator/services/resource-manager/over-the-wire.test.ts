import { homeSubscription, homeTenant, keyVaultSuffix } from "../../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../../support/emulator";

const group = `/subscriptions/${homeSubscription.id}/resourceGroups/${homeSubscription.resourceGroup}`;
const vaultPath = `${group}/providers/Microsoft.KeyVault/vaults/${homeSubscription.vault}`;
const armVersion = "?api-version=2024-11-01";
const secretUri = `https://${homeSubscription.vault}.${keyVaultSuffix}/secrets/one?api-version=7.6`;
const armAudience = "https://management.core.windows.net/";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

describe("ARM and Key Vault over the wire", () => {
  it("share one secret, whichever way it was written", async () => {
    const body = { properties: { value: "wire-text", attributes: { exp: 1_900_000_000 } }, tags: { slot: "a" } };
    const put = await emulator.call("PUT", `${vaultPath}/secrets/one${armVersion}`, {
      as: "home-deployer",
      body,
      resource: armAudience,
    });
    expect(put.status).toBe(201);
    const get = await emulator.call("GET", secretUri, { as: "home-deployer" });
    expect(get.body).toMatchObject({ value: "wire-text", tags: { slot: "a" }, attributes: { exp: 1_900_000_000 } });
    expect(get.body.id).toBe(put.body.properties.secretUriWithVersion);
  });

  it("challenge a caller without a token, each in its own way", async () => {
    const arm = await emulator.call("GET", `${vaultPath}${armVersion}`);
    expect([arm.status, arm.body.error.code]).toEqual([401, "AuthenticationFailed"]);
    expect(arm.headers["www-authenticate"]).toContain("Bearer authorization_uri=");
    const vault = await emulator.call("PUT", secretUri);
    expect([vault.status, vault.body.error]).toEqual([
      401,
      { code: "Unauthorized", message: "AKV10000: Request is missing a Bearer or PoP token." },
    ]);
    expect(vault.headers["www-authenticate"]).toBe(
      `Bearer authorization="${emulator.origin}/${homeTenant.id}", resource="https://${keyVaultSuffix}"`,
    );
  });

  it("take no token that was issued for the other, or for Graph", async () => {
    const forVault = await emulator.tokenOf("home-deployer", `https://${keyVaultSuffix}`);
    const forArm = await emulator.tokenOf("home-deployer", armAudience);
    const forGraph = await emulator.tokenOf("home-deployer", emulator.origin);
    for (const token of [forVault, forGraph]) {
      const arm = await emulator.call("GET", `${vaultPath}${armVersion}`, { token });
      expect([arm.status, arm.body.error.code]).toEqual([401, "InvalidAuthenticationTokenAudience"]);
    }
    for (const token of [forArm, forGraph]) {
      const vault = await emulator.call("GET", secretUri, { token });
      expect([vault.status, vault.body.error.message]).toEqual([
        401,
        `AKV10022: Invalid audience. Expected https://${keyVaultSuffix}.`,
      ]);
    }
  });

  it("name the issuer that is really in the tokens of another tenant", async () => {
    const vault = await emulator.call("GET", secretUri, { as: "partner-deployer" });
    const token = await emulator.tokenOf("partner-deployer", `https://${keyVaultSuffix}`);
    const { iss } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
    expect([vault.status, vault.body.error.message]).toEqual([
      401,
      `AKV10032: Invalid issuer. Expected one of ${emulator.origin}/${homeTenant.id}/, found ${iss}.`,
    ]);
  });

  it("let the rotator write its tenant's entries and no others", async () => {
    const call = (name: string) =>
      emulator.call("PUT", `${vaultPath}/secrets/${name}${armVersion}`, {
        as: "home-rotator",
        body: { properties: { value: "text" } },
        resource: armAudience,
      });
    expect((await call("partner-insights-contoso-client-secret")).status).toBe(201);
    expect((await call("partner-insights-other-client-secret")).status).toBe(403);
    const vault = await emulator.call("GET", `${vaultPath}${armVersion}`, {
      as: "home-rotator",
      resource: armAudience,
    });
    expect(vault.status).toBe(200);
  });
});
