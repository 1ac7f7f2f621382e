import { commandLine } from "../../model/command-line";
import { endOf, withEmulator } from "../../offline";
import type { CommandContext, CommandOptions, CommandRunner, ExitCode } from "../shared/command";
import { invalidOption } from "../shared/document";
import { addTenant } from "./add-tenant";

/** `partner-access emulator`: everything that pulumi and other clients need on loopback, until told to stop. */
export const runEmulator: CommandRunner = async (options, context, [action, name]) => {
  if (action !== undefined) return runAction(action, name, options, context);
  const { env, stdin, stdout, stderr, signal } = context;
  await withEmulator(
    {
      port: portOf(options["port"]),
      startsAt: typeof options["startsAt"] === "string" ? new Date(options["startsAt"]) : undefined,
      usesRealPlugins: options["realPlugins"] === true,
      onProgress: (line) => stderr.write(`${line}\n`),
      ...{ env, signal },
    },
    async (line) => {
      stdout.write(`${JSON.stringify(line)}\n`);
      if (options["untilInputEnds"] === true) stdin.resume();
      await endOf(signal, options["untilInputEnds"] === true ? stdin : undefined);
      // An open input would keep this process alive, and with it the parent that waits for its end.
      stdin.destroy();
    },
  );
  return 0;
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

function portOf(value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw invalidOption(
    `--port must be a whole number from 1 to 65535, got ${String(value)}`,
    "Leave it out to get a free port.",
  );
}
