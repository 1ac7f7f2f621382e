import { outputsIn } from "../../clients/pulumi/stack-state";
import type { Stacks } from "../../clients/pulumi/stacks";
import { programComponent } from "../../model/program-component";
import { stateView } from "../../rotation/state-view";
import type { PublishedState } from "./published-state";

/**
 * Whether the vault holds a record that the state does not know: the last publish succeeded, and its answer was lost. Running the same
 * update again records it. If someone else wrote the record, the program refuses it again.
 */
export async function isUnconfirmed(
  stack: string,
  { entry }: Pick<PublishedState, "entry">,
  stacks: Pick<Stacks, "state">,
): Promise<boolean> {
  const state = await stacks.state(stack).catch(() => undefined);
  const known = state && stateView(outputsIn(state), programComponent).entry;
  return known !== undefined && known.tags["record"] !== entry.tags["record"];
}
