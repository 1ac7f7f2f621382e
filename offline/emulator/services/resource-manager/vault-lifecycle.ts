import type { Vault } from "../../world/subscription";
import type { Tenant, World } from "../../world/world";
import { scopeReaches, vaultScope } from "./scopes";

/** A soft-deleted vault. */
export type DeletedVault = Vault & { readonly deletionDate: string; readonly scheduledPurgeDate: string };

/** A vault with the tenant whose subscription it is in. Names are global, so every tenant is searched. */
export interface FoundVault<Kind extends Vault = Vault> {
  readonly tenant: Tenant;
  readonly vault: Kind;
}

const day = 24 * 60 * 60 * 1000;
/** Microsoft writes these dates without fractions. */
const isoSeconds = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");

/** Days for which a deleted vault and its deleted secrets stay recoverable. */
export function retentionDays(vault: Vault): number {
  const days = vault.properties["softDeleteRetentionInDays"];
  return typeof days === "number" ? days : 90;
}

/** Whether only time may purge this vault and what it holds. */
export const hasPurgeProtection = (vault: Vault): boolean => vault.properties["enablePurgeProtection"] === true;

/** Finds a living vault by name in any tenant. */
export function findVault(world: World, name: string): FoundVault | undefined {
  for (const tenant of world.tenants.values()) {
    const vault = tenant.vaults.get(name.toLowerCase());
    if (vault !== undefined) return { tenant, vault };
  }
  return undefined;
}

/** Finds a recoverable vault by name in any tenant; one whose time is over is purged on the way. */
export function findDeletedVault(world: World, name: string): FoundVault<DeletedVault> | undefined {
  for (const tenant of world.tenants.values()) {
    const vault = deletedVaultsOf(tenant, world.clock.now()).find(({ id }) => id === name.toLowerCase());
    if (vault !== undefined) return { tenant, vault };
  }
  return undefined;
}

/** The recoverable vaults of a tenant. */
export function deletedVaultsOf(tenant: Tenant, now: Date): DeletedVault[] {
  for (const vault of tenant.deletedVaults.all()) {
    if (Date.parse(vault.scheduledPurgeDate) <= now.getTime()) purgeVault(tenant, vault);
  }
  return tenant.deletedVaults.all();
}

/**
 * Deletes a vault so that it can be recovered. Its secrets wait with it; its role assignments are gone for good, those on its secrets too:
 * recovery does not bring them back (learn.microsoft.com/azure/key-vault/general/soft-delete-overview).
 */
export function softDeleteVault(tenant: Tenant, vault: Vault, now: Date): void {
  tenant.vaults.remove(vault.id);
  tenant.deletedVaults.put({
    ...vault,
    deletionDate: isoSeconds(now.getTime()),
    scheduledPurgeDate: isoSeconds(now.getTime() + retentionDays(vault) * day),
  });
  for (const assignment of tenant.roleAssignments.all()) {
    if (scopeReaches(vaultScope(vault), assignment.scope)) tenant.roleAssignments.remove(assignment.id);
  }
}

/** Brings a deleted vault back with its secrets, as it was. */
export function recoverVault(tenant: Tenant, deleted: DeletedVault): Vault {
  const { deletionDate: _deleted, scheduledPurgeDate: _purge, ...vault } = deleted;
  tenant.deletedVaults.remove(deleted.id);
  tenant.vaults.put(vault);
  return vault;
}

/** Ends a deleted vault and everything in it; its name is free again. */
export function purgeVault(tenant: Tenant, deleted: DeletedVault): void {
  tenant.deletedVaults.remove(deleted.id);
  for (const secret of tenant.secrets.all()) if (secret.vault === deleted.id) tenant.secrets.remove(secret.id);
  for (const secret of tenant.deletedSecrets.all()) {
    if (secret.vault === deleted.id) tenant.deletedSecrets.remove(secret.id);
  }
}
