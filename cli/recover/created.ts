import { clientIdIn } from "../../clients/pulumi/stack-state";
import type { StackRun, Stacks } from "../../clients/pulumi/stacks";
import type { Tenant } from "../shared/tenant";
import { missingIn } from "./lost-state/adopt";
import { livingId } from "./lost-state/find";
import { importLiving } from "./lost-state/import-living";
import { readInventory } from "./lost-state/inventory";
import { rememberedOwners } from "./lost-state/rebuild";

export interface CreatedTools {
  readonly stacks: Pick<Stacks, "state" | "putState" | "run">;
}

/**
 * Adds to the state what an interrupted run created and did not record: services refuse to create it a second time, so no update would ever
 * succeed again. Decided from what exists, because a further run forgets what was pending. Only what hangs on the application that the
 * state holds counts as ours: its principal, what was granted to it, entries with its client id and their readers, and the principals of
 * the APIs it asks for. An application is never taken over, because anyone may register one like ours, and a vault only by `vault.mode`.
 */
export async function adoptCreated(
  tenant: Tenant,
  changes: StackRun["changes"],
  { stacks }: CreatedTools,
): Promise<readonly string[]> {
  const { stack, configuration, graph } = tenant;
  const state = await stacks.state(stack);
  if (state === undefined) return [];
  const missing = missingIn(state.exported, changes);
  if (!missing.some(({ type }) => importable.test(type))) return [];
  const clientId = clientIdIn(state);
  const principal = clientId === undefined ? undefined : await graph.principal(clientId);
  const inventory = await readInventory(
    tenant,
    principal?.objectId,
    ({ tags }) => clientId !== undefined && tags["clientId"] === clientId,
  );
  const found = missing.flatMap((it) => {
    const id = livingId(it, inventory, configuration);
    return id === undefined ? [] : [{ ...it, id }];
  });
  await disownApis(tenant, found, rememberedOwners(state.exported));
  if (found.length > 0) await importLiving(stack, found, {}, stacks);
  return found.map(({ name }) => name);
}

/** A creation makes its identity an owner, and takes it away in a step of its own. The provider cannot catch up on that: it clears no list. */
async function disownApis(
  { graphWriter }: Tenant,
  found: readonly { readonly name: string; readonly id: string }[],
  creators: readonly string[],
): Promise<void> {
  for (const { name, id } of found) {
    const [, objectId] = name.includes("-api-") ? (/^\/servicePrincipals\/([^/]+)$/.exec(id) ?? []) : [];
    if (objectId === undefined) continue;
    for (const creator of creators) await graphWriter.removePrincipalOwner(objectId, creator);
  }
}

/** An application's secrets are orphans, which are removed; everything else of ours has an id that tells it. */
const importable =
  /^(azuread:index\/(servicePrincipal|appRoleAssignment)|azure-native:(keyvault:Secret|authorization:))/;
