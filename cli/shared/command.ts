import type { Readable, Writable } from "node:stream";

/** 0 all well, 1 found something or some failed, 2 could not run. */
export type ExitCode = 0 | 1 | 2;

/** What a command gets from the outside. Only `wiring.ts` makes one; tests make their own. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results, and nothing else. */
  readonly stdout: Writable;
  /** Progress, questions, warnings, errors. */
  readonly stderr: Writable;
  readonly stdin: Readable;
  /** Whether a person watches standard error. */
  readonly isTerminal: boolean;
  /** Whether a person watches standard output too, where colours go: a file or a pipe gets plain text. */
  readonly hasColour: boolean;
  /** Where the command was started. */
  readonly workingDirectory: string;
  /** The project this command works on: the nearest folder upward with a `Pulumi.yaml`. */
  readonly projectDirectory: string;
  /** Throws where there is no project, or where it pins another version of this package. A context without it takes any folder. */
  readonly demandProject?: () => void;
  /** `ORGANIZATION/PROJECT` of the stack, if the command line names it. */
  readonly stackOwner?: string | undefined;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** What commander found for one option: a text, a flag, or nothing. */
export type GivenOption = string | boolean | undefined;
export type GivenOptions = Readonly<Record<string, GivenOption>>;

/** One option: how it is typed on the command line, what the help says, and which value a command gets from it. */
export interface CommandOption<Value = unknown> {
  /** As commander writes it, for example `-s, --stack <name>`. */
  readonly flags: string;
  readonly description: string;
  readonly isRequired?: boolean;
  /** Left out of the help: for our own child processes. */
  readonly isHidden?: boolean;
  /** Throws `invalid-option`, with what is allowed, for a text that does not fit. */
  read(given: GivenOption): Value;
}

/** The options of a command by the names that commander gives them (`--renew-every` is `renewEvery`). */
type OptionShape = Readonly<Record<string, CommandOption>>;

/** What a command's options are once they are read. */
export type OptionsOf<Shape extends OptionShape> = { readonly [Name in keyof Shape]: ReturnType<Shape[Name]["read"]> };

/** What `main` adds for the command that it runs. */
export interface RunnerContext extends CommandContext {
  /** Runs another command of ours in this process. */
  readonly runCommand: (argv: readonly string[]) => Promise<ExitCode>;
}

export type CommandRunner<Options> = (
  options: Options,
  context: RunnerContext,
  positional: readonly string[],
) => Promise<ExitCode>;

/** What a declaration says besides its options. */
interface CommandTexts {
  readonly name: string;
  /** Positional arguments as commander writes them, for example `<alias>`. */
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  /** Whether it works on a project, by the options as they were given. Left out: always. */
  needsProject?(given: GivenOptions): boolean;
  readonly summary: string;
  readonly description: string;
  /** Shown in the help after the options as it is, line by line. */
  readonly details?: () => string;
  readonly examples: readonly string[];
}

/** A command as data: the help, the parser and the tests read the same declaration. */
export interface CommandDeclaration extends CommandTexts {
  readonly options: readonly (CommandOption & { readonly name: string })[];
  /** Loaded only when the command runs, so that `--help` starts at once. Reads the options before anything else. */
  load(): Promise<CommandRunner<GivenOptions>>;
}

/** Declares a command whose runner gets its options typed, as `options` reads them. */
export function declareCommand<Shape extends OptionShape>({
  options,
  load,
  ...texts
}: CommandTexts & {
  readonly options: Shape;
  load(): Promise<CommandRunner<OptionsOf<Shape>>>;
}): CommandDeclaration {
  return {
    ...texts,
    options: Object.entries(options).map(([name, option]) => ({ name, ...option })),
    load: async () => {
      const run = await load();
      return async (given, context, positional) => run(readOptions(options, given), context, positional);
    },
  };
}

function readOptions<Shape extends OptionShape>(options: Shape, given: GivenOptions): OptionsOf<Shape> {
  const entries = Object.entries(options).map(([name, option]) => [name, option.read(given[name])]);
  return Object.fromEntries(entries) as OptionsOf<Shape>;
}
