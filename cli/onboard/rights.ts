import type { StackConfiguration } from "../../configuration/stack-configuration";
import { type AzureRole, azureRoles } from "../../model/azure-roles";
import { findPermission, microsoftGraph } from "../../permissions/catalog";

/** A permission of Microsoft Graph that an identity of the partner tenant needs, as an application. */
export interface GraphRight {
  readonly identity: "deployer" | "rotator";
  /** Its name in Microsoft's reference. */
  readonly permission: string;
  readonly id: string;
  /** Read after "it": "creates the application". */
  readonly why: string;
  /** Whether a run goes on without it, saying that it could not look. */
  readonly isOptional: boolean;
}

/** A role of Azure that the vault's identity needs. */
export interface AzureRight {
  readonly role: AzureRole;
  /** The vault, or the group it lies in: nothing can be assigned on a vault that does not exist yet. */
  readonly on: "vault" | "group";
  /** Roles it may give on, where the role is one for giving roles. */
  readonly mayGive: readonly AzureRole[];
  readonly why: string;
}

// Policy.Read.All is no permission a partner would ask for, so the catalog does not have it.
// Source: https://learn.microsoft.com/graph/permissions-reference
const POLICY_READ_ALL = "246dd0d5-5bd0-4def-940b-0421030a5b68";

/** What deployer and rotator need in the partner tenant for this configuration, and nothing more. */
export function graphRights(configuration: StackConfiguration): readonly GraphRight[] {
  const { permissions, reportingUser, consent } = configuration;
  const hasDelegated = permissions.some(({ delegated }) => delegated.length > 0);
  const hasApplication = permissions.some(({ application }) => application.length > 0);
  const isAssigning = reportingUser?.assignedBy === "deployer";
  const needsUser = reportingUser !== undefined && (consent.kind === "user" || isAssigning);
  const assigned = [hasApplication && "application permissions", isAssigning && "the reporting user"].filter(Boolean);
  const right = (identity: GraphRight["identity"], permission: string, why: string, isOptional = false) => [
    { identity, permission, id: idOf(permission), why, isOptional },
  ];
  return [
    ...right("deployer", "Application.ReadWrite.OwnedBy", "creates the application and its principal, and owns them"),
    ...(hasDelegated
      ? right("deployer", "DelegatedPermissionGrant.ReadWrite.All", "consents to the delegated permissions")
      : []),
    ...right(
      "deployer",
      "Directory.Read.All",
      `${needsUser ? "finds the reporting user's id, and " : ""}sees what was changed by hand before it writes over it`,
    ),
    ...(assigned.length > 0
      ? // Microsoft's reference also asks for reading both ends, which the right on owned objects allows (UNVERIFIED that it counts here).
        right("deployer", "AppRoleAssignment.ReadWrite.All", `assigns ${assigned.join(" and ")}`)
      : []),
    ...right("deployer", "Policy.Read.All", "sees a policy that forbids the secret's life before it mints one", true),
    ...right("rotator", "Application.ReadWrite.OwnedBy", "replaces the secrets of the application it owns"),
    ...right("rotator", "Policy.Read.All", "sees a policy that forbids the secret's life before it mints one", true),
  ];
}

/** What the vault's identity needs in the vault's subscription for this configuration. */
export function azureRights({ vault }: StackConfiguration): readonly AzureRight[] {
  const isThere = vault.mode === "existing";
  const on = isThere ? "vault" : "group";
  return [
    {
      role: azureRoles.keyVaultContributor,
      on,
      mayGive: [],
      why: isThere ? "writes the entries" : "creates the vault and writes its entries",
    },
    {
      role: azureRoles.rbacAdministrator,
      on,
      mayGive: isThere ? [azureRoles.secretsUser] : [azureRoles.secretsUser, azureRoles.secretsOfficer],
      why: isThere ? "gives readers their role, entry by entry" : "gives itself and readers their roles",
    },
    // On a vault that this project makes, the program gives this role itself.
    ...(isThere
      ? [
          {
            // Writes entries through the vault itself.
            role: azureRoles.secretsOfficer,
            on: "vault" as const,
            mayGive: [],
            why: "lists dates and tags for rotate, status and sign-in; deletes and recovers entries",
          },
        ]
      : []),
  ];
}

function idOf(permission: string): string {
  if (permission === "Policy.Read.All") return POLICY_READ_ALL;
  const known = findPermission(microsoftGraph, permission, "application");
  if (known === undefined) throw new Error(`the catalog has no application permission ${permission} of Graph`);
  return known.id;
}
