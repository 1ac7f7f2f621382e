import type { TokenCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { azureFailure } from "../http/azure-failure";
import type { HttpSettings } from "../http/exchange";
import { vaultClientOptions } from "./client-options";

/** One version of an entry as it is to be written. */
interface SecretContent {
  readonly value: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly expiresOn: Date | undefined;
}

/** Writes one more version of an entry, enabled, and answers its id. */
export type SecretWriter = (name: string, content: SecretContent) => Promise<string>;

/**
 * Writes on the vault itself, for the one entry that is not the engine's: the refresh token. Key Vault has no conditional write, so a
 * caller that must not overwrite another version reads before and after.
 */
export function createSecretWriter(
  vaultUri: string,
  credential: TokenCredential,
  settings: HttpSettings = {},
): SecretWriter {
  const client = new SecretClient(vaultUri, credential, vaultClientOptions(vaultUri, settings));
  return async (name, { value, tags, contentType, expiresOn }) => {
    try {
      const { properties } = await client.setSecret(name, value, {
        enabled: true,
        tags: { ...tags },
        ...(contentType !== undefined && { contentType }),
        ...(expiresOn !== undefined && { expiresOn }),
      });
      return properties.version ?? "";
    } catch (error) {
      throw azureFailure(error, "Key Vault", `write ${name} in ${vaultUri}`);
    }
  };
}
