import type { Stacks } from "../../clients/pulumi/stacks";
import { commandLine, counted } from "../../model/command-line";
import type { SlotPlan } from "../../rotation/plan";
import { slotNames } from "../../rotation/record";
import { refreshArguments, removedClientSecrets } from "../recover/removed-secrets";
import { keepingStateKey } from "../review/state-key-file";
import { CommandError, type Problem } from "../shared/document";
import { engineProblems } from "../shared/engine-problems";
import type { StackPlace } from "../shared/missing-stack";
import type { DirectoryState, PublishedState } from "../shared/published-state";
import type { Tenant } from "../shared/tenant";

interface LeftoverTools {
  readonly stacks: Pick<Stacks, "state" | "refresh">;
  readonly onProgress: (text: string) => void;
  readonly context: StackPlace;
}

/** A removal that Entra did and answered with an error: the engine would try it again in every update, and fail. */
export async function removedProblems(
  tenant: Tenant,
  { stacks }: Pick<LeftoverTools, "stacks">,
): Promise<readonly Problem[]> {
  const removed = await removedClientSecrets(tenant, stacks).catch(() => []);
  if (removed.length === 0) return [];
  const keyIds = removed.map(({ id }) => id?.split("/").at(-1)).join(", ");
  return [
    {
      code: "removed-secret",
      message: `the state still wants to remove ${keyIds}, which Entra has already removed: every update fails there until the next rotate or recover drops it from the state`,
      fix: commandLine("recover", "-s", tenant.stack),
    },
  ];
}

/**
 * Lets the engine forget previous secrets that Entra has removed without an answer. Neither record nor tenant shows them, so the state is
 * asked wherever one could be: the next rotation would fail on it. Answers whether there were any.
 */
export async function forgetLeftovers(
  tenant: Tenant,
  {
    plan,
    published,
    directory,
  }: { readonly plan: SlotPlan; readonly published: PublishedState; readonly directory: DirectoryState },
  { stacks, onProgress, context }: LeftoverTools,
): Promise<boolean> {
  const living = new Set(directory.application?.credentials.map(({ keyId }) => keyId.toLowerCase()));
  const isPossible = slotNames.some((name) => {
    const keyId = published.record.slots[name]?.keyId.toLowerCase();
    return keyId !== undefined && plan.slots[name] === undefined && !living.has(keyId);
  });
  if (!isPossible) return false;
  const removed = await removedClientSecrets(tenant, stacks);
  if (removed.length === 0) return false;
  onProgress(`forgetting ${counted(removed.length, "client secret")} that ${removed.length === 1 ? "is" : "are"} gone`);
  const run = await keepingStateKey(tenant.stack, { stacks, context }, (argv) =>
    stacks.refresh(tenant.stack, { arguments: [...refreshArguments(removed), ...argv] }),
  );
  if (!run.ok) throw new CommandError(engineProblems(tenant.stack, run, "removed-secret", context));
  return true;
}
