import { counted } from "../../model/command-line";
import type { CommandContext, CommandRunner } from "../shared/command";
import { invalidOption } from "../shared/document";
import {
  forEachStack,
  reportStacks,
  type StackReport,
  type StackResults,
  selectStacks,
} from "../shared/for-each-stack";
import { unlessInterrupted } from "../shared/interruption";
import { styled } from "../shared/progress";
import { openDatedTenant } from "../shared/right-clock";
import { refuseTwoDocuments } from "../shared/summary";
import { isOnlySummary } from "../shared/summary-target";
import type { StatusCommandOptions } from "./declaration";
import { renderMetrics } from "./metrics";
import { openPage } from "./page/write-page";
import { readAt } from "./read-at";
import { readStatus, type StackStatus, unreadable } from "./stack-status";
import { statusSummary } from "./summary";
import { readVaultStatus } from "./vault-status";

/** `partner-access status`: what is published, when it changes, and what is wrong. Changes nothing. */
export const runStatus: CommandRunner<StatusCommandOptions> = async (options, context) => {
  refuseMixture(options);
  const { fromVault: url, html, openmetrics } = options;
  const stacks = url === undefined ? selectStacks("status", options, context) : [];
  const page = html === undefined ? undefined : openPage(html, url === undefined ? stacks : undefined, context);
  const print = openmetrics ? () => undefined : printResult;
  const report = { name: "status", isOk: ({ ok }: StackStatus) => ok, print, summary: statusSummary };
  const { ok, results } =
    url === undefined
      ? await readStacks(stacks, report, options, context)
      : await readVault(url, report, options, context);
  if (page !== undefined) context.stderr.write(`wrote ${await page.write(results)}\n`);
  if (openmetrics) context.stdout.write(await renderMetrics(results, readAt(context).at));
  return ok ? 0 : 1;
};

type Report = StackReport<StackStatus>;
type Results = StackResults<StackStatus>;

function readStacks(
  stacks: readonly string[],
  report: Report,
  options: StatusCommandOptions,
  context: CommandContext,
): Promise<Results> {
  const run = async (stack: string, onProgress: (text: string) => void) => {
    if (stacks.length > 1) onProgress(`looking at ${stack}`);
    return readStatus(await openDatedTenant(stack, context));
  };
  const work = { stacks, atOnce: 8, isReadOnly: true, run, failed: unreadable };
  return forEachStack({ ...report, ...work }, options, context);
}

async function readVault(
  url: string,
  report: Report,
  options: StatusCommandOptions,
  context: CommandContext,
): Promise<Results> {
  const results = await unlessInterrupted(context.signal, url, () => readVaultStatus(url, context));
  return { ok: reportStacks(report, results, options, context), results };
}

function refuseMixture({ stack, all, fromVault, openmetrics, json, markdown }: StatusCommandOptions): void {
  refuseTwoDocuments({ json, markdown });
  const other = json ? "--json" : isOnlySummary(markdown) ? "--markdown without a file" : undefined;
  if (openmetrics && other !== undefined) {
    throw invalidOption(`--openmetrics and ${other} exclude each other`, "Name one of them.");
  }
  if ([stack !== undefined, all, fromVault !== undefined].filter(Boolean).length === 1) return;
  throw invalidOption(
    "status needs one of -s STACK, --all and --from-vault URL",
    "Name one stack, all stacks of this project, or a vault.",
  );
}

function printResult(status: StackStatus, context: CommandContext): void {
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
