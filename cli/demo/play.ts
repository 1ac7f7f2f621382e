import { createStacks, type StackRun, type Stacks } from "../../clients/pulumi/stacks";
import { counted } from "../../model/command-line";
import { createTokenSource } from "../../tokens/vault-token-source";
import type { CommandContext, ExitCode } from "../shared/command";
import { resultStream, writeDocument } from "../shared/document";
import { styled } from "../shared/progress";
import { openTenant } from "../shared/tenant";
import { changeStep } from "./change-in-words";
import type { DemoCommandOptions } from "./declaration";
import { pageStep } from "./page";
import { rotationStep } from "./rotation";
import { firstAnswerStep, signInStep } from "./sign-in";
import type { Stage } from "./stage";
import { type StepResult, Steps } from "./steps";
import { readTenantView, tenantLines, vaultLines } from "./tenant-view";

const stack = "dev";

/** What later steps need of the first deployment. */
interface Deployed {
  readonly clientId: string;
  readonly tenantId: string;
  readonly vaultUri: string;
  readonly secretNames: Readonly<Record<string, string>>;
}

/** The second process of the demo: a user of the emulator, with real clients. */
export async function playDemo(options: DemoCommandOptions, context: CommandContext): Promise<ExitCode> {
  const stage = JSON.parse(context.env["PARTNER_ACCESS_DEMO"] ?? "{}") as Stage;
  // Two clocks would disagree: until the rotation all use the emulator's.
  const before = (): CommandContext => ({
    ...context,
    env: { ...context.env, PARTNER_ACCESS_NOW: emulatedTime(stage) },
  });
  const steps = new Steps(context, resultStream(options, context));
  for (const step of stage.prologue) steps.report(step);
  let deployed: Deployed | undefined;
  await steps.run("pulumi up", async (onProgress) => {
    const stacks = stacksOf(stage, before());
    await stacks.init(stack);
    const run = await stacks.up(stack, { onEvent: (event) => event.kind === "step" && onProgress(event.change.name) });
    demandSuccess(run);
    deployed = (await stacks.outputs(stack)) as unknown as Deployed;
    return { detail: `${counted(run.counts["create"] ?? 0, "resource")} created in ${run.seconds.toFixed(0)} s` };
  });
  await steps.run("what the tenant holds", () => lookStep(stage, before(), demand(deployed)));
  await steps.run("what the vault holds", () => vaultStep(stage, before(), demand(deployed)));
  await steps.run("a token from the vault", () => tokenStep(stage, before(), demand(deployed)));
  await steps.run("the user signs in", () => signInStep(stack, stage, before()));
  await steps.run("the first Insights call", () => firstAnswerStep(stack, stage, before()));
  await steps.run("pulumi up, again", () => secondUpStep(stacksOf(stage, before())));
  await steps.run("a change, in words", () => changeStep(stack, stage, context));
  await steps.run("a rotation", (onProgress) => rotationStep(stack, stage, context, onProgress));
  if (options.keep) {
    // The first sign-in is as old as a refresh token gets.
    await steps.run("the user signs in, again", () => signInStep(stack, stage, context));
  }
  await steps.run("a page to look at", () => pageStep(stack, stage, context, options.keep));
  if (!options.keep) {
    await steps.run("clean up", () => cleanUpStep(stacksOf(stage, context)), { always: true });
  }
  finish(steps, options, context);
  return steps.ok ? 0 : 1;
}

function emulatedTime({ millisecondsBehind }: Stage): string {
  return new Date(Date.now() - millisecondsBehind).toISOString();
}

function stacksOf({ pulumi, workspace }: Stage, { env, signal }: CommandContext): Stacks {
  return createStacks({ pulumi, projectDirectory: workspace, env, signal });
}

/** The demo's stack, with the clients that the commands use. */
function openStage({ workspace }: Stage, context: CommandContext) {
  return openTenant(stack, { ...context, projectDirectory: workspace });
}

async function lookStep(stage: Stage, context: CommandContext, deployed: Deployed): Promise<StepResult> {
  const { graph } = await openStage(stage, context);
  const view = await readTenantView(graph, deployed.clientId);
  return { detail: `read back from Microsoft Graph`, lines: tenantLines(view) };
}

async function vaultStep(stage: Stage, context: CommandContext, deployed: Deployed): Promise<StepResult> {
  const { vault } = await openStage(stage, context);
  const entries = await vault.list();
  const ours = new Set(Object.values(deployed.secretNames));
  const seen = entries.filter(({ name }) => ours.has(name));
  return { detail: `${counted(seen.length, "entry", "entries")} in ${deployed.vaultUri}`, lines: vaultLines(seen) };
}

async function tokenStep(stage: Stage, context: CommandContext, deployed: Deployed): Promise<StepResult> {
  const { vaultIdentity, configuration } = await openStage(stage, context);
  const tokens = createTokenSource({
    vaultUri: new URL(deployed.vaultUri).origin,
    prefix: configuration.vault.prefix,
    credential: vaultIdentity,
    signal: context.signal,
    flow: "app-only",
    resource: stage.origin,
    authority: stage.origin,
  });
  const { expiresAt } = await tokens.getToken();
  const minutes = Math.round((expiresAt.getTime() - Date.now()) / 60_000);
  return {
    detail: `read with Microsoft's vault client, redeemed for a token that lives ${counted(minutes, "minute")}`,
  };
}

async function secondUpStep(stacks: Stacks): Promise<StepResult> {
  const run = await stacks.up(stack);
  demandSuccess(run);
  if (run.changes.length > 0) {
    throw new Error(
      `expected no change, got ${run.changes.map(({ operation, name }) => `${operation} ${name}`).join(", ")}`,
    );
  }
  return { detail: `no changes, ${counted(run.counts["same"] ?? 0, "resource")} as they were` };
}

async function cleanUpStep(stacks: Stacks): Promise<StepResult> {
  const run = await stacks.destroy(stack);
  demandSuccess(run);
  await stacks.run(["stack", "rm", stack, "--yes", "--remove-backups"]);
  return {
    detail: `${counted(run.counts["delete"] ?? 0, "resource")} deleted, the vault was not created by the demo and is kept`,
  };
}

function demandSuccess(run: StackRun): void {
  if (run.ok) return;
  const errors = run.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  throw new Error(errors.join("\n"));
}

function demand<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the deployment did not finish");
  return value;
}

function finish(steps: Steps, options: DemoCommandOptions, context: CommandContext): void {
  const verdict = steps.ok
    ? styled(context, "green", "All of it worked.")
    : styled(context, "red", "Something failed, see above.");
  resultStream(options, context).write(`\n${verdict}\n`);
  if (options.json) {
    writeDocument(context, {
      schema: "partner-access/demo/1",
      ok: steps.ok,
      stacks: [{ stack, steps: steps.all }],
      problems: steps.failures.map(({ name, message }) => ({
        code: "step-failed",
        message: `${name}: ${message}`,
        fix: "",
      })),
    });
  }
}
