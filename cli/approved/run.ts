import { type GitCheckout, openCheckout } from "../../clients/git";
import { type ProjectFiles, readProjectFiles } from "../../configuration/project-files";
import { readProjectStack } from "../../configuration/read-stack";
import { commandLine } from "../../model/command-line";
import { safeJson, terminalName } from "../../permissions/report/escape";
import { outcomeOf, type ReviewOutcome } from "../comment/review-outcome";
import { demandCommit } from "../review/base";
import { review } from "../review/review";
import { changedPaths } from "../review/review-records";
import { openRevisions } from "../review/revisions";
import type { CommandContext, CommandRunner } from "../shared/command";
import { CommandError, type Document, type Problem } from "../shared/document";
import { openHost } from "../shared/open-host";
import { createProgress } from "../shared/progress";
import type { ApprovedCommandOptions } from "./declaration";
import { demandApproval } from "./demand-approval";
import { findMerges, type Merge } from "./merges";
import { type StackToApply, stacksToApply } from "./to-apply";

interface ApprovedStack extends StackToApply {
  readonly tenantId: string;
  readonly domain: string;
  readonly vaultTenantId: string;
  readonly vaultClientId: string | null;
  /** Run by one person, and by no pipeline. */
  readonly solo: boolean;
}

interface ApprovedDocument extends Document<ApprovedStack> {
  /** The newest one. */
  readonly pullRequest: number;
  /** All of them, oldest first: a merge queue moves a branch past several at once. */
  readonly pullRequests: readonly number[];
  readonly digest: string;
}

/** `partner-access approved`: what a merged change may apply, with the digest that each stack's preview must have. */
export const runApproved: CommandRunner<ApprovedCommandOptions> = async (options, context) => {
  const progress = createProgress(context);
  const checkout = openCheckout(context.projectDirectory, context.env);
  const commit = await demandCommit(checkout, options.commit ?? "HEAD", "unknown-commit");
  const named = options.base;
  const base = named === undefined ? undefined : await demandCommit(checkout, named);
  const host = await openHost(context, options.author);
  progress.update(`looking for the pull requests of ${commit} on ${host.service}`);
  const merges = await findMerges(host, checkout, { commit, base });
  const changes: Change[] = [];
  for (const merge of merges) {
    progress.update(`reading what pull request ${merge.pullRequest.number} changed`);
    const change = await readChange(merge, checkout, context);
    await demandApproval(host, merge.pullRequest, change.outcome.approval.digest);
    changes.push(change);
  }
  const [only] = changes;
  const whole = { base: merges[0]?.base ?? commit, commit };
  const { outcome, stacks } =
    only !== undefined && changes.length === 1 ? only : await readChange(whole, checkout, context);
  progress.done();
  const pullRequests = merges.map(({ pullRequest }) => pullRequest.number);
  const document: ApprovedDocument = {
    schema: "partner-access/approved/1",
    ok: true,
    stacks,
    pullRequest: pullRequests.at(-1) ?? 0,
    pullRequests,
    digest: outcome.approval.digest,
    problems: removedStacks(outcome),
  };
  printResult(document, options, context);
  return 0;
};

interface Change {
  readonly outcome: ReviewOutcome;
  readonly stacks: readonly ApprovedStack[];
}

/** The same review as the pull request had, of what was really merged. */
async function readChange(
  { base, commit }: Pick<Merge, "base" | "commit">,
  checkout: GitCheckout,
  context: CommandContext,
): Promise<Change> {
  const revisions = await openRevisions({ base, head: undefined, headCommit: commit }, context);
  try {
    const options = { stack: undefined, failOn: undefined, hasColour: false, at: new Date() };
    const outcome = outcomeOf(await review(revisions, options, context));
    if (outcome.failed.length > 0) throw notCompared(outcome.failed);
    const [before, after] = await Promise.all([checkout.tree(base), checkout.tree(commit)]);
    const { directory } = revisions.head;
    const stacks = stacksToApply(outcome.stacks, changedPaths(before, after));
    return { outcome, stacks: withTenants(stacks, readProjectFiles(directory)) };
  } finally {
    await revisions.remove();
  }
}

function withTenants(stacks: readonly StackToApply[], files: ProjectFiles): readonly ApprovedStack[] {
  return stacks.map((stack) => withTenant(stack, files));
}

function withTenant(stack: StackToApply, files: ProjectFiles): ApprovedStack {
  const { tenant, vault, solo } = readProjectStack(files, stack.stack);
  const identity = { vaultTenantId: vault.tenantId, vaultClientId: vault.clientId ?? null, solo };
  return { ...stack, tenantId: tenant.id, domain: tenant.domain, ...identity };
}

function removedStacks({ stacks }: ReviewOutcome): readonly Problem[] {
  return stacks
    .filter(({ status }) => status === "removed")
    .map(({ stack }) => ({
      code: "stack-removed",
      message: `${terminalName(stack)} no longer has a file, but what it deployed still exists`,
      fix: "Run `pulumi destroy` for it from the previous revision.",
    }));
}

function printResult(document: ApprovedDocument, options: ApprovedCommandOptions, { stdout }: CommandContext): void {
  if (options.json) {
    stdout.write(`${safeJson(document)}\n`);
    return;
  }
  const { pullRequests } = document;
  const where = `pull request${pullRequests.length === 1 ? "" : "s"} ${pullRequests.join(", ")}`;
  stdout.write(`approved in ${where}: ${document.digest}\n`);
  for (const { stack, digest, reason } of document.stacks)
    stdout.write(`  ${terminalName(stack)}  ${digest}  ${reason}\n`);
  for (const { message, fix } of document.problems) stdout.write(`  - ${message}\n    ${fix}\n`);
}

function notCompared(failed: readonly string[]): CommandError {
  return new CommandError(
    failed.map((stack) => ({
      code: "stack-not-compared",
      message: `${terminalName(stack)} could not be compared, so nothing is approved`,
      fix: `See why: ${commandLine("diff", "-s", stack)}`,
    })),
  );
}
