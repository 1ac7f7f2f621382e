import { commandLine } from "../../model/command-line";
import { endOf, withEmulator } from "../../offline";
import type { CommandContext, CommandRunner, ExitCode } from "../shared/command";
import { invalidOption } from "../shared/document";
import { addTenant } from "./add-tenant";
import type { EmulatorCommandOptions } from "./declaration";

/** `partner-access emulator`: everything that pulumi and other clients need on loopback, until told to stop. */
export const runEmulator: CommandRunner<EmulatorCommandOptions> = async (options, context, [action, name]) => {
  if (action !== undefined) return runAction(action, name, options, context);
  const { env, stdin, stdout, stderr, signal } = context;
  await withEmulator(
    {
      port: options.port,
      startsAt: options.startsAt,
      usesRealPlugins: options.realPlugins,
      onProgress: (line) => stderr.write(`${line}\n`),
      ...{ env, signal },
    },
    async (line) => {
      stdout.write(`${JSON.stringify(line)}\n`);
      if (options.untilInputEnds) stdin.resume();
      await endOf(signal, options.untilInputEnds ? stdin : undefined);
      // An open input would keep this process alive, and with it the parent that waits for its end.
      stdin.destroy();
    },
  );
  return 0;
};

function runAction(
  action: string,
  name: string | undefined,
  options: EmulatorCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const help = `See: ${commandLine("emulator", "--help")}`;
  if (action !== "add-tenant") throw invalidOption(`emulator knows add-tenant, got ${JSON.stringify(action)}`, help);
  if (name === undefined) throw invalidOption("emulator add-tenant needs the name of the partner", help);
  const { port, realPlugins, startsAt, untilInputEnds } = options;
  const startsOne = port !== undefined || realPlugins || startsAt !== undefined || untilInputEnds;
  if (startsOne) throw invalidOption("add-tenant does not start an emulator: it accepts --json only", help);
  return addTenant(name, options, context);
}
