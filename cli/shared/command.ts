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
  /** The checkout this command runs from. */
  readonly projectDirectory: string;
  /** `ORGANIZATION/PROJECT` of the stack, where the command line says so. */
  readonly stackOwner?: string | undefined;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface CommandOption {
  /** As commander writes it, for example `-s, --stack <name>`. */
  readonly flags: string;
  readonly description: string;
  readonly isRequired?: boolean;
  /** Left out of the help: for our own child processes. */
  readonly isHidden?: boolean;
}

/** A command as data: the help, the parser and the tests read the same declaration. */
export interface CommandDeclaration {
  readonly name: string;
  /** Positional arguments as commander writes them, for example `<alias>`. */
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  readonly summary: string;
  readonly description: string;
  readonly options: readonly CommandOption[];
  /** Shown in the help after the options as it is, line by line. */
  readonly details?: () => string;
  readonly examples: readonly string[];
  /** Loaded only when the command runs, so that `--help` starts at once. */
  load(): Promise<CommandRunner>;
}

export type CommandOptions = Readonly<Record<string, string | boolean | undefined>>;
export type CommandRunner = (
  options: CommandOptions,
  context: CommandContext,
  positional: readonly string[],
) => Promise<ExitCode>;
