import { ConfigurationError } from "../../configuration/problem";
import type { ProjectFiles } from "../../configuration/project-files";
import { readProjectStack } from "../../configuration/read-stack";
import type { CommandContext, CommandRunner } from "../shared/command";
import { type Problem, problemsOf } from "../shared/document";
import { reportStacks } from "../shared/for-each-stack";
import { inTurns } from "../shared/in-turns";
import { readProject } from "../shared/project";
import type { StacksCommandOptions } from "./declaration";

/** One stack as its file declares it. */
interface ListedStack {
  readonly stack: string;
  readonly ok: boolean;
  readonly tenantId: string | null;
  readonly domain: string | null;
  readonly vault: string | null;
  /** Where the vault's identity signs in, and as what: one application serves few stacks, so a workflow must not assume one for all. */
  readonly vaultTenantId: string | null;
  readonly vaultClientId: string | null;
  /** Run by one person, and by no pipeline. */
  readonly solo: boolean | null;
  readonly problems: readonly Problem[];
}

/** `partner-access stacks`: every stack file of the project, and what is wrong with each. */
export const runStacks: CommandRunner<StacksCommandOptions> = async (options, context) => {
  const files = await readProject(context);
  const names = [...files.stackFiles.keys()].sort();
  const list = (stack: string) => readListed(files, stack);
  const stacks = await inTurns(names, "the rest of the stacks", context.signal, list);
  const report = { name: "stacks", isOk: ({ ok }: ListedStack) => ok, print: printResult };
  return reportStacks(report, stacks, options, context) ? 0 : 1;
};

function printResult({ stack, ok, domain, tenantId, vault, problems }: ListedStack, { stdout }: CommandContext): void {
  stdout.write(`${stack.padEnd(20)}  ${ok ? `${domain}  ${tenantId}  vault ${vault}` : "not valid:"}\n`);
  for (const { message } of problems) stdout.write(`  - ${message}\n`);
}

function readListed(files: ProjectFiles, stack: string): ListedStack {
  try {
    const { tenant, vault, solo } = readProjectStack(files, stack);
    return {
      stack,
      ok: true,
      tenantId: tenant.id,
      domain: tenant.domain,
      vault: vault.name,
      vaultTenantId: vault.tenantId,
      vaultClientId: vault.clientId ?? null,
      solo,
      problems: [],
    };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const unknown = { tenantId: null, domain: null, vault: null, vaultTenantId: null, vaultClientId: null, solo: null };
    return { stack, ok: false, ...unknown, problems: problemsOf(error) };
  }
}
