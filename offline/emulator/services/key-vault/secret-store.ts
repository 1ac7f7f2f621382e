import { randomBytes } from "node:crypto";
import type { Secret, SecretVersion, Vault } from "../../world/subscription";
import type { Tenant, World } from "../../world/world";
import { hasPurgeProtection, retentionDays } from "../resource-manager/vault-lifecycle";
import { badParameter, deletedSecretNotFound, secretNotFound, vaultError } from "./errors";
import { changedVersion, contentProblem, isSecretName, latestOf, newVersion, type SecretContent } from "./secret-rules";

/** A secret that can still be recovered. */
export type DeletedSecret = Secret & { readonly deletedDate: number; readonly scheduledPurgeDate: number };

/** One vault's secrets and the rules of their life cycle, which both the data plane and ARM use. */
export class SecretStore {
  constructor(
    private readonly world: World,
    private readonly tenant: Tenant,
    readonly vault: Vault,
  ) {}

  private get now(): number {
    return Math.floor(this.world.clock.now().getTime() / 1000);
  }

  private idOf(name: string): string {
    if (!isSecretName(name)) throw badParameter(`The request URI contains an invalid name: ${name}`);
    return `${this.vault.id}/${name.toLowerCase()}`;
  }

  /** All living secrets of this vault. */
  all(): Secret[] {
    return this.tenant.secrets
      .all()
      .filter((secret) => secret.vault === this.vault.id && !this.isRecovering(secret.id));
  }

  find(name: string): Secret | undefined {
    const id = this.idOf(name);
    return this.isRecovering(id) ? undefined : this.tenant.secrets.get(id);
  }

  get(name: string): Secret {
    const secret = this.find(name);
    if (secret === undefined) throw secretNotFound(name);
    return secret;
  }

  version(name: string, version: string): SecretVersion {
    const found = this.get(name).versions.find((each) => each.version === version.toLowerCase());
    if (found === undefined) throw secretNotFound(name, version);
    return found;
  }

  /** Adds a version, of a new secret or of an existing one. */
  set(name: string, content: SecretContent & { value: string }): Secret {
    const id = this.idOf(name);
    this.refuseBusyName(name, id);
    refuse(contentProblem(content));
    const existing = this.tenant.secrets.get(id);
    const version = newVersion(randomBytes(16).toString("hex"), content, this.now);
    const base = existing ?? { id, vault: this.vault.id, name, versions: [] };
    return this.save({ ...base, versions: [...base.versions, version] });
  }

  /** Changes attributes, content type or tags of one version; the value cannot change. */
  update(name: string, version: string | undefined, content: SecretContent): SecretVersion {
    refuse(contentProblem(content));
    const secret = this.get(name);
    const target = version === undefined ? latestOf(secret) : this.version(name, version);
    const changed = changedVersion(target, content, this.now);
    this.save({ ...secret, versions: secret.versions.map((each) => (each === target ? changed : each)) });
    return changed;
  }

  /** Deletes a secret with all its versions, recoverably. */
  delete(name: string): DeletedSecret {
    const id = this.idOf(name);
    if (this.isRecovering(id)) throw conflict("Secret is currently being recovered.", "ObjectIsBeingRecovered");
    const secret = this.get(name);
    const deletedDate = this.now;
    const deleted = { ...secret, deletedDate, scheduledPurgeDate: deletedDate + retentionDays(this.vault) * 24 * 3600 };
    this.tenant.secrets.remove(id);
    this.tenant.deletedSecrets.put(deleted);
    return deleted;
  }

  /** All deleted secrets of this vault whose deletion is complete. Purges those whose retention has ended. */
  allDeleted(): DeletedSecret[] {
    const mine = this.tenant.deletedSecrets.all().filter((secret) => secret.vault === this.vault.id);
    for (const { id, scheduledPurgeDate } of mine) {
      if (scheduledPurgeDate <= this.now) this.tenant.deletedSecrets.remove(id);
    }
    return mine.filter(({ id }) => this.tenant.deletedSecrets.get(id) !== undefined && !this.isDeleting(id));
  }

  /** A deleted secret; undefined while the deletion is still running. */
  getDeleted(name: string): DeletedSecret {
    const id = this.idOf(name);
    const deleted = this.allDeleted().find((secret) => secret.id === id);
    if (deleted === undefined) throw deletedSecretNotFound(name);
    return deleted;
  }

  /** Recovers a deleted secret with all versions; its old value is the latest again. */
  recover(name: string): Secret {
    const deleted = this.deletedForChange(name);
    const { deletedDate: _deleted, scheduledPurgeDate: _purge, ...secret } = deleted;
    this.tenant.deletedSecrets.remove(deleted.id);
    return this.save(secret);
  }

  /** Purges a deleted secret, unless the vault has purge protection. */
  purge(name: string): void {
    const deleted = this.deletedForChange(name);
    if (hasPurgeProtection(this.vault)) {
      throw vaultError(
        403,
        "Forbidden",
        `Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\nVault: ${this.vault.name};location=${this.vault.location}`,
      );
    }
    this.tenant.deletedSecrets.remove(deleted.id);
  }

  /** Restores a secret of a backup under a free name. */
  restore(backup: Secret): Secret {
    const id = this.idOf(backup.name);
    this.refuseBusyName(backup.name, id);
    if (this.tenant.secrets.get(id) !== undefined) {
      // Documented is the conflict; UNVERIFIED: the wording.
      throw conflict(`A secret with the name ${backup.name} exists in this key vault.`, "ObjectAlreadyExists");
    }
    return this.save({ ...backup, id, vault: this.vault.id });
  }

  private deletedForChange(name: string): DeletedSecret {
    if (this.isDeleting(this.idOf(name))) throw conflict("Secret is currently being deleted.", "ObjectIsBeingDeleted");
    return this.getDeleted(name);
  }

  private save(secret: Secret): Secret {
    this.tenant.secrets.put(secret);
    return secret;
  }

  /** A deletion, recovery or purge takes a moment: as long as a replica still shows the state before it. */
  private isDeleting(id: string): boolean {
    const { deletedSecrets } = this.tenant;
    return deletedSecrets.get(id) !== undefined && deletedSecrets.seen(id) === undefined;
  }

  private isPurging(id: string): boolean {
    const { deletedSecrets, secrets } = this.tenant;
    const isGone = deletedSecrets.get(id) === undefined && secrets.get(id) === undefined;
    return isGone && deletedSecrets.seen(id) !== undefined;
  }

  private isRecovering(id: string): boolean {
    const { deletedSecrets, secrets } = this.tenant;
    const isBack = deletedSecrets.get(id) === undefined && secrets.get(id) !== undefined;
    return isBack && deletedSecrets.seen(id) !== undefined;
  }

  /** A name is not free while its old secret can be recovered, or is changing state. */
  private refuseBusyName(name: string, id: string): void {
    const busy = (doing: string) => `Secret ${name} is currently being ${doing} and cannot be re-created; retry later.`;
    if (this.isDeleting(id) || this.isPurging(id)) throw conflict(busy("deleted"), "ObjectIsBeingDeleted");
    if (this.isRecovering(id)) throw conflict(busy("recovered"), "ObjectIsBeingRecovered");
    if (this.allDeleted().some((secret) => secret.id === id)) {
      throw conflict(
        `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
        "ObjectIsDeletedButRecoverable",
      );
    }
  }
}

const conflict = (message: string, inner: string) => vaultError(409, "Conflict", message, inner);

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw badParameter(problem);
}
