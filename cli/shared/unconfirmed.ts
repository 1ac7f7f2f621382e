import { outputsIn } from "../../clients/pulumi/stack-state";
import type { Stacks } from "../../clients/pulumi/stacks";
import { stateView } from "../../rotation/state-view";
import type { VaultSight } from "./look";

/**
 * Whether the vault holds something that the state does not know it published: the answer to that publish was lost. A run that begins with
 * such a difference refuses it, so after a failed run it can only be that run's own. The same update again takes it over.
 */
export async function isUnconfirmed(
  stack: string,
  { entry }: Pick<VaultSight, "entry">,
  stacks: Pick<Stacks, "state">,
): Promise<boolean> {
  const state = await stacks.state(stack).catch(() => undefined);
  const known = state && stateView(outputsIn(state)).entry;
  return known !== undefined && known.tags["record"] !== entry.tags["record"];
}
