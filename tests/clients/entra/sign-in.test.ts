import { DefaultAzureCredential } from "@azure/identity";
import { SignInSettingsError } from "../../../clients/entra/arm-environment";
import { authorityOfVault, cloudOfVault, readCloudEndpoints } from "../../../clients/entra/clouds";
import { vaultCredential } from "../../../clients/entra/sign-in";
import { signInThrough } from "../../../clients/entra/sign-in-transport";
import { createTokenSource } from "../../../tokens/vault-token-source";

// Microsoft's own class tells nobody where it will sign in: what it is made with is kept.
jest.mock("@azure/identity", () => ({
  ...jest.requireActual("@azure/identity"),
  DefaultAzureCredential: jest.fn(() => ({})),
}));
// A vault without entries. The real client would ask a real vault before it signs in.
jest.mock("@azure/keyvault-secrets", () => ({
  SecretClient: jest.fn(() => ({ getSecret: () => Promise.reject(Object.assign(new Error(), { statusCode: 404 })) })),
}));
const defaultSignIns = () => jest.mocked(DefaultAzureCredential).mock.calls.flat();
beforeEach(() => jest.mocked(DefaultAzureCredential).mockClear());

const authority = "https://login.microsoftonline.com";
const tenant = "11111111-1111-4111-8111-111111111111";
const clouds = ["public", "usgovernment", "china"] as const;

describe.each(clouds)("a vault of the cloud %s", (cloud) => {
  const vaultUri = async () => `https://fabrikam.${(await readCloudEndpoints({ cloud })).keyVaultSuffix}`;
  const authorityOf = async () => (await readCloudEndpoints({ cloud })).authority;
  afterEach(() => {
    delete process.env["AZURE_AUTHORITY_HOST"];
  });
  const look = async () =>
    createTokenSource({ vaultUri: await vaultUri(), prefix: "p-" })
      .getToken()
      .catch((error: { code?: unknown }) => expect(error.code).toBe("no-entry"));

  it("is known by its address", async () => {
    expect([cloudOfVault(await vaultUri()), authorityOfVault(await vaultUri())]).toEqual([cloud, await authorityOf()]);
  });

  it("is signed in to at its own cloud by a command, unless the variable names another place", async () => {
    vaultCredential({}, await authorityOf());
    vaultCredential({ AZURE_AUTHORITY_HOST: "" }, await authorityOf());
    vaultCredential({ AZURE_AUTHORITY_HOST: "https://login.example" }, await authorityOf());
    expect(defaultSignIns()).toEqual([
      expect.objectContaining({ authorityHost: await authorityOf() }),
      expect.objectContaining({ authorityHost: await authorityOf() }),
      expect.objectContaining({ authorityHost: "https://login.example" }),
    ]);
  });

  it("is signed in to at its own cloud by a consumer of tokens, unless the variable names another place", async () => {
    await look();
    process.env["AZURE_AUTHORITY_HOST"] = "https://login.example";
    await look();
    expect(defaultSignIns()).toEqual([
      expect.objectContaining({ authorityHost: await authorityOf() }),
      expect.objectContaining({ authorityHost: "https://login.example" }),
    ]);
  });
});

it("an emulator's own sign-in is used directly, and Microsoft is not asked whether it knows it", () => {
  const identity = { AZURE_CLIENT_ID: "client", AZURE_CLIENT_SECRET: "secret", AZURE_TENANT_ID: tenant };
  vaultCredential(identity, "https://127.0.0.1:8443");
  vaultCredential({ ...identity, AZURE_AUTHORITY_HOST: "https://127.0.0.1:8443" }, authority);
  expect(defaultSignIns()).toEqual([]);
});

it("what is already said for a person reaches them as it is", async () => {
  const said = new SignInSettingsError(["the Azure CLI gives no token"]);
  const credential = signInThrough({}, () => ({ getToken: () => Promise.reject(said) }));
  await expect(credential.getToken("a")).rejects.toBe(said);
});

describe("those who ask at the same time", () => {
  const counting = () => {
    const asked: string[] = [];
    const credential = signInThrough({}, () => ({
      async getToken(scopes) {
        asked.push(String(scopes));
        await new Promise((next) => setImmediate(next));
        if (asked.length === 1 && scopes === "fails") throw new Error("once");
        return { token: `token ${asked.length} for ${scopes}`, expiresOnTimestamp: 0 };
      },
    }));
    return { asked, credential };
  };

  it("share one sign-in for each service", async () => {
    const { asked, credential } = counting();
    const scopes = ["graph", "vault", "graph", "graph"];
    const tokens = await Promise.all(scopes.map((scope) => credential.getToken(scope)));
    expect([asked, new Set(tokens.map((it) => it?.token)).size]).toEqual([["graph", "vault"], 2]);
  });

  it("share its failure too, and the next one asks anew", async () => {
    const { asked, credential } = counting();
    const both = await Promise.allSettled([credential.getToken("fails"), credential.getToken("fails")]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await credential.getToken("fails")).toMatchObject({ token: "token 2 for fails" });
    expect(asked).toEqual(["fails", "fails"]);
  });
});
