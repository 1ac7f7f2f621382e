import { spawn } from "node:child_process";
import type { CommandContext, ExitCode } from "../shared/command";
import { resultStream } from "../shared/document";
import { type EmulatorProcess, startEmulatorProcess } from "../shared/emulator-process";
import { commandFile } from "../shared/own-package";
import { createProgress } from "../shared/progress";
import type { DemoCommandOptions } from "./declaration";
import { keep } from "./keep";
import type { Step } from "./steps";
import { createWorkspace } from "./workspace";

/** What the first process hands to the second, as JSON in `PARTNER_ACCESS_DEMO`. */
export interface Stage {
  readonly workspace: string;
  readonly pulumi: string;
  readonly origin: string;
  /** How far the emulator's clock is behind this machine's until the rotation. */
  readonly millisecondsBehind: number;
  /** What happened before the second process started. */
  readonly prologue: readonly Step[];
}

/** Variables of the caller that would lead a demo to something real, or change what it does. */
const foreign =
  /^(ARM_|AZURE_|PULUMI_|PARTNER_ACCESS_NOW|HTTPS?_PROXY$|https?_proxy$|NO_PROXY$|no_proxy$|SSL_CERT_|NODE_EXTRA_CA_CERTS$)/;

/** The demo begins this long ago, so that its rotation is due now: what `--keep` leaves has one clock, the machine's. */
const millisecondsBehind = 90 * 86_400_000;

/** Starts the emulator, copies the program, and lets the second process play. */
export async function setStage(options: DemoCommandOptions, context: CommandContext): Promise<ExitCode> {
  const startedAt = performance.now();
  const progress = createProgress(context);
  const realPlugins = options.realPlugins;
  progress.update("… starting the emulated Microsoft");
  const emulator = await startEmulatorProcess({
    env: realPlugins ? context.env : withoutForeign(context.env),
    arguments: [
      "--starts-at",
      new Date(Date.now() - millisecondsBehind).toISOString(),
      ...(realPlugins ? ["--real-plugins"] : []),
    ],
    signal: context.signal,
    endsWithParent: !options.keep,
    onProgress: (line) => progress.update(`… ${line}`),
  });
  progress.done();
  const workspace = await createWorkspace(context.projectDirectory, { isWhole: options.keep });
  const started: Step = {
    name: "emulated Microsoft",
    ok: true,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    detail: `${emulator.line.origin}, ${emulator.line.tenants.map((tenant) => tenant.domain).join(" and ")}`,
  };
  try {
    const { pulumi, origin } = emulator.line;
    const stage = { workspace: workspace.directory, pulumi, origin, millisecondsBehind, prologue: [started] };
    const code = await play(stage, emulator, options, context);
    if (options.keep) await keep(resultStream(options, context), context, emulator, workspace);
    return code;
  } finally {
    if (!options.keep) {
      await emulator.stop();
      await workspace.remove();
    }
  }
}

function withoutForeign(env: CommandContext["env"]): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

/** Runs the demo in a process of its own, with the environment of the emulator. */
function play(
  stage: Stage,
  { line }: EmulatorProcess,
  options: DemoCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const flags = [...(options.keep ? ["--keep"] : []), ...(options.json ? ["--json"] : [])];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [commandFile, "demo", ...flags], {
      stdio: "inherit",
      env: { ...withoutForeign(context.env), ...line.env, PARTNER_ACCESS_DEMO: JSON.stringify(stage) },
    });
    context.signal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
    child.on("error", fail);
    child.on("close", (code) => done(code === 0 || code === 1 ? code : 2));
  });
}
