import { isLoopback, openIdTenant, readCloudEndpoints } from "../../../clients/entra/clouds";

const tenantId = "11111111-1111-4111-8111-111111111111";
const noTime = { now: () => 0, sleep: async () => undefined };

function answering(body: unknown, status = 200) {
  const asked: string[] = [];
  const fetcher = (async (url: string) => {
    asked.push(url);
    return Response.json(body, { status });
  }) as unknown as typeof fetch;
  return { fetcher, asked };
}

describe("readCloudEndpoints", () => {
  it("knows Microsoft's clouds without asking anybody", async () => {
    const { fetcher, asked } = answering({});
    expect(await readCloudEndpoints({ cloud: "public", fetch: fetcher })).toEqual({
      authority: "https://login.microsoftonline.com",
      graph: "https://graph.microsoft.com",
      resourceManager: "https://management.azure.com",
      keyVaultSuffix: "vault.azure.net",
    });
    expect((await readCloudEndpoints({ cloud: "usgovernment", fetch: fetcher })).authority).toBe(
      "https://login.microsoftonline.us",
    );
    expect((await readCloudEndpoints({ cloud: "china", fetch: fetcher })).keyVaultSuffix).toBe("vault.azure.cn");
    expect(asked).toEqual([]);
  });

  it("reads the document that both providers read, when a metadata host is named", async () => {
    const { fetcher, asked } = answering({
      name: "emulator",
      resourceManager: "https://localhost:1/",
      microsoftGraphResourceId: "https://localhost:1/",
      authentication: { loginEndpoint: "https://localhost:1/" },
      suffixes: { keyVaultDns: ".vault.emulator.test" },
    });
    expect(await readCloudEndpoints({ cloud: "public", metadataHost: "localhost:1", fetch: fetcher })).toEqual({
      authority: "https://localhost:1",
      graph: "https://localhost:1",
      resourceManager: "https://localhost:1",
      keyVaultSuffix: "vault.emulator.test",
    });
    expect(asked).toEqual(["https://localhost:1/metadata/endpoints?api-version=2022-09-01"]);
  });

  it("refuses a document that lacks an endpoint, by name", async () => {
    const { fetcher } = answering({ resourceManager: "https://localhost:1" });
    await expect(readCloudEndpoints({ cloud: "public", metadataHost: "localhost:1", fetch: fetcher })).rejects.toThrow(
      "read authentication.loginEndpoint",
    );
  });
});

describe("openIdTenant", () => {
  it("names the tenant of a domain", async () => {
    const { fetcher, asked } = answering({
      issuer: "https://login.example/{tenantid}/v2.0",
      token_endpoint: `https://login.example/${tenantId.toUpperCase()}/oauth2/v2.0/token`,
    });
    expect(await openIdTenant({ authority: "https://login.example", domain: "contoso.example", fetch: fetcher })).toBe(
      tenantId,
    );
    expect(asked).toEqual(["https://login.example/contoso.example/v2.0/.well-known/openid-configuration"]);
  });

  it("says that no tenant has the domain", async () => {
    const { fetcher } = answering({ error: "invalid_tenant", error_codes: [90002] }, 400);
    await expect(
      openIdTenant({ authority: "https://login.example", domain: "nobody.example", fetch: fetcher }),
    ).rejects.toThrow("No tenant has this domain: check tenant.domain.");
  });

  it("asks again while the service is busy, and not when it refuses", async () => {
    let calls = 0;
    const fetcher = (async () => {
      calls += 1;
      if (calls < 3) return Response.json({}, { status: 503 });
      return Response.json({ token_endpoint: `https://login.example/${tenantId}/oauth2/v2.0/token` });
    }) as unknown as typeof fetch;
    const options = { authority: "https://login.example", domain: "contoso.example", time: noTime };
    expect(await openIdTenant({ ...options, fetch: fetcher })).toBe(tenantId);
    expect(calls).toBe(3);
    const refusing = answering({}, 404);
    await expect(openIdTenant({ ...options, fetch: refusing.fetcher })).rejects.toMatchObject({ status: 404 });
    expect(refusing.asked).toHaveLength(1);
  });
});

describe("isLoopback", () => {
  it.each([
    "localhost",
    "localhost:8443",
    "https://localhost:1/x",
    "127.0.0.1",
    "127.9.9.9:80",
    "[::1]:443",
    "HTTPS://LOCALHOST",
  ])("takes %s for this machine", (address) => expect(isLoopback(address)).toBe(true));

  it.each([
    "login.microsoftonline.com",
    "localhost.example",
    "https://127.0.0.1.example",
    "10.0.0.1",
    "localhost@evil.example",
    "",
    "not a host",
  ])("does not take %j for this machine", (address) => expect(isLoopback(address)).toBe(false));
});
