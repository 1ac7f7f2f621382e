import type { TokenCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { createKeyVault } from "../../../clients/key-vault/records";

const vaultUri = "https://fabrikam.vault.example";
const credential: TokenCredential = { getToken: async () => ({ token: "t", expiresOnTimestamp: 0 }) };

/** What Microsoft's client makes of an answer to the list of versions. */
function answering(list: () => AsyncGenerator<never>): void {
  jest
    .spyOn(SecretClient.prototype, "listPropertiesOfSecretVersions")
    .mockImplementation(() => list() as unknown as ReturnType<SecretClient["listPropertiesOfSecretVersions"]>);
}
afterEach(() => jest.restoreAllMocks());

it("a name that nobody has used has no versions", async () => {
  answering(async function* () {
    yield* [];
  });
  expect(await createKeyVault(vaultUri, credential).versions("none")).toEqual([]);
});

it("an answer of not found is no proof that a secret has no versions", async () => {
  // biome-ignore lint/correctness/useYield: the list fails before its first item
  answering(async function* () {
    throw Object.assign(new Error("There is no vault."), { statusCode: 404, code: "VaultNotFound" });
  });
  await expect(createKeyVault(vaultUri, credential).versions("none")).rejects.toThrow(
    `Key Vault refused or failed: list the versions of secret none in ${vaultUri} (status 404, VaultNotFound). ` +
      "Key Vault says: There is no vault.",
  );
});
