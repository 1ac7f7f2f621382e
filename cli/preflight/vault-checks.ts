import type { Json, Look } from "../../clients/entra/looker";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { vaultResourceId } from "../../model/azure-ids";
import { azureRoles } from "../../model/azure-roles";
import { commandLine, shellWord } from "../../model/command-line";
import { type Check, failed, judged, ok, type Subject, warning, yours } from "./check";

/** What was seen of the vault and of what the vault's identity may do. */
export interface VaultFacts {
  readonly group: Look<Json>;
  /** The vault as Resource Manager answers it. */
  readonly vault: Look<Json>;
  /** A soft-deleted vault of that name. */
  readonly deletedVault: Look<Json>;
  /** Azure's answer to "what may I do here": a list of permissions. */
  readonly permissions: Look<readonly Permission[]>;
  /** The vault itself, over its own address. */
  readonly reached: Look<Json>;
  /** Names of this stack's entries that lie deleted. */
  readonly deletedEntries: Look<readonly string[]>;
}

/** One role's part of what an identity may do. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

const owner = "vault-owner" as const;
/** How the writer of the vault gets its rights: by a script for the pipeline's identity, by the person's own hand for a solo stack. */
function rightsFix({ stack, solo, vault }: StackConfiguration): string {
  if (!solo) {
    return `Run the script that this command prints: ${commandLine("deployer", "-s", stack, "--github", "OWNER/REPO", "--for", "vault-owner")}`;
  }
  const me =
    '--assignee-object-id "$(az ad signed-in-user show --query id --output tsv)" --assignee-principal-type User';
  const give = (role: string) =>
    `az role assignment create ${me} --role ${shellWord(role)} --scope ${vaultResourceId(vault)}`;
  return `As an owner of the vault: ${give("Owner")} && ${give(azureRoles.secretsOfficer.name)}. Roles take minutes`;
}

/** Every check of the vault's side. */
export function vaultChecks(configuration: StackConfiguration, facts: VaultFacts): readonly Check[] {
  const { vault } = configuration;
  return [
    vault.mode === "existing" ? vaultCheck(configuration, facts) : plannedVaultCheck(configuration, facts),
    rightsCheck(configuration, facts.permissions),
    ...(vault.mode === "create" ? [] : [reachCheck(configuration, facts), entriesCheck(facts)]),
  ];
}

function vaultCheck({ vault }: StackConfiguration, facts: VaultFacts): Check {
  const subject: Subject = { name: "vault", who: owner };
  return judged(subject, facts.vault, "Key Vault Contributor", (found) => {
    if (found === undefined) {
      return failed(
        yours(subject),
        `there is no vault ${vault.name} in resource group ${vault.resourceGroup}`,
        "Correct vault.name and vault.resourceGroup, or write vault.mode: create.",
      );
    }
    const properties = (found["properties"] ?? {}) as Json;
    if (properties["enableRbacAuthorization"] !== true) {
      return failed(
        subject,
        `vault ${vault.name} uses access policies, so roles have no effect`,
        `az keyvault update --name ${vault.name} --enable-rbac-authorization true, after granting roles that replace its policies.`,
      );
    }
    if (properties["enablePurgeProtection"] !== true) {
      const fix = `az keyvault update --name ${vault.name} --enable-purge-protection true`;
      return warning(subject, `vault ${vault.name} has no purge protection: entries can be lost for good`, fix);
    }
    return ok(subject, `vault ${vault.name} uses role-based access control`);
  });
}

function plannedVaultCheck({ vault }: StackConfiguration, { vault: found, deletedVault, group }: VaultFacts): Check {
  const subject: Subject = { name: "vault", who: owner };
  if (group.kind === "absent") {
    const fix = `az group create --name ${vault.resourceGroup} --location …: this project never creates resource groups.`;
    return failed(subject, `there is no resource group ${vault.resourceGroup}`, fix);
  }
  // After the first update it is there, as planned.
  if (found.kind === "seen") return vaultCheck({ vault } as StackConfiguration, { vault: found } as VaultFacts);
  return judged(subject, deletedVault, "Key Vault Contributor", (deleted) => {
    if (vault.mode === "create" && deleted !== undefined) {
      return failed(
        yours(subject),
        `a deleted vault ${vault.name} still occupies the name`,
        "Write vault.mode: recover to bring it back, or choose another name.",
      );
    }
    if (vault.mode === "recover" && deleted === undefined) {
      return failed(yours(subject), `there is no deleted vault ${vault.name} to recover`, "Write vault.mode: create.");
    }
    return ok(subject, `the first update will ${vault.mode} vault ${vault.name}`);
  });
}

const CONTROL = ["Microsoft.KeyVault/vaults/secrets/write", "Microsoft.Authorization/roleAssignments/write"];
const DATA = ["Microsoft.KeyVault/vaults/secrets/readMetadata/action"];

/** What the identity may do, by Azure's own answer; nothing is tried. Conditions on a role are not part of that answer. */
function rightsCheck(configuration: StackConfiguration, permissions: Look<readonly Permission[]>): Check {
  const { vault } = configuration;
  const subject: Subject = { name: "vault-rights", who: owner };
  return judged(subject, permissions, "any role on the vault", (held = []) => {
    const control = vault.mode === "existing" ? CONTROL : [...CONTROL, "Microsoft.KeyVault/vaults/write"];
    // On a vault that this project makes, the program gives itself the role on its content.
    const data = vault.mode === "existing" ? DATA : [];
    const missing = [
      ...control.filter((action) => !held.some((it) => allows(it.actions, it.notActions, action))),
      ...data.filter((action) => !held.some((it) => allows(it.dataActions, it.notDataActions, action))),
    ];
    return missing.length === 0
      ? ok(subject, `the vault's identity may write entries and give roles (conditions are not shown)`)
      : failed(subject, `the vault's identity may not: ${missing.join(", ")}`, rightsFix(configuration));
  });
}

function allows(granted: readonly string[], denied: readonly string[], action: string): boolean {
  return granted.some((it) => matches(it, action)) && !denied.some((it) => matches(it, action));
}

/** Azure's pattern of an action: a star stands for anything. */
export function matches(pattern: string, action: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`, "i").test(action);
}

function reachCheck({ vault }: StackConfiguration, { reached }: VaultFacts): Check {
  const subject: Subject = { name: "vault-address", who: owner };
  if (reached.kind === "failed") {
    const fix = "Check the vault's firewall and this machine's network.";
    return failed(subject, `vault ${vault.name} does not answer here: ${reached.reason}`, fix);
  }
  return reached.kind === "denied"
    ? failed(
        subject,
        `vault ${vault.name} does not let this identity read anything`,
        "Give it Key Vault Secrets Officer; roles take minutes.",
      )
    : ok(subject, `vault ${vault.name} answers`);
}

function entriesCheck({ deletedEntries }: VaultFacts): Check {
  const subject: Subject = { name: "vault-entries", who: owner };
  return judged(subject, deletedEntries, "Key Vault Secrets Officer", (names = []) =>
    names.length === 0
      ? ok(subject, "no deleted entry holds a name of this stack")
      : failed(
          subject,
          `deleted entries hold names of this stack: ${names.join(", ")}`,
          "Recover them if they are this stack's (az keyvault secret recover), else choose another vault.prefix.",
        ),
  );
}
