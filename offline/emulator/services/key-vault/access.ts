import { type Caller, type RouteRequest, ServiceError } from "../../http/route";
import type { Vault } from "../../world/subscription";
import type { World } from "../../world/world";
import { isAllowed } from "../resource-manager/authorization";
import { issuerOf } from "../resource-manager/lookup";
import { canonicalScope, secretScope, vaultScope } from "../resource-manager/scopes";
import { type FoundVault, findVault } from "../resource-manager/vault-lifecycle";
import type { AccessPolicy } from "../resource-manager/vault-schema";
import { vaultError, vaultNameOf } from "./errors";

/** What a data plane call needs: a data action under roles, a permission under access policies. */
export interface Right {
  readonly dataAction: string;
  readonly permission: "get" | "list" | "set" | "delete" | "recover" | "purge" | "backup" | "restore";
}

const right = (action: string, permission: Right["permission"]): Right => ({
  dataAction: `Microsoft.KeyVault/vaults/secrets/${action}`,
  permission,
});

/** The rights of each operation on secrets (learn.microsoft.com/azure/role-based-access-control/permissions/security, Microsoft.KeyVault). */
export const rights = {
  get: right("getSecret/action", "get"),
  list: right("readMetadata/action", "list"),
  set: right("setSecret/action", "set"),
  update: right("update/action", "set"),
  delete: right("delete", "delete"),
  getDeleted: right("readMetadata/action", "get"),
  recover: right("recover/action", "recover"),
  purge: right("purge/action", "purge"),
  backup: right("backup/action", "backup"),
  restore: right("restore/action", "restore"),
} as const;

const callerText = (world: World, { clientId, objectId, tenant }: Caller): string =>
  `appid=${clientId};oid=${objectId};iss=${issuerOf(world, tenant.id)}`;

const vaultText = (vault: Vault): string => `${vault.name};location=${vault.location}`;

/** Finds the vault of the request's host and checks that the caller has the right `needed`, on one secret or on the whole vault. */
export function admit(request: RouteRequest, needed: Right, secretName?: string): FoundVault {
  const name = vaultNameOf(request.host);
  const found = findVault(request.world, name);
  // In reality the host name would not exist; this is the closest possible response. UNVERIFIED, because a real client never gets one.
  if (found === undefined) throw vaultError(404, "VaultNotFound", `There is no vault at ${request.host}.`);
  refuseForeignTenant(request, found.vault);
  refuseNetwork(request, found.vault);
  const usesRoles = found.vault.properties["enableRbacAuthorization"] === true;
  if (usesRoles) requireRole(request, found, needed, secretName);
  else requirePolicy(request, found.vault, needed);
  return found;
}

/** A vault trusts only the tenant in its properties. A token of another gets the challenge again, so a client may retry once. */
function refuseForeignTenant({ world, caller }: RouteRequest, vault: Vault): void {
  const trusted = String(vault.properties["tenantId"]);
  if (trusted === caller.tenant.id) return;
  throw new ServiceError(
    401,
    "Unauthorized",
    `AKV10032: Invalid issuer. Expected one of ${issuerOf(world, trusted)}, found ${issuerOf(world, caller.tenant.id)}.`,
    { kind: "unauthenticated" },
  );
}

/** Every caller here is on the public network, with an address that no rule can name. */
function refuseNetwork({ world, caller }: RouteRequest, vault: Vault): void {
  const from = `Caller: ${callerText(world, caller)}\r\nVault: ${vaultText(vault)}`;
  if (vault.properties["publicNetworkAccess"] === "Disabled") {
    const message = `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\n${from}`;
    throw vaultError(403, "Forbidden", message, "ForbiddenByConnection");
  }
  const rules = vault.properties["networkAcls"] as { readonly defaultAction?: string } | undefined;
  if (rules?.defaultAction === "Deny") {
    const message = `Client address is not authorized and caller is not a trusted service.\r\nClient address: 127.0.0.1\r\n${from}`;
    throw vaultError(403, "Forbidden", message, "ForbiddenByFirewall");
  }
}

function requireRole(request: RouteRequest, found: FoundVault, needed: Right, secretName: string | undefined): void {
  const { tenant, vault } = found;
  const scope = canonicalScope(secretName === undefined ? vaultScope(vault) : secretScope(vault, secretName));
  if (isAllowed(tenant, request.caller.objectId, { plane: "dataActions", action: needed.dataAction, scope })) return;
  throw vaultError(
    403,
    "Forbidden",
    [
      "Caller is not authorized to perform action on resource.",
      "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
      `Caller: ${callerText(request.world, request.caller)}`,
      `Action: '${needed.dataAction}'`,
      `Resource: '${scope}'`,
      "Assignment: (not found)",
      "DenyAssignmentId: null",
      "DecisionReason: null ",
      `Vault: ${vaultText(vault)}`,
      "",
    ].join("\r\n"),
    "ForbiddenByRbac",
  );
}

function requirePolicy({ world, caller }: RouteRequest, vault: Vault, needed: Right): void {
  const policies = (vault.properties["accessPolicies"] ?? []) as unknown as readonly AccessPolicy[];
  const isGranted = policies
    .filter((policy) => policy.objectId === caller.objectId && policy.tenantId === caller.tenant.id)
    // A compound identity: this application on behalf of that principal, and no other.
    .filter(({ applicationId }) => (applicationId ?? caller.clientId) === caller.clientId)
    .flatMap((policy) => policy.permissions.secrets ?? [])
    .some((permission) => ["all", needed.permission].includes(permission.toLowerCase()));
  if (isGranted) return;
  throw vaultError(
    403,
    "Forbidden",
    `The user, group or application '${callerText(world, caller)}' does not have secrets ${needed.permission} permission on key vault '${vaultText(vault)}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    "AccessDenied",
  );
}
