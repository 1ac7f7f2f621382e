import { createStacks } from "../../clients/pulumi/stacks";
import { counted } from "../../model/command-line";
import type { CommandContext, CommandRunner } from "../shared/command";
import { forEachStack } from "../shared/for-each-stack";
import { demandPulumi, demandSharedState } from "../shared/pulumi";
import { openDatedTenant } from "../shared/right-clock";
import type { RecoverCommandOptions } from "./declaration";
import { recoverStack } from "./recover-stack";
import type { Recovery } from "./recovery";

/** `partner-access recover`: one command after a run that was killed. */
export const runRecover: CommandRunner<RecoverCommandOptions> = async (options, context) => {
  const { stack } = options;
  const { env, projectDirectory, signal, stackOwner } = context;
  const run = async (_: string, onProgress: (text: string) => void) => {
    const tenant = await openDatedTenant(stack, context);
    const pulumi = await demandPulumi(env);
    await demandSharedState(stack, pulumi, context, options.allowLocalState);
    return recoverStack(tenant, {
      stacks: createStacks({ pulumi, projectDirectory, env, signal, stackOwner }),
      named: options.lock,
      context,
      isStateLost: options.lostState,
      expected: options.expectDigest,
      onProgress: (text) => onProgress(`${stack}: ${text}`),
    });
  };
  const report = { name: "recover", isOk: ({ ok }: Recovery) => ok, print: printResult };
  const { ok } = await forEachStack({ ...report, stacks: [stack], run }, options, context);
  return ok ? 0 : 1;
};

function printResult(recovery: Recovery, { stdout }: CommandContext): void {
  const {
    stack,
    outcome,
    locks,
    cleared,
    adopted,
    changes,
    retired,
    removedApplications,
    orphans,
    repaired,
    value,
    problems,
  } = recovery;
  const lines = [
    ...locks.map(({ holder, ageMinutes }) => `broke the lock of ${holder}, ${counted(ageMinutes, "minute")} old`),
    ...cleared.map(({ operation, urn }) => `no longer waits for: ${operation} ${urn.slice(urn.lastIndexOf("::") + 2)}`),
    ...adopted.map((name) => `added ${name} to the new state`),
    ...changes.map(({ operation, type, name }) => `did ${operation} ${type} ${name}`),
    ...(repaired === null ? [] : [`published the right ${repaired} again`]),
    ...(value === null ? [] : [`published value: ${value.detail}`]),
    ...retired.map((keyId) => `removed the orphan ${keyId}`),
    ...removedApplications.map((id) => `removed the application ${id}, which a killed run had created`),
    ...orphans.map(({ keyId, removableOn }) => `kept the orphan ${keyId}${removableOn ? ` until ${removableOn}` : ""}`),
    ...problems.flatMap(({ code, message, fix }) => [`${code}: ${message}`, ...(fix === "" ? [] : [`  ${fix}`])]),
  ];
  stdout.write(`${[...lines.map((line) => `  ${line}`), `${stack}: ${outcome}`].join("\n")}\n`);
}
