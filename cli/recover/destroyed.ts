import type { StackState, StateResource } from "../../clients/pulumi/stack-state";
import type { Stacks } from "../../clients/pulumi/stacks";
import { commandLine, counted } from "../../model/command-line";
import { CommandError } from "../shared/document";
import type { Tenant } from "../shared/tenant";

type Directory = Pick<Tenant["graph"], "isThere" | "isDeleted">;

/**
 * What an interrupted destroy removed from the tenant and did not record. Graph answers a second removal with 404, which the provider
 * treats as a failure: no destroy would ever succeed again. Decided from what exists, because a further run forgets what was pending. A
 * destroy removes what depends on a resource before the resource itself. So something that is gone while the state still holds what needs
 * it was removed by hand, and is left for a person to restore.
 */
export async function destroyedResources(
  { stack, graph }: { readonly stack: string; readonly graph: Directory },
  stacks: Pick<Stacks, "state">,
): Promise<readonly StateResource[]> {
  const state = await stacks.state(stack);
  if (state === undefined) return [];
  const seen = await Promise.all(
    state.resources.map(async (resource) => ((await isGone(resource, graph)) ? [resource] : [])),
  );
  const gone = seen.flat();
  const rest = withoutNeeded(gone, state.resources);
  const byHand = gone.filter((resource) => !rest.includes(resource));
  return withoutDependents(rest, byHand);
}

/** The ids of these are their paths in Graph; client secrets have none, and are looked for in their application. */
const withPath =
  /^azuread:index\/(application|servicePrincipal|servicePrincipalDelegatedPermissionGrant|appRoleAssignment):/;
const kept = /^\/(applications|servicePrincipals)\/([^/]+)$/;

async function isGone({ type, id }: StateResource, graph: Directory): Promise<boolean> {
  if (id === undefined || !withPath.test(type) || (await graph.isThere(id))) return false;
  // A replica may not know an object yet. Entra keeps deleted applications and principals for 30 days, which is a proof.
  const [, , objectId] = kept.exec(id) ?? [];
  return objectId === undefined || (await graph.isDeleted(objectId));
}

function withoutNeeded(gone: readonly StateResource[], resources: StackState["resources"]): readonly StateResource[] {
  const isNeeded = ({ urn }: StateResource) =>
    resources.some((other) => other.dependencies.includes(urn) && !gone.some((it) => it.urn === other.urn));
  const rest = gone.filter((resource) => !isNeeded(resource));
  return rest.length === gone.length ? rest : withoutNeeded(rest, resources);
}

/** What went with something that was removed by hand comes back with it: Entra restores an application's principal, `up` its grants. */
function withoutDependents(gone: readonly StateResource[], byHand: readonly StateResource[]): readonly StateResource[] {
  const went = gone.filter(({ dependencies }) => byHand.some(({ urn }) => dependencies.includes(urn)));
  if (went.length === 0) return gone;
  return withoutDependents(
    gone.filter((resource) => !went.includes(resource)),
    [...byHand, ...went],
  );
}

/** What remains to be done is a person's decision: to go on with the destroy, or to deploy anew. */
export function halfDestroyed(stack: string, forgotten: readonly StateResource[]): CommandError {
  const names = forgotten.map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)).join(", ");
  return new CommandError([
    {
      code: "half-destroyed",
      message: `${counted(forgotten.length, "resource")} of ${stack} ${forgotten.length === 1 ? "is" : "are"} gone from the tenant (${names}), as after an interrupted destroy; they were removed from the state`,
      fix: `Nothing else was changed. Continue the destroy: pulumi destroy --stack ${stack}. If there was none, create them again: ${commandLine("up", "-s", stack)}`,
    },
  ]);
}
