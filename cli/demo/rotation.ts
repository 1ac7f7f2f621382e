import { controlEmulator } from "../../clients/emulator-control";
import { createStacks } from "../../clients/pulumi/stacks";
import { otherSlot } from "../../rotation/record";
import { rotateStack } from "../rotate/rotate-stack";
import type { CommandContext } from "../shared/command";
import { readPublishedState } from "../shared/published-state";
import { openConfigured, openTenant, type Tenant } from "../shared/tenant";
import type { Stage } from "./stage";
import type { StepResult } from "./steps";

/** Three months later: what `partner-access rotate -s dev` does when the secret is due. */
export async function rotationStep(
  stack: string,
  stage: Stage,
  context: CommandContext,
  onProgress: (text: string) => void,
): Promise<StepResult> {
  const { signal, env } = context;
  await setClock(stage.origin, new Date(), signal);
  const tenant = await openTenant(stack, { ...context, projectDirectory: stage.workspace });
  const stacks = createStacks({ pulumi: stage.pulumi, projectDirectory: stage.workspace, env, signal });
  const openAs = (configuration: Tenant["configuration"]) => openConfigured(configuration, { env, signal });
  const tools = { stacks, openAs, onProgress, context: { projectDirectory: stage.workspace, signal, env } };
  const outcome = await rotateStack(tenant, { isPlanOnly: false, rollback: undefined }, tools);
  if (outcome.outcome !== "rotated") {
    const why = outcome.problems.map(({ message }) => message).join("\n") || outcome.sentence;
    throw new Error(`${outcome.outcome}, ${outcome.reason}: ${why}`);
  }
  const record = (await readPublishedState(tenant))?.record;
  const previous = record?.slots[otherSlot(record.current)];
  return {
    detail: `90 days later. ${outcome.sentence}`,
    lines: [
      `published     key id ${outcome.after}, proven with three tokens before it was written`,
      `previous      key id ${previous?.keyId}, still accepted until ${record?.overlapEnds}`,
    ],
  };
}

/** From now on the emulator has this machine's time, which the engine and every command use by default. */
async function setClock(origin: string, now: Date, signal: AbortSignal): Promise<void> {
  await controlEmulator(origin, "clock", { set: now.toISOString() }, { signal });
}
