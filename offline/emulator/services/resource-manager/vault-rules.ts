import type { Json, JsonObject } from "../../world/directory";
import type { Vault } from "../../world/subscription";
import { rolesByDefaultSince } from "./api-versions";
import { badRequest } from "./errors";
import type { VaultPatchProperties, VaultProperties } from "./vault-schema";

const nullToAbsent = (properties: object): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== null && value !== undefined),
  ) as JsonObject;

/** Fields that never become part of what is stored: a way to create, and what the service derives itself. */
const notStored = new Set(["createMode", "vaultUri", "provisioningState"]);

function stored(properties: object): JsonObject {
  const kept = Object.entries(nullToAbsent(properties)).filter(([name]) => !notStored.has(name));
  return Object.fromEntries(kept) as JsonObject;
}

/** The service's own spelling of `publicNetworkAccess`, which callers may send in any case. */
function withPublicAccess(properties: JsonObject): JsonObject {
  const given = properties["publicNetworkAccess"];
  const isDisabled = typeof given === "string" && given.toLowerCase() === "disabled";
  return { ...properties, publicNetworkAccess: isDisabled ? "Disabled" : "Enabled" };
}

/** A vault's first properties: what was asked for over the service's defaults. Refuses what cannot be. */
export function newVaultProperties(wanted: VaultProperties, apiVersion: string): JsonObject {
  const goesByRoles = wanted.enableRbacAuthorization ?? apiVersion >= rolesByDefaultSince;
  refuseRetention(wanted.softDeleteRetentionInDays);
  refuseWithoutSoftDelete(wanted.enableSoftDelete);
  if (wanted.enablePurgeProtection === false) throw purgeProtectionCannotBeFalse();
  if (!goesByRoles && !Array.isArray(wanted.accessPolicies)) {
    // The reference says that they are required unless recovering; that role-based vaults may leave them out is how it behaves. Wording UNVERIFIED.
    throw badRequest("The parameter accessPolicies is not specified.");
  }
  const defaults: { readonly [name: string]: Json } = {
    accessPolicies: [],
    enabledForDeployment: false,
    enabledForDiskEncryption: false,
    enabledForTemplateDeployment: false,
    enableSoftDelete: true,
    softDeleteRetentionInDays: 90,
    enableRbacAuthorization: goesByRoles,
  };
  return withPublicAccess({ ...defaults, ...stored(wanted) });
}

/**
 * A vault's properties after an update. What is left out stays; that this also holds for `enableRbacAuthorization` in a PUT is UNVERIFIED
 * (the reference only says what a new vault gets).
 */
export function changedVaultProperties(vault: Vault, wanted: VaultProperties | VaultPatchProperties): JsonObject {
  const retention = wanted.softDeleteRetentionInDays ?? undefined;
  refuseRetention(retention);
  if (retention !== undefined && retention !== vault.properties["softDeleteRetentionInDays"]) {
    throw badRequest('The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.');
  }
  refuseWithoutSoftDelete(wanted.enableSoftDelete);
  const isProtected = vault.properties["enablePurgeProtection"] === true;
  if (wanted.enablePurgeProtection === false && isProtected) throw purgeProtectionCannotBeFalse();
  const { enablePurgeProtection, ...rest } = stored(wanted);
  // False on an unprotected vault says nothing: the property is then absent, as the service answers it.
  const protection = enablePurgeProtection === true ? { enablePurgeProtection } : {};
  return withPublicAccess({ ...vault.properties, ...rest, ...protection });
}

/** Whether an update would change who decides over access: roles or access policies. That needs the right to assign roles. */
export function changesPermissionModel(vault: Vault, wanted: VaultProperties | VaultPatchProperties): boolean {
  const asked = wanted.enableRbacAuthorization ?? undefined;
  return asked !== undefined && asked !== (vault.properties["enableRbacAuthorization"] === true);
}

function refuseRetention(days: number | null | undefined): void {
  if (typeof days === "number" && (days < 7 || days > 90)) {
    throw badRequest(
      `The property "softDeleteRetentionInDays" is not valid: ${days}. It accepts values from 7 to 90 days.`,
    );
  }
}

/** Since 2025 soft delete cannot be left out of a new vault either. */
function refuseWithoutSoftDelete(enabled: boolean | null | undefined): void {
  if (enabled === false) {
    throw badRequest(
      'The property "enableSoftDelete" cannot be set to false. Enabling the soft delete functionality is an irreversible action.',
    );
  }
}

const purgeProtectionCannotBeFalse = () =>
  badRequest(
    'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
  );

/** What is wrong with a vault's name, or undefined. */
export function vaultNameProblem(name: string): string | undefined {
  if (/^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(name)) return undefined;
  return `The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens. Follow this link for more information: https://go.microsoft.com/fwlink/?linkid=2147742`;
}
