import type { TokenCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import { azureFailure } from "../http/azure-failure";
import type { HttpSettings } from "../http/exchange";
import { vaultClientOptions } from "./client-options";

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

/** One version of a secret as a list shows it. */
interface VaultVersion extends VaultEntryFacts {
  readonly version: string;
  readonly createdOn: Date;
}

export interface KeyVault {
  /** The latest version; undefined when there is none by that name. */
  read(name: string): Promise<VaultEntry | undefined>;
  /** One version's text; for a state that was lost, and for nothing that is shown. */
  readVersion(name: string, version: string): Promise<string>;
  list(): Promise<readonly VaultEntryFacts[]>;
  /** Every version, oldest first, disabled ones included; none when there is no such secret. Needs list rights on that secret only. */
  versions(name: string): Promise<readonly VaultVersion[]>;
  /** The latest version, enabled or not, from its versions (read unless known), which need no right to read values. */
  latest(name: string, known?: readonly VaultVersion[]): Promise<VaultEntryFacts | undefined>;
  /** The tags of the latest version. */
  readTags(name: string): Promise<Readonly<Record<string, string>> | undefined>;
}

/** A reader of one vault through Microsoft's own client. */
export function createKeyVault(vaultUri: string, credential: TokenCredential, settings: HttpSettings = {}): KeyVault {
  const client = new SecretClient(vaultUri, credential, vaultClientOptions(vaultUri, settings));
  const describe = (error: unknown, what: string) => azureFailure(error, "Key Vault", what);
  const list = async () => {
    const found: VaultEntryFacts[] = [];
    try {
      for await (const properties of client.listPropertiesOfSecrets()) found.push(factsOf(properties));
    } catch (error) {
      throw describe(error, `list the secrets of ${vaultUri}`);
    }
    return found;
  };
  const versions = async (name: string) => {
    const found: VaultVersion[] = [];
    try {
      for await (const properties of client.listPropertiesOfSecretVersions(name)) {
        const { version = "", createdOn = new Date(0) } = properties;
        found.push({ ...factsOf(properties), version, createdOn });
      }
    } catch (error) {
      // 404 included: a name without a secret has an empty list, so this is about something else, and no proof of absence.
      throw describe(error, `list the versions of secret ${name} in ${vaultUri}`);
    }
    // The service lists them by their random names.
    return found.sort((one, other) => one.createdOn.getTime() - other.createdOn.getTime());
  };
  const latest = async (name: string, known?: readonly VaultVersion[]) => {
    const found = known ?? (await versions(name));
    const [last, before] = [found.at(-1), found.at(-2)];
    // Times are whole seconds: of two versions in one second only the vault's own list knows the newer one.
    const isClear = last?.createdOn.getTime() !== before?.createdOn.getTime();
    return last === undefined || isClear ? last : (await list()).find((entry) => entry.name === name);
  };
  return {
    list,
    versions,
    latest,
    readTags: async (name) => (await latest(name))?.tags,
    async readVersion(name, version) {
      try {
        return (await client.getSecret(name, { version })).value ?? "";
      } catch (error) {
        throw describe(error, `read version ${version} of secret ${name} in ${vaultUri}`);
      }
    },
    async read(name) {
      try {
        const { value, properties } = await client.getSecret(name);
        return { ...factsOf(properties), value: value ?? "", version: properties.version ?? "" };
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return undefined;
        throw describe(error, `read the secret ${name} in ${vaultUri}`);
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
