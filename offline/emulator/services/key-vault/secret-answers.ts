import type { Secret, SecretVersion, Vault } from "../../world/subscription";
import type { World } from "../../world/world";
import { hasPurgeProtection, retentionDays } from "../resource-manager/vault-lifecycle";
import { latestOf } from "./secret-rules";
import type { DeletedSecret } from "./secret-store";

/** Address of a vault's data plane, without a trailing slash. */
export const vaultUri = (world: World, vault: Vault): string => `https://${vault.id}.${world.addresses.keyVaultSuffix}`;

/** Key Vault's recovery level of this vault: customised when the retention is not the full 90 days. */
function recoveryLevel(vault: Vault): string {
  const level = retentionDays(vault) < 90 ? "CustomizedRecoverable" : "Recoverable";
  return hasPurgeProtection(vault) ? level : `${level}+Purgeable`;
}

function attributes(vault: Vault, version: SecretVersion): object {
  return {
    enabled: version.enabled,
    ...(version.notBefore === null ? {} : { nbf: version.notBefore }),
    ...(version.expires === null ? {} : { exp: version.expires }),
    created: version.created,
    updated: version.updated,
    recoveryLevel: recoveryLevel(vault),
    recoverableDays: retentionDays(vault),
  };
}

function common(vault: Vault, version: SecretVersion): object {
  return {
    ...(version.contentType === null ? {} : { contentType: version.contentType }),
    attributes: attributes(vault, version),
    ...(Object.keys(version.tags).length === 0 ? {} : { tags: version.tags }),
  };
}

/** Renders secrets as the data plane returns them. Only `bundleWithValue` ever holds a value. */
export class SecretAnswers {
  constructor(
    private readonly world: World,
    private readonly vault: Vault,
  ) {}

  private id(secret: Secret, version?: string): string {
    const base = `${vaultUri(this.world, this.vault)}/secrets/${secret.name}`;
    return version === undefined ? base : `${base}/${version}`;
  }

  /** `SecretBundle` of a set or a get. */
  bundleWithValue(secret: Secret, version: SecretVersion): object {
    return { value: version.value, ...this.bundle(secret, version) };
  }

  /** `SecretBundle` of an update or a recovery: no value. */
  bundle(secret: Secret, version: SecretVersion): object {
    return { id: this.id(secret, version.version), ...common(this.vault, version) };
  }

  /** `SecretItem` of the list of secrets, whose ids have no version, or of the list of versions. */
  item(secret: Secret, version?: SecretVersion): object {
    return { id: this.id(secret, version?.version), ...common(this.vault, version ?? latestOf(secret)) };
  }

  private deletion(secret: DeletedSecret): object {
    return {
      recoveryId: `${vaultUri(this.world, this.vault)}/deletedsecrets/${secret.name}`,
      deletedDate: secret.deletedDate,
      scheduledPurgeDate: secret.scheduledPurgeDate,
    };
  }

  /** `DeletedSecretBundle`. */
  deletedBundle(secret: DeletedSecret): object {
    return { ...this.deletion(secret), ...this.bundle(secret, latestOf(secret)) };
  }

  /** `DeletedSecretItem` of the list of deleted secrets. */
  deletedItem(secret: DeletedSecret): object {
    return { ...this.deletion(secret), ...this.item(secret) };
  }
}
