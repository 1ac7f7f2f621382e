import { findOnPath, readStateStore } from "../../clients/pulumi/pulumi-cli";
import { createStacks } from "../../clients/pulumi/stacks";
import type { CommandContext } from "../shared/command";
import type { StateFacts } from "./state-checks";

/** Asks the CLI where the state lies, and whether the stack is there. */
export async function readStateFacts(stack: string, context: CommandContext): Promise<StateFacts> {
  const { env, projectDirectory } = context;
  const pulumi = await findOnPath(env);
  if (pulumi === undefined) return nothingKnown("there is no pulumi on PATH to ask");
  const store = await readStateStore(pulumi, projectDirectory, env).catch(() => undefined);
  if (store === undefined) return nothingKnown("pulumi did not report where the state is");
  const stacks = createStacks({ ...context, pulumi });
  try {
    return { store, stack: { isThere: (await stacks.state(stack)) !== undefined } };
  } catch (error) {
    return { store, stack: { reason: error instanceof Error ? error.message : String(error) } };
  }
}

function nothingKnown(reason: string): StateFacts {
  return { store: { reason }, stack: { reason } };
}
