import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderStore } from "../../clients/pulumi/state-store";
import { commandLine } from "../../model/command-line";
import { startEmulator } from "../../offline/emulator/server";
import { findEngine } from "../../offline/engine/find-engine";
import type { CommandContext, CommandOptions, CommandRunner, ExitCode } from "../shared/command";
import { invalidOption } from "../shared/document";
import type { EmulatorLine } from "../shared/emulator-process";
import { addTenant } from "./add-tenant";
import { preparePlugins } from "./plugins";

/** `partner-access emulator`: everything that pulumi and other clients need on loopback, until told to stop. */
export const runEmulator: CommandRunner = async (options, context, [action, name]) => {
  if (action !== undefined) return runAction(action, name, options, context);
  const port = portOf(options["port"]);
  const startsAt = typeof options["startsAt"] === "string" ? new Date(options["startsAt"]) : undefined;
  const folder = await mkdtemp(join(tmpdir(), "partner-access-emulator-"));
  const news = (line: string) => context.stderr.write(`${line}\n`);
  try {
    const engine = await findEngine({ env: context.env, onProgress: news, signal: context.signal });
    const plugins = await preparePlugins(join(folder, "pulumi"), options["realPlugins"] === true, context);
    const emulator = await startEmulator({ ...(port === undefined ? {} : { port }), startsAt, log: news });
    try {
      const state = join(folder, "state");
      await mkdir(state, { mode: 0o700 });
      const line: EmulatorLine = {
        origin: emulator.origin,
        caFile: emulator.caFile,
        env: {
          ...emulator.env,
          ...engine.env,
          ...plugins,
          PULUMI_BACKEND_URL: folderStore(state),
          PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
        pulumi: engine.pulumi,
        tenants: emulator.tenants,
      };
      context.stdout.write(`${JSON.stringify(line)}\n`);
      if (options["untilInputEnds"] === true) context.stdin.resume();
      await ended(context.signal, options["untilInputEnds"] === true ? context.stdin : undefined);
      // An open input would keep this process alive, and with it the parent that waits for its end.
      context.stdin.destroy();
      return 0;
    } finally {
      await emulator.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function runAction(
  action: string,
  name: string | undefined,
  options: CommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const help = `What it takes: ${commandLine("emulator", "--help")}`;
  if (action !== "add-tenant") throw invalidOption(`emulator knows add-tenant, got ${JSON.stringify(action)}`, help);
  if (name === undefined) throw invalidOption("emulator add-tenant needs the name of the partner", help);
  const others = ["port", "realPlugins", "startsAt", "untilInputEnds"].filter((key) => options[key] !== undefined);
  if (others.length > 0) throw invalidOption("add-tenant starts no emulator: only --json goes with it", help);
  return addTenant(name, options, context);
}

function ended(signal: AbortSignal, input: NodeJS.ReadableStream | undefined): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
    for (const event of ["end", "close", "error"]) input?.once(event, () => done());
  });
}

function portOf(value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw invalidOption(
    `--port must be a whole number from 1 to 65535, got ${String(value)}`,
    "Leave it out to get a free port.",
  );
}
