import { createLocalJWKSet, jwtVerify } from "jose";
import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../../support/emulator";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

const configuration = "/.well-known/openid-configuration";

describe("the OpenID configuration", () => {
  it("of a domain name is that of its tenant id, in both versions", async () => {
    for (const [version, issuer] of [
      ["", `${emulator.origin}/${partnerTenant.id}/`],
      ["/v2.0", `${emulator.origin}/${partnerTenant.id}/v2.0`],
    ]) {
      const byDomain = await emulator.call("GET", `/${partnerTenant.domain}${version}${configuration}`);
      const byId = await emulator.call("GET", `/${partnerTenant.id}${version}${configuration}`);
      expect(byDomain.status).toBe(200);
      expect(byDomain.body).toEqual(byId.body);
      expect(byDomain.body.issuer).toBe(issuer);
      expect(byDomain.body.token_endpoint).toBe(`${emulator.origin}/${partnerTenant.id}/oauth2${version}/token`);
    }
  });

  it("of common names no single tenant", async () => {
    const { body } = await emulator.call("GET", `/common/v2.0${configuration}`);
    expect(body.issuer).toBe(`${emulator.origin}/{tenantid}/v2.0`);
    expect(body.token_endpoint).toBe(`${emulator.origin}/common/oauth2/v2.0/token`);
  });

  it("of an unknown domain is Entra's error 90002", async () => {
    const { status, body } = await emulator.call("GET", `/nobody.example/v2.0${configuration}`);
    expect([status, body.error, body.error_codes]).toEqual([400, "invalid_tenant", [90002]]);
  });

  it("leads to keys that verify a token", async () => {
    const { body } = await emulator.call("GET", `/${partnerTenant.id}/v2.0${configuration}`);
    const keys = await emulator.call("GET", body.jwks_uri);
    const token = await emulator.tokenOf("partner-deployer", "https://graph.microsoft.com");
    const verified = await jwtVerify(token, createLocalJWKSet(keys.body), {
      issuer: `${emulator.origin}/${partnerTenant.id}/`,
    });
    expect(verified.payload["tid"]).toBe(partnerTenant.id);
    expect(keys.text).not.toContain('"d"');
  });
});

describe("the cloud metadata", () => {
  const get = async (version: string) =>
    (await emulator.call("GET", `/metadata/endpoints?api-version=${version}`)).body;

  it("of 2022-09-01 holds what Pulumi's providers need, without a trailing slash", async () => {
    const body = await get("2022-09-01");
    expect(body).toMatchObject({
      name: "AzureCloud",
      resourceManager: emulator.origin,
      microsoftGraphResourceId: emulator.origin,
      authentication: {
        loginEndpoint: emulator.origin,
        audiences: expect.arrayContaining(["https://management.azure.com/"]),
      },
      suffixes: { keyVaultDns: "vault.emulator.test" },
    });
  });

  it("of 2019-05-01 is a list of clouds, of 2015-01-01 the oldest form", async () => {
    // Graph by its own name, or `az rest` could not tell it from Resource Manager.
    const microsoftGraphResourceId = "https://graph.microsoft.com";
    expect(await get("2019-05-01")).toEqual([{ ...(await get("2022-09-01")), microsoftGraphResourceId }]);
    expect((await get("2015-01-01")).authentication).toMatchObject({ loginEndpoint: `${emulator.origin}/` });
  });

  it("of another version is refused", async () => {
    expect((await emulator.call("GET", "/metadata/endpoints?api-version=2000-01-01")).status).toBe(400);
    expect((await emulator.call("GET", "/metadata/endpoints")).status).toBe(400);
  });
});

describe("instance discovery", () => {
  const ask = async (endpoint: string, host = emulator.origin) =>
    (
      await emulator.call(
        "GET",
        `${host}/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(endpoint)}`,
      )
    ).body;

  it("knows its own address with its port, and without, as MSAL for Python writes it", async () => {
    const found = `${emulator.origin}/${partnerTenant.id}/v2.0/.well-known/openid-configuration`;
    for (const base of [emulator.origin, "https://localhost", "https://LOCALHOST"]) {
      const { tenant_discovery_endpoint } = await ask(`${base}/${partnerTenant.id}/oauth2/v2.0/authorize`);
      expect(tenant_discovery_endpoint).toBe(found);
    }
  });

  it("knows Microsoft's own login host, whose documents lead back to it", async () => {
    const login = "https://login.microsoftonline.com";
    const { tenant_discovery_endpoint, metadata } = await ask(`${login}/organizations/oauth2/v2.0/authorize`, login);
    expect(tenant_discovery_endpoint).toBe(`${login}/organizations/v2.0${configuration}`);
    expect(metadata[0].aliases).toEqual(["login.microsoftonline.com"]);
    const { body } = await emulator.call("GET", `${login}/${partnerTenant.id}/v2.0${configuration}`);
    expect(body.token_endpoint).toBe(`${login}/${partnerTenant.id}/oauth2/v2.0/token`);
    expect(body.issuer).toBe(`${emulator.origin}/${partnerTenant.id}/v2.0`);
  });

  it.each([
    "https://login.example/x/authorize",
    "https://localhost:1/x/authorize",
    "http://localhost/x",
    "nonsense",
    "",
  ])("refuses %p", async (endpoint) => {
    expect((await ask(endpoint)).error).toBe("invalid_instance");
  });
});

describe("the user realm", () => {
  const ask = (user: string, version = "1.0") =>
    emulator.call("GET", `/common/userrealm/${encodeURIComponent(user)}?api-version=${version}`);

  it("of a tenant's people is managed here, of others unknown", async () => {
    expect((await ask("reports@contoso.example")).body).toMatchObject({
      ver: "1.0",
      account_type: "Managed",
      cloud_audience_urn: "urn:federation:MicrosoftOnline",
    });
    for (const user of ["who@nobody.example", "nonsense"]) {
      expect((await ask(user)).body.account_type).toBe("Unknown");
    }
    expect((await ask("reports@contoso.example", "9.0")).status).toBe(400);
  });
});
