import type { RouteRequest } from "../../http/route";
import { armError, resourceNotFound } from "./errors";
import { subscriptionOf } from "./lookup";
import { canonicalScope } from "./scopes";

const shape =
  /^\/subscriptions\/([^/]+)(?:\/resourcegroups\/([^/]+)(?:\/providers\/microsoft\.keyvault\/vaults\/([^/]+)(?:\/secrets\/([^/]+))?)?)?$/;

/**
 * The scope a role operation is about, in canonical form: a subscription, a group, a vault or a secret. The subscription must be one of the
 * caller's tenant. Existence of what is below it is `requireScopeExists`, because ARM asks for the right first.
 */
export function assignmentScopeOf(request: RouteRequest): string {
  const scope = canonicalScope(`/${request.parameters["scope"] ?? ""}`);
  const match = shape.exec(scope);
  if (match === null) {
    throw armError(
      400,
      "InvalidScope",
      `The scope '${scope}' is not one this emulator knows: a subscription, a resource group, a vault or a secret of a vault.`,
    );
  }
  subscriptionOf({ ...request, parameters: { subscription: match[1] ?? "" } });
  return scope;
}

/** Refuses a role at a group or vault that is not there. A secret may come later than its role: ARM does not know secrets (UNVERIFIED). */
export function requireScopeExists(request: RouteRequest, scope: string): void {
  const [, subscription = "", group, vaultName] = shape.exec(scope) ?? [];
  const { tenant } = request.caller;
  if (group === undefined) return;
  if (tenant.resourceGroups.get(`${subscription}/${group}`) === undefined) {
    throw armError(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  }
  if (vaultName === undefined) return;
  const vault = tenant.vaults.get(vaultName);
  if (vault?.resourceGroup.toLowerCase() !== group) {
    throw resourceNotFound("Microsoft.KeyVault/vaults", vaultName, group);
  }
}
