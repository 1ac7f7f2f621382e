import type { TokenCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";

/** One read of a secret: value and tags belong together, because they come from the same version. */
export interface VaultEntry {
  readonly name: string;
  readonly value: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly expiresOn: Date | undefined;
  readonly isEnabled: boolean;
  readonly version: string;
}

/** A secret as a list shows it: no value, list rights are enough. */
export type VaultEntryFacts = Omit<VaultEntry, "value" | "version">;

export interface KeyVault {
  /** The latest version; undefined when there is none by that name. */
  read(name: string): Promise<VaultEntry | undefined>;
  list(): Promise<readonly VaultEntryFacts[]>;
  /** The tags of the latest version, from the list: whoever may not read values can still read these. */
  readTags(name: string): Promise<Readonly<Record<string, string>> | undefined>;
}

/** A reader of one vault through Microsoft's own client. */
export function createKeyVault(vaultUri: string, credential: TokenCredential): KeyVault {
  const client = new SecretClient(vaultUri, credential);
  const list = async () => {
    const found: VaultEntryFacts[] = [];
    try {
      for await (const properties of client.listPropertiesOfSecrets()) found.push(factsOf(properties));
    } catch (error) {
      throw describe(error, `${vaultUri} secrets`);
    }
    return found;
  };
  return {
    list,
    readTags: async (name) => (await list()).find((entry) => entry.name === name)?.tags,
    async read(name) {
      try {
        const { value, properties } = await client.getSecret(name);
        return { ...factsOf(properties), value: value ?? "", version: properties.version ?? "" };
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return undefined;
        throw describe(error, `${vaultUri} secret ${name}`);
      }
    },
  };
}

interface Properties {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly expiresOn?: Date;
  readonly enabled?: boolean;
}

function factsOf({ name, tags = {}, expiresOn, enabled }: Properties): VaultEntryFacts {
  return { name, tags, expiresOn, isEnabled: enabled === true };
}

/** Status and code only: the client's error object holds the request with its token. */
function describe(error: unknown, what: string): Error {
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  return new Error(`Key Vault refused ${what}: ${statusCode ?? "no answer"} ${code ?? ""} ${message ?? ""}`.trim());
}
