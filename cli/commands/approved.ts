import { openCheckout } from "../../clients/git";
import { readStackFromFiles } from "../../config";
import { safeJson, terminalName } from "../../permissions/report/escape";
import type { CommandOptions, CommandRunner, Surroundings } from "../command";
import { demandApproval } from "../comment/demand-approval";
import { openHost } from "../comment/open-host";
import { outcomeOf, type ReviewOutcome } from "../comment/review-outcome";
import { type StackToApply, stacksToApply } from "../comment/to-apply";
import { CommandError, type Document, type Problem } from "../document";
import { createProgress } from "../progress";
import { review } from "../review/review";
import { changedPaths } from "../review/review-records";
import { openRevisions } from "../review/revisions";

interface ApprovedStack extends StackToApply {
  readonly tenantId: string;
  readonly domain: string;
  readonly vaultTenantId: string;
  readonly vaultClientId: string;
}

interface ApprovedDocument extends Document<ApprovedStack> {
  readonly pullRequest: number;
  readonly digest: string;
}

/** `partner-access approved`: what a merged change may apply, with the digest that each stack's preview must have. */
export const runApproved: CommandRunner = async (options, surroundings) => {
  const progress = createProgress(surroundings);
  const base = typeof options["base"] === "string" ? options["base"] : "HEAD^1";
  progress.news("reading both revisions");
  const { outcome, commit, changed } = await readMerge(base, surroundings);
  const host = await openHost(surroundings.env, typeof options["author"] === "string" ? options["author"] : undefined);
  progress.news(`looking for the review of ${commit} on ${host.service}`);
  const pullRequest = await demandApproval(host, commit, outcome.approval.digest);
  progress.done();
  const document: ApprovedDocument = {
    schema: "partner-access/approved/1",
    ok: true,
    stacks: stacksToApply(outcome.stacks, changed).map((stack) => withTenant(stack, surroundings)),
    pullRequest,
    digest: outcome.approval.digest,
    problems: removedStacks(outcome),
  };
  tell(document, options, surroundings);
  return 0;
};

/** The same review as the pull request had, of what its merge really made. */
async function readMerge(base: string, surroundings: Surroundings) {
  const checkout = openCheckout(surroundings.projectDirectory, surroundings.env);
  const [commit, baseCommit] = await Promise.all([checkout.commitOf("HEAD"), checkout.commitOf(base)]);
  if (commit === undefined || baseCommit === undefined) throw unknown(base);
  const revisions = await openRevisions({ base: baseCommit, head: undefined }, surroundings);
  try {
    const options = { stack: undefined, failOn: undefined, hasColour: false, at: new Date() };
    const outcome = outcomeOf(await review(revisions, options, surroundings));
    if (outcome.failed.length > 0) throw notCompared(outcome.failed);
    const [before, after] = await Promise.all([checkout.tree(baseCommit), checkout.tree(commit)]);
    return { outcome, commit, changed: changedPaths(before, after) };
  } finally {
    await revisions.remove();
  }
}

function withTenant(stack: StackToApply, { projectDirectory }: Surroundings): ApprovedStack {
  const { tenant, vault } = readStackFromFiles(projectDirectory, stack.stack);
  const identity = { vaultTenantId: vault.tenantId, vaultClientId: vault.clientId };
  return { ...stack, tenantId: tenant.id, domain: tenant.domain, ...identity };
}

function removedStacks({ stacks }: ReviewOutcome): readonly Problem[] {
  return stacks
    .filter(({ status }) => status === "removed")
    .map(({ stack }) => ({
      code: "stack-removed",
      message: `${terminalName(stack)} has no file any more; what it deployed is still there`,
      fix: "Run `pulumi destroy` for it from the revision before.",
    }));
}

function tell(document: ApprovedDocument, options: CommandOptions, { stdout }: Surroundings): void {
  if (options["json"] === true) {
    stdout.write(`${safeJson(document)}\n`);
    return;
  }
  stdout.write(`approved in pull request ${document.pullRequest}: ${document.digest}\n`);
  for (const { stack, digest, reason } of document.stacks)
    stdout.write(`  ${terminalName(stack)}  ${digest}  ${reason}\n`);
  for (const { message, fix } of document.problems) stdout.write(`  - ${message}\n    ${fix}\n`);
}

function unknown(base: string): CommandError {
  return new CommandError([
    {
      code: "unknown-base",
      message: `git knows no commit ${JSON.stringify(base)}, or this is no checkout`,
      fix: "Fetch the history (fetch-depth: 0), and name what the branch was before the merge with --base.",
    },
  ]);
}

function notCompared(failed: readonly string[]): CommandError {
  return new CommandError(
    failed.map((stack) => ({
      code: "stack-not-compared",
      message: `${terminalName(stack)} could not be compared, so nothing is approved`,
      fix: "Run `partner-access diff -s` for it.",
    })),
  );
}
