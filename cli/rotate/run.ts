import { createStacks } from "../../clients/pulumi/stacks";
import { counted } from "../../model/command-line";
import type { Renewal } from "../../tokens/renewal";
import type { CommandContext, CommandRunner } from "../shared/command";
import { invalidOption, type Problem, problemsOf } from "../shared/document";
import { forEachStack, selectStacks } from "../shared/for-each-stack";
import { interrupted } from "../shared/interruption";
import { demandPulumi, demandSharedState } from "../shared/pulumi";
import { openDatedTenant } from "../shared/right-clock";
import { openConfigured, type Tenant } from "../shared/tenant";
import { publishedTenant } from "./applied-tenant";
import type { RotateCommandOptions } from "./declaration";
import { failedOutcome, type RotationOutcome, type SecretOutcome, withRenewal } from "./outcome";
import { renewStack } from "./renew-stack";
import { refuseUnwritable } from "./request-rotation";
import { rotateStack } from "./rotate-stack";
import { rotateSummary } from "./summary";

/** `partner-access rotate`: one stack or all, each on its own; what is not due is not touched. */
export const runRotate: CommandRunner<RotateCommandOptions> = async (options, context) => {
  const stacks = selectStacks("rotate", options, context);
  refuseBadOptions(options, stacks);
  const { ok, results } = await forEachStack(
    {
      name: "rotate",
      stacks,
      atOnce: options.parallel,
      run: (stack, onProgress) => rotateOne(stack, options, context, (text) => onProgress(`${stack}: ${text}`)),
      failed: (stack, error) => withRenewal(failedOutcome(stack, problemsOf(error)), null),
      isOk: ({ outcome, refreshToken }) => outcome !== "failed" && refreshToken?.result !== "failed",
      print: printOutcome,
      summary: rotateSummary,
    },
    options,
    context,
  );
  if (options.compromised !== undefined) printCompromised(results, context);
  return ok ? 0 : 1;
};

async function rotateOne(
  stack: string,
  options: RotateCommandOptions,
  context: CommandContext,
  onProgress: (text: string) => void,
): Promise<RotationOutcome> {
  const configured = await openDatedTenant(stack, context);
  const { outcome: rotated, tenant } = await rotateSecret(configured, options, context, onProgress);
  // Whatever became of the secret: a stack in trouble must not lose its sign-in too. Nothing published, or stopped: Entra gives no token.
  if (rotated.before === null || rotated.reason === "stopped") return withRenewal(rotated, null);
  if (context.signal.aborted) return withRenewal(rotated, leftOut(interrupted(`the refresh token of ${stack}`)));
  const rotateOptions = { isPlanOnly: options.plan, everyDays: options.renewEvery };
  return withRenewal(rotated, await renewStack(tenant, rotateOptions, context));
}

/**
 * Needs an engine, and reports when there is none. The vault is read anyway: the renewal depends on it, at the place where this stack
 * publishes.
 */
async function rotateSecret(
  configured: Tenant,
  options: RotateCommandOptions,
  context: CommandContext,
  onProgress: (text: string) => void,
): Promise<{ readonly outcome: SecretOutcome; readonly tenant: Tenant }> {
  const { stack } = configured;
  const { projectDirectory, signal, stackOwner } = context;
  const { compromised, rollback } = options;
  const env = { ...context.env, PARTNER_ACCESS_ROLLBACK: rollback };
  const rotate = async (pulumi: string, isPlanOnly: boolean) => {
    const tools = {
      context,
      stacks: createStacks({ pulumi, projectDirectory, env, signal, stackOwner }),
      openAs: (configuration: Tenant["configuration"]) => openConfigured(configuration, context),
      onProgress,
    };
    const tenant = isPlanOnly ? configured : await publishedTenant(configured, tools);
    const rotateOptions = { isPlanOnly, compromised, rollback, expected: options.expectDigest };
    return { tenant, outcome: await rotateStack(tenant, rotateOptions, tools) };
  };
  if (options.plan) return rotate("", true);
  let pulumi: string;
  try {
    pulumi = await demandPulumi(context.env);
    await demandSharedState(stack, pulumi, context, options.allowLocalState);
  } catch (error) {
    const { tenant, outcome } = await rotate("", true);
    return { tenant, outcome: failedOutcome(stack, [...outcome.problems, ...problemsOf(error)], outcome.before) };
  }
  return rotate(pulumi, false);
}

function leftOut({ code, message, fix }: Problem): Renewal {
  return { result: "failed", ageDays: null, sentence: message, code, fix };
}

function refuseBadOptions(options: RotateCommandOptions, stacks: readonly string[]): void {
  const { compromised, rollback } = options;
  if (compromised === "" || rollback === "")
    throw invalidOption("a REASON must not be empty", "Say why in a few words.");
  if (compromised !== undefined) refuseUnwritable(compromised);
  if (compromised !== undefined && rollback !== undefined) {
    throw invalidOption("--compromised and --rollback exclude each other", "A compromised secret must not come back.");
  }
  if (options.expectDigest !== undefined && options.all) {
    throw invalidOption(
      "--expect-digest takes one stack, got --all: every stack has its own digest",
      "Name it with -s.",
    );
  }
  if (options.all && (compromised !== undefined || rollback !== undefined)) {
    throw invalidOption(
      `--compromised and --rollback take one stack, got --all (${counted(stacks.length, "stack")})`,
      "Name it with -s.",
    );
  }
}

function printOutcome(
  { stack, outcome, reason, sentence, before, after, refreshToken, value, problems }: RotationOutcome,
  context: CommandContext,
): void {
  // Not read after Ctrl-C or an outage.
  const now = after ?? (before === null ? "none" : "unknown");
  const change = before === after ? `key id ${now}` : `key id ${before ?? "none"} -> ${now}`;
  context.stdout.write(
    `${stack.padEnd(20)}  ${outcome.padEnd(11)}  ${reason.padEnd(14)}  ${change}  ${outcome === "failed" ? "" : sentence}\n`,
  );
  // A proof that was not made must not read as one.
  if (value?.result === "not-checked") context.stderr.write(`${stack.padEnd(20)}  published value ${value.detail}\n`);
  if (refreshToken !== null && refreshToken.result !== "not-due" && refreshToken.result !== "failed") {
    // What was skipped is a warning; what was done is a result.
    const stream = refreshToken.result === "skipped" ? context.stderr : context.stdout;
    stream.write(`${stack.padEnd(20)}  ${refreshToken.sentence}\n`);
  }
  for (const { code, message, fix } of problems) {
    context.stderr.write(`${stack}: ${code}: ${message}\n`);
    if (fix !== "") context.stderr.write(`  ${fix}\n`);
  }
}

/** What an emergency rotation does not undo, said every time. */
function printCompromised(outcomes: readonly RotationOutcome[], context: CommandContext): void {
  if (!outcomes.some(({ outcome }) => outcome === "rotated")) return;
  context.stderr.write(
    [
      "",
      "The old secret is removed. What this does not undo:",
      " - access tokens that were issued with it work for up to 90 minutes more;",
      " - a refresh token that leaked with it: revoke the user's sessions in Entra, then sign in again;",
      "What each consumer must do to see the new one:",
      " - a consumer that reads the vault for each token: nothing;",
      " - a consumer that keeps the secret (environment, Kubernetes, App Service reference): restart or re-sync it now.",
      "The request was written into the stack's file: commit it.",
      "",
    ].join("\n"),
  );
}
