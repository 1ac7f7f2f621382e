import { azureNative } from "../../../offline/providers/azure-native/provider";
import { azuread } from "../../../offline/providers/azuread/provider";
import { readCloud, refuseVaultSuffix } from "../../../offline/providers/cloud-metadata";
import { isLoopbackAddress, isLoopbackHost, refuseUnlessLoopback } from "../../../offline/providers/loopback";

const origin = "https://localhost:8443";
const metadata = {
  name: "Emulator",
  resourceManager: `${origin}/`,
  microsoftGraphResourceId: `${origin}/`,
  authentication: { loginEndpoint: `${origin}/`, audiences: ["https://management.azure.com"] },
  suffixes: { keyVaultDns: "vault.emulator.test" },
};
const proxied = { HTTPS_PROXY: "http://127.0.0.1:9", NODE_USE_ENV_PROXY: "1", NO_PROXY: "localhost,127.0.0.1" };

/** A `fetch` that answers the metadata document and fails on anything else: nothing may leave. */
function answering(document: unknown, asked: string[] = []): typeof globalThis.fetch {
  return async (input) => {
    asked.push(String(input));
    if (!String(input).includes("/metadata/endpoints")) throw new Error(`unexpected call to ${String(input)}`);
    return Response.json(document);
  };
}

describe("only this machine", () => {
  it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1", "[::1]"])("is %s", (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([
    "example.com",
    "localhost.example.com",
    "128.0.0.1",
    "0.0.0.0",
    "::",
    "10.0.0.1",
    "127.0.0.1.example.com",
    "",
    "graph.microsoft.com",
  ])("is not %j", (host) => expect(isLoopbackHost(host)).toBe(false));

  it("is told apart in addresses with a user part", () => {
    expect(isLoopbackAddress("localhost:80@example.com:443")).toBe(false);
    expect(isLoopbackAddress("127.0.0.1:1234")).toBe(true);
    expect(() => refuseUnlessLoopback("it", "https://localhost@example.com/")).toThrow("on this machine only");
  });
});

describe("the metadata document", () => {
  it("is read from a host on this machine", async () => {
    const asked: string[] = [];
    expect(await readCloud("localhost:8443", answering(metadata, asked))).toEqual({
      resourceManager: origin,
      graph: origin,
      login: origin,
      resourceManagerAudience: "https://management.azure.com",
      keyVaultSuffix: "vault.emulator.test",
    });
    expect(asked).toEqual([`${origin}/metadata/endpoints?api-version=2022-09-01`]);
  });

  it.each(["management.azure.com", "https://management.azure.com", "10.1.2.3:443"])(
    "is not asked of %s",
    async (host) => {
      const asked: string[] = [];
      await expect(readCloud(host, answering(metadata, asked))).rejects.toThrow(
        "on this machine only: metadataHost is",
      );
      expect(asked).toEqual([]);
    },
  );

  it("is needed", async () => {
    await expect(readCloud(undefined, answering(metadata))).rejects.toThrow("ARM_METADATA_HOSTNAME");
  });

  it.each([
    ["resourceManager", { ...metadata, resourceManager: "https://management.azure.com/" }],
    ["microsoftGraphResourceId", { ...metadata, microsoftGraphResourceId: "https://graph.microsoft.com/" }],
    [
      "authentication.loginEndpoint",
      {
        ...metadata,
        authentication: { ...metadata.authentication, loginEndpoint: "https://login.microsoftonline.com" },
      },
    ],
  ])("is refused when %s is not this machine", async (name, document) => {
    await expect(readCloud("localhost:8443", answering(document))).rejects.toThrow(`on this machine only: ${name}`);
  });

  it("is refused when it lacks what is needed", async () => {
    await expect(readCloud("localhost:8443", answering({ ...metadata, name: "" }))).rejects.toThrow("not usable");
  });
});

describe("vault hosts that no resolver knows", () => {
  it("are reached through a proxy on this machine", () => {
    expect(() => refuseVaultSuffix("vault.emulator.test", proxied)).not.toThrow();
    expect(() => refuseVaultSuffix("localhost:8443", {})).not.toThrow();
  });

  it.each([
    ["without a proxy", {}, "HTTPS_PROXY"],
    ["when Node would not use the proxy", { HTTPS_PROXY: proxied.HTTPS_PROXY }, "NODE_USE_ENV_PROXY"],
    [
      "through a proxy elsewhere",
      { ...proxied, HTTPS_PROXY: "http://proxy.example.com:8080" },
      "on this machine only: HTTPS_PROXY",
    ],
    [
      "when NO_PROXY would call them directly",
      { ...proxied, NO_PROXY: "localhost,.emulator.test" },
      "NO_PROXY holds emulator.test",
    ],
    ["when NO_PROXY names everything", { ...proxied, NO_PROXY: "*" }, "NO_PROXY holds *"],
  ])("are refused %s", (_name, environment, message) => {
    expect(() => refuseVaultSuffix("vault.emulator.test", environment)).toThrow(message);
  });
});

describe("a stand-in provider", () => {
  const context = { cancelled: new AbortController().signal, log: () => undefined };
  const real = { ARM_TENANT_ID: "t", ARM_CLIENT_ID: "c", ARM_CLIENT_SECRET: "s", ARM_SUBSCRIPTION_ID: "u", ...proxied };

  it.each([azuread, azureNative])("of $name is not configured for anything but this machine", async (provider) => {
    const fetch = answering(metadata);
    const environment = { ...real, ARM_METADATA_HOSTNAME: "management.azure.com" };
    await expect(provider.configure({}, { ...context, environment, fetch })).rejects.toThrow("on this machine only");
    // The provider's own configuration goes before the environment, so it is looked at too.
    const configured = { metadataHost: "management.azure.com" };
    const local = { ...real, ARM_METADATA_HOSTNAME: "localhost:8443" };
    await expect(provider.configure(configured, { ...context, environment: local, fetch })).rejects.toThrow(
      "on this machine only",
    );
  });

  it("of azure-native is not configured for vaults elsewhere", async () => {
    const environment = { ...real, ARM_METADATA_HOSTNAME: "localhost:8443", HTTPS_PROXY: "http://proxy.example.com" };
    await expect(azureNative.configure({}, { ...context, environment, fetch: answering(metadata) })).rejects.toThrow(
      "HTTPS_PROXY",
    );
  });

  it.each([azuread, azureNative])(
    "of $name says everything that is missing to sign in, and no secret",
    async (provider) => {
      const environment = { ...proxied, ARM_METADATA_HOSTNAME: "localhost:8443", ARM_SUBSCRIPTION_ID: "u" };
      const failure = provider.configure({}, { ...context, environment, fetch: answering(metadata) });
      await expect(failure).rejects.toThrow(/tenantId(.|\n)*clientId(.|\n)*proof of identity/);
    },
  );
});
