import { clientIdIn, clientSecretsOf, type StateResource } from "../../clients/pulumi/stack-state";
import type { Stacks } from "../../clients/pulumi/stacks";
import type { Tenant } from "../shared/tenant";

/**
 * Client secrets in the state that the application no longer has: a run was interrupted between a removal and recording it, or one was
 * removed by hand. Graph answers a second removal with 400, which the provider treats as a failure
 * (https://github.com/hashicorp/terraform-provider-azuread/issues/661): no update would ever succeed again. Decided from what exists, not
 * from what was pending, so that a recovery that is killed here does not forget it.
 */
export async function removedClientSecrets(
  tenant: Tenant,
  stacks: Pick<Stacks, "state">,
): Promise<readonly StateResource[]> {
  const state = await stacks.state(tenant.stack);
  // By the state: the entry may have been written over by hand, and this is about what the state has.
  const clientId = state && clientIdIn(state);
  const application = clientId === undefined ? undefined : await tenant.graph.application(clientId);
  if (state === undefined || application === undefined) return [];
  const living = new Set(application.credentials.map(({ keyId }) => keyId.toLowerCase()));
  return clientSecretsOf(state)
    .filter(({ keyId }) => !living.has(keyId.toLowerCase()))
    .map(({ resource }) => resource);
}

/** The engine's own look at exactly these: what the provider does not find leaves the state. */
export function refreshArguments(resources: readonly StateResource[]): readonly string[] {
  return [...new Set(resources.map(({ urn }) => urn))].flatMap((urn) => ["--target", urn]);
}
