import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { readProjectName } from "../configuration/project-files";
import { commandLine, forStack } from "../model/command-line";
import { version } from "../package.json";
import { commandGroups, commands } from "./commands";
import type { CommandContext, CommandDeclaration, ExitCode, GivenOptions } from "./shared/command";
import { problemsOf, writeDocument } from "./shared/document";
import { readStackName } from "./shared/stack-name";
import { currentContext } from "./shared/wiring";

const description = `Access to Microsoft's Partner APIs as code, tenant by tenant.

Results go to standard output, everything else to standard error.
Exit code: 0 all well, 1 found something or some failed, 2 could not run.`;

/** The same help everywhere: commander would take the width of whatever terminal, or of none. */
const helpWidth = { getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 };

/** Builds the command line from the declarations. `finish` receives the exit code of the one command that ran. */
export function createProgram(context: CommandContext, finish: (code: ExitCode) => void): Command {
  const program = newCommand("partner-access", context)
    .description(description)
    .version(version, "-V, --version", "print the version")
    .helpCommand(false)
    .showSuggestionAfterError(true);
  const groups = new Map<string, Command>();
  for (const declaration of commands) {
    const [first = ""] = declaration.name.split(" ");
    const summary = commandGroups[first];
    const command = createCommand(declaration, context, finish);
    if (summary === undefined) {
      program.addCommand(command);
      continue;
    }
    const known = groups.get(first);
    const group = known ?? newCommand(first, context).summary(summary).description(summary).helpCommand(false);
    group.addCommand(command);
    if (known === undefined) program.addCommand(group);
    groups.set(first, group);
  }
  return program;
}

/** Throws in place of ending the process, and writes where this context says. */
function newCommand(name: string, context: CommandContext): Command {
  return new Command(name).exitOverride().configureOutput({
    writeOut: (text) => context.stdout.write(text),
    writeErr: (text) => context.stderr.write(text),
    ...helpWidth,
  });
}

function createCommand(
  declaration: CommandDeclaration,
  context: CommandContext,
  finish: (code: ExitCode) => void,
): Command {
  const command = newCommand(declaration.name.split(" ").at(-1) ?? "", context)
    .summary(declaration.summary)
    .description(declaration.description)
    .addHelpText("after", () => ["", ...after(declaration)].join("\n"));
  for (const argument of declaration.arguments ?? []) command.argument(argument.name, argument.description);
  const options = declaration.options.map(({ flags, description, isHidden, isRequired }) =>
    new Option(flags, description).hideHelp(isHidden === true).makeOptionMandatory(isRequired === true),
  );
  const flags = ["-h", "--help", ...options.flatMap(({ short, long }) => [short, long])];
  for (const option of options) {
    if (option.required) option.argParser((value: string) => refuseFlag(value, flags));
    command.addOption(option);
  }
  return command.action(async () => {
    const given = command.opts();
    let options: GivenOptions = given;
    try {
      const name =
        typeof given["stack"] === "string"
          ? readStackName(given["stack"], () => readProjectName(context.projectDirectory))
          : undefined;
      if (name !== undefined) options = { ...given, stack: name.stack };
      if (declaration.needsProject?.(given) !== false) context.demandProject?.();
      const run = await declaration.load();
      const runCommand = (argv: readonly string[]) => main(argv, context);
      finish(await run(options, { ...context, stackOwner: name?.owner, runCommand }, command.args));
    } catch (error) {
      printFailure(declaration.name, options, error, context);
      finish(2);
    }
  });
}

/** What the help says after the options: the details as they are, and the examples. */
function after({ details, examples }: CommandDeclaration): readonly string[] {
  return [
    ...(details === undefined ? [] : [details(), ""]),
    "Examples:",
    ...examples.map((it) => `  ${exampleLine(it)}`),
  ];
}

/** An example of a declaration, as it is typed: its own words are a shell's already. */
function exampleLine(example: string): string {
  const [, name = "", words = ""] = /^partner-access (\S+)(.*)$/s.exec(example) ?? [];
  return `${commandLine(name)}${words}`;
}

/** Commander takes whatever follows: `rotate --compromised --plan` would rotate for the reason "--plan". */
function refuseFlag(value: string, flags: readonly (string | undefined)[]): string {
  if (!flags.includes(value)) return value;
  throw new InvalidArgumentError("It is another option: the value before it is missing.");
}

function printFailure(name: string, options: GivenOptions, error: unknown, context: CommandContext): void {
  const { json, stack } = options;
  const problems = problemsOf(error).map((problem) =>
    typeof stack === "string" ? { ...problem, fix: forStack(problem.fix, stack) } : problem,
  );
  if (json === true) writeDocument(context, { schema: schemaOf(name), ok: false, stacks: [], problems });
  for (const problem of problems) {
    context.stderr.write(`${problem.message}\n`);
    if (problem.fix !== "") context.stderr.write(`  ${problem.fix}\n`);
  }
}

/** The schema of a command's document; `ci due` has `partner-access/ci-due/1`. */
const schemaOf = (name: string) => `partner-access/${name.replaceAll(" ", "-")}/1` as const;

/** Runs one command line and answers its exit code. */
export async function main(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(context, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has already written its message; help that was asked for is no failure.
    if (error.exitCode === 0) return 0;
    documentMisuse(argv, error, context);
    return 2;
  }
  return code;
}

/** With --json a wrong command line is answered with a document too. */
function documentMisuse(argv: readonly string[], { message }: CommanderError, context: CommandContext): void {
  const name = nameIn(argv);
  if (name === undefined || !argv.includes("--json")) return;
  const fix = `See: ${commandLine(name, "--help")}`;
  const problems = [{ code: "invalid-option", message: message.replace(/^error: /, ""), fix }];
  writeDocument(context, { schema: schemaOf(name), ok: false, stacks: [], problems });
}

/** The command that a command line begins with; some have two words. */
function nameIn(argv: readonly string[]): string | undefined {
  return commands.find(({ name }) => name === argv.slice(0, name.split(" ").length).join(" "))?.name;
}

/** Starts the command of this process. */
export async function start(): Promise<void> {
  const context = currentContext();
  const code = await run(process.argv.slice(2), context);
  process.exitCode = code;
  // A read that was cut short still waits for its service, and would keep the process for as long. Ends once everything is written.
  if (context.signal.aborted) process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
}

/** Runs the command with its pipeline's tokens. If they cannot be fetched, it does not start, and reports why. */
async function run(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  let env: CommandContext["env"];
  try {
    env = await withPipelineTokens(context.env);
  } catch (error) {
    const name = nameIn(argv) ?? "";
    printFailure(name, { json: name !== "" && argv.includes("--json") }, error, context);
    return 2;
  }
  return main(argv, { ...context, env });
}

/** Only a job of Azure DevOps loads what it takes. */
async function withPipelineTokens(env: CommandContext["env"]): Promise<CommandContext["env"]> {
  if (!env["SYSTEM_OIDCREQUESTURI"]) return env;
  const { relayPipelineTokens } = await import("../clients/entra/pipeline-token-relay");
  return relayPipelineTokens(env);
}
