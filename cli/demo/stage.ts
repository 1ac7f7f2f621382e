import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CommandOptions, ExitCode, Surroundings } from "../command";
import { type EmulatorProcess, startEmulatorProcess } from "../emulator-process";
import { createProgress } from "../progress";
import type { Step } from "./steps";
import { createWorkspace, type Workspace } from "./workspace";

/** What the first process hands to the second, as JSON in `PARTNER_ACCESS_DEMO`. */
export interface Stage {
  readonly workspace: string;
  readonly pulumi: string;
  readonly origin: string;
  /** What happened before the second process started. */
  readonly prologue: readonly Step[];
}

/** Variables of the caller that would lead a demo to something real, or change what it does. */
const foreign =
  /^(ARM_|AZURE_|PULUMI_|PARTNER_ACCESS_NOW|HTTPS?_PROXY$|https?_proxy$|NO_PROXY$|no_proxy$|SSL_CERT_|NODE_EXTRA_CA_CERTS$)/;

/** Starts the emulator, copies the program, and lets the second process play. */
export async function setStage(options: CommandOptions, surroundings: Surroundings): Promise<ExitCode> {
  const startedAt = performance.now();
  const progress = createProgress(surroundings);
  const realPlugins = options["realPlugins"] === true;
  progress.news("… starting the emulated Microsoft");
  const emulator = await startEmulatorProcess({
    projectDirectory: surroundings.projectDirectory,
    env: realPlugins ? surroundings.env : withoutForeign(surroundings.env),
    arguments: realPlugins ? ["--real-plugins"] : [],
    signal: surroundings.signal,
    endsWithParent: options["keep"] !== true,
    onNews: (line) => progress.news(`… ${line}`),
  });
  progress.done();
  const workspace = await createWorkspace(surroundings.projectDirectory);
  const started: Step = {
    name: "emulated Microsoft",
    ok: true,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    detail: `${emulator.line.origin}, ${emulator.line.tenants.map((tenant) => tenant.domain).join(" and ")}`,
  };
  try {
    const code = await play(options, surroundings, emulator, workspace, [started]);
    if (options["keep"] === true) await keep(surroundings, emulator, workspace);
    return code;
  } finally {
    if (options["keep"] !== true) {
      await emulator.stop();
      await workspace.remove();
    }
  }
}

function withoutForeign(env: Surroundings["env"]): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

function play(
  options: CommandOptions,
  surroundings: Surroundings,
  emulator: EmulatorProcess,
  workspace: Workspace,
  prologue: readonly Step[],
): Promise<ExitCode> {
  const stage: Stage = {
    workspace: workspace.directory,
    pulumi: emulator.line.pulumi,
    origin: emulator.line.origin,
    prologue,
  };
  const flags = ["keep", "json"].filter((name) => options[name] === true).map((name) => `--${name}`);
  return new Promise((done, fail) => {
    const child = spawn(
      process.execPath,
      [join(surroundings.projectDirectory, "bin/partner-access.js"), "demo", ...flags],
      {
        stdio: "inherit",
        env: { ...withoutForeign(surroundings.env), ...emulator.line.env, PARTNER_ACCESS_DEMO: JSON.stringify(stage) },
      },
    );
    surroundings.signal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
    child.on("error", fail);
    child.on("close", (code) => done(code === 0 || code === 1 ? code : 2));
  });
}

/** Leaves everything running. The variables go into a file only its owner reads: one of them is a client secret. */
async function keep(surroundings: Surroundings, emulator: EmulatorProcess, workspace: Workspace): Promise<void> {
  const file = join(workspace.directory, "emulator.env");
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = Object.entries(emulator.line.env).map(([name, value]) => `export ${name}=${quote(value)}`);
  lines.push(`export PATH=${quote(join(emulator.line.pulumi, ".."))}:"$PATH"`);
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  emulator.release();
  surroundings.stderr.write(
    [
      "",
      "The emulator runs on. In this or another terminal:",
      `  cd ${workspace.directory}`,
      `  source ${file}    # ${Object.keys(emulator.line.env).join(" ")}`,
      "  pulumi preview -s dev",
      `When you are done: kill ${emulator.pid}; rm -rf ${workspace.directory}`,
      "",
    ].join("\n"),
  );
}
