import { counted } from "../../model/command-line";
import type { CommandContext, CommandRunner } from "../shared/command";
import { CommandError, invalidOption, writeDocument } from "../shared/document";
import { everyStack, namedStack } from "../shared/every-stack";
import { interrupted, unlessInterrupted } from "../shared/interruption";
import { inParallel } from "../shared/parallel";
import { createProgress, styled } from "../shared/progress";
import { openDatedTenant } from "../shared/right-clock";
import type { StatusCommandOptions } from "./declaration";
import { readStatus, type StackStatus, unreadable } from "./stack-status";
import { readVaultStatus } from "./vault-status";

/** `partner-access status`: what is published, when it changes, and what is wrong. Changes nothing. */
export const runStatus: CommandRunner<StatusCommandOptions> = async (options, context) => {
  refuseMixture(options);
  const { fromVault: url } = options;
  const statuses =
    url !== undefined
      ? await unlessInterrupted(context.signal, url, () => readVaultStatus(url, context))
      : await readStacks(chosenStacks(options, context), context);
  const ok = statuses.every((status) => status.ok);
  if (options.json) {
    const problems = statuses.flatMap((status) => status.problems);
    writeDocument(context, { schema: "partner-access/status/1", ok, stacks: statuses, problems });
  } else {
    for (const status of statuses) tell(status, context);
  }
  return ok ? 0 : 1;
};

async function readStacks(stacks: readonly string[], context: CommandContext): Promise<readonly StackStatus[]> {
  const progress = createProgress(context);
  const { signal } = context;
  const look = async (stack: string) => {
    if (stacks.length > 1) progress.news(`looking at ${stack}`);
    try {
      const read = async () => readStatus(await openDatedTenant(stack, context));
      return await unlessInterrupted(signal, stack, read);
    } catch (error) {
      return unreadable(stack, error);
    }
  };
  const skipped = (stack: string) => unreadable(stack, new CommandError([interrupted(stack)]));
  const statuses = await inParallel(stacks, 8, look, { signal, skipped });
  progress.done();
  return statuses;
}

function chosenStacks({ stack }: StatusCommandOptions, context: CommandContext): readonly string[] {
  return stack !== undefined ? namedStack(stack, context) : everyStack(context);
}

function refuseMixture({ stack, all, fromVault }: StatusCommandOptions): void {
  if ([stack !== undefined, all, fromVault !== undefined].filter(Boolean).length === 1) return;
  throw invalidOption(
    "status needs one of -s STACK, --all and --from-vault URL",
    "Name one stack, or look at all of this project, or at everything in one vault.",
  );
}

function tell(status: StackStatus, context: CommandContext): void {
  const { stdout } = context;
  const { stack, ok, published, previous, nextRotation, refreshToken, value, problems } = status;
  stdout.write(`${stack}  ${ok ? styled(context, "green", "ok") : styled(context, "red", "look here")}\n`);
  if (published !== null) {
    const { keyId, generation, publishedOn, expires, ageDays } = published;
    const age = `published ${publishedOn} (${counted(ageDays, "day")} ago), expires ${expires}`;
    stdout.write(`  current        generation ${generation}, key id ${keyId}, ${age}\n`);
    const kept = previous && `generation ${previous.generation}, key id ${previous.keyId}`;
    stdout.write(`  previous       ${kept === null ? "none" : `${kept}, kept until ${previous?.removableOn}`}\n`);
    stdout.write(`  next rotation  ${nextRotation}\n`);
    stdout.write(`  value          ${value?.detail}\n`);
    stdout.write(
      `  refresh token  ${refreshToken === null ? "none" : `${counted(refreshToken.ageDays, "day")} old`}\n`,
    );
  }
  for (const { code, message, fix } of problems) {
    stdout.write(`  - ${code}: ${message}\n`);
    if (fix !== "") stdout.write(`    ${fix}\n`);
  }
}
