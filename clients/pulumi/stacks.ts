import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type Ended, runInterruptible } from "../http/interruptible";
import { type Diagnostic, type EngineEvent, type ResourceChange, readEngineEvent } from "./engine-events";
import { readStateStore } from "./pulumi-cli";
import { isMissingStack, readStackState, type StackState } from "./stack-state";
import { refuseHalfWritten } from "./state-store";

export interface StacksOptions {
  /** Absolute path of the Pulumi CLI. */
  readonly pulumi: string;
  /** Folder that holds `Pulumi.yaml`. */
  readonly projectDirectory: string;
  /** The whole environment of the CLI, its program and its plugins. Nothing else is handed on. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** `ORGANIZATION/PROJECT` of the stacks, if named; the CLI's own default otherwise. */
  readonly stackOwner?: string | undefined;
}

interface RunOptions {
  /** Told of each readable event while the run goes on. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Further arguments of the CLI. Never a secret: other users of the machine can read them. */
  readonly arguments?: readonly string[];
  /** Further variables of the program. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a run of the engine did. `ok` is the CLI's own verdict. */
export interface StackRun {
  readonly ok: boolean;
  readonly exitCode: number;
  /** Steps other than "same", once each. */
  readonly changes: readonly ResourceChange[];
  /** The engine's count by operation, "same" included. */
  readonly counts: Readonly<Record<string, number>>;
  readonly diagnostics: readonly Diagnostic[];
  readonly seconds: number;
}

/** Drives the real Pulumi CLI for the stacks of one project. */
export interface Stacks {
  /** Creates the stack in the state store; one that exists is left as it is. */
  init(stack: string, secretsProvider?: string): Promise<void>;
  preview(stack: string, options?: RunOptions): Promise<StackRun>;
  /** A preview with the CLI's own JSON document of every step, unchanged resources included; secrets in it are "[secret]". */
  previewDocument(
    stack: string,
    options?: Pick<RunOptions, "env" | "arguments">,
  ): Promise<{ readonly run: StackRun; readonly document: string }>;
  up(stack: string, options?: RunOptions): Promise<StackRun>;
  refresh(stack: string, options?: RunOptions): Promise<StackRun>;
  destroy(stack: string, options?: RunOptions): Promise<StackRun>;
  /** Stack outputs. Secret ones come as "[secret]"; ours has none. */
  outputs(stack: string): Promise<Readonly<Record<string, unknown>>>;
  /** The state as it is now, without a lock and with secrets encrypted; undefined when the store has no such stack. */
  state(stack: string): Promise<StackState | undefined>;
  /** Writes a state back: the engine drops all pending operations, checks the rest, and takes the lock for it. */
  putState(stack: string, exported: string): Promise<void>;
  /** Removes every lock of the stack, regardless of its holder. */
  breakLocks(stack: string): Promise<void>;
  /** Any other command of the CLI; answers standard output, throws with standard error. */
  run(argv: readonly string[]): Promise<string>;
}

/** Finds nothing and decides nothing: the caller says which CLI, which folder and which environment. */
export function createStacks(options: StacksOptions): Stacks {
  const operation =
    (verb: string, fixed: readonly string[]) =>
    async (stack: string, run: RunOptions = {}) => {
      const argv = [verb, "--stack", stack, ...fixed, ...(run.arguments ?? [])];
      return (await runOperation(withEnv(options, run), argv, run.onEvent)).run;
    };
  return {
    async init(stack, secretsProvider) {
      const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
      const known = JSON.parse(await runPlain(options, ["stack", "ls", "--json"])) as readonly { name: string }[];
      if (!known.some((entry) => entry.name === stack)) {
        await runPlain(options, ["stack", "init", stack, "--no-select", ...provider]);
      }
    },
    preview: operation("preview", []),
    async previewDocument(stack, run = {}) {
      const argv = ["preview", "--stack", stack, "--json", "--show-sames", ...(run.arguments ?? [])];
      const previewed = await runOperation(withEnv(options, run), argv);
      return { run: previewed.run, document: previewed.stdout };
    },
    // The preview was shown, or there is no terminal: the engine plans again inside the update anyway.
    up: operation("up", ["--yes", "--skip-preview"]),
    refresh: operation("refresh", ["--yes", "--skip-preview"]),
    destroy: operation("destroy", ["--yes", "--skip-preview"]),
    async outputs(stack) {
      return JSON.parse(await runPlain(options, ["stack", "output", "--json", "--stack", stack])) as Record<
        string,
        unknown
      >;
    },
    async state(stack) {
      try {
        return readStackState(await runPlain(options, ["stack", "export", "--stack", stack]));
      } catch (error) {
        if (isMissingStack(String(error))) return undefined;
        throw error;
      }
    },
    async putState(stack, exported) {
      await runPlain(options, ["stack", "import", "--stack", stack], exported);
    },
    async breakLocks(stack) {
      await runPlain(options, ["cancel", "--yes", "--stack", stack]);
    },
    run: (argv) => runPlain(options, argv),
  };
}

function withEnv(options: StacksOptions, { env = {} }: Pick<RunOptions, "env">): StacksOptions {
  return { ...options, env: { ...options.env, ...env } };
}

function environmentOf(options: StacksOptions): NodeJS.ProcessEnv {
  const env = options.env;
  return {
    ...env,
    // The Node host stands beside the CLI, and plugins start helpers by name.
    PATH: `${dirname(options.pulumi)}${delimiter}${env["PATH"] ?? ""}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Opens the event log, which is how a run is read; it changes nothing else we use.
    PULUMI_DEBUG_COMMANDS: "true",
  };
}

async function runOperation(
  options: StacksOptions,
  argv: readonly string[],
  onEvent: (event: EngineEvent) => void = () => undefined,
): Promise<{ readonly run: StackRun; readonly stdout: string }> {
  // A folder of our own: the CLI creates the log readable for everyone, the folder is not.
  const folder = await mkdtemp(join(tmpdir(), "partner-access-run-"));
  try {
    const log = join(folder, "events.jsonl");
    const startedAt = performance.now();
    const child = start(options, [...argv, "--non-interactive", "--suppress-outputs", "--event-log", log]);
    const events: EngineEvent[] = [];
    let read = 0;
    const drain = async () => {
      const text = await readFile(log, "utf8").catch(() => "");
      const end = text.lastIndexOf("\n") + 1;
      for (const line of text.slice(read, end).split("\n")) {
        const event = line === "" ? undefined : readEngineEvent(line);
        if (event !== undefined) {
          events.push(event);
          onEvent(event);
        }
      }
      read = Math.max(read, end);
    };
    let draining = Promise.resolve();
    const timer = setInterval(() => {
      draining = draining.then(drain);
    }, 200);
    const { exitCode, stdout, stderr } = await child.finally(() => clearInterval(timer));
    await draining.then(drain);
    if (exitCode !== 0) await refuseHalfWritten(said(stderr), () => storeOf(options));
    return { run: summarise(events, exitCode, stderr, (performance.now() - startedAt) / 1000), stdout };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summarise(events: readonly EngineEvent[], exitCode: number, stderr: string, seconds: number): StackRun {
  const changes = new Map<string, ResourceChange>();
  const diagnostics: Diagnostic[] = [];
  let counts: Readonly<Record<string, number>> = {};
  for (const event of events) {
    if (event.kind === "step") changes.set(`${event.change.operation} ${event.change.urn}`, event.change);
    if (event.kind === "diagnostic") diagnostics.push(event.diagnostic);
    if (event.kind === "summary") counts = event.counts;
  }
  // A CLI that fails before the engine starts (backend, lock, configuration) says so on standard error only.
  if (exitCode !== 0 && !diagnostics.some((diagnostic) => diagnostic.severity === "error")) {
    diagnostics.push({ severity: "error", message: said(stderr) || `pulumi ended with exit code ${exitCode}` });
  }
  return { ok: exitCode === 0, exitCode, changes: [...changes.values()], counts, diagnostics, seconds };
}

async function runPlain(options: StacksOptions, argv: readonly string[], input?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await start(options, [...argv, "--non-interactive"], input);
  if (exitCode !== 0) await refuseHalfWritten(said(stderr), () => storeOf(options));
  if (exitCode !== 0) throw new Error(`pulumi ${argv.slice(0, 2).join(" ")} failed: ${said(stderr) || stdout.trim()}`);
  return stdout;
}

/** Without the CLI where it can be: over an empty file of the store's own it cannot even say where the store is. */
async function storeOf({ pulumi, projectDirectory, env }: StacksOptions): Promise<string> {
  return env["PULUMI_BACKEND_URL"] || (await readStateStore(pulumi, projectDirectory, env)).url;
}

/** What the CLI says of its own failure, without the word that everybody puts before it again. */
function said(stderr: string): string {
  return stderr.trim().replace(/^error: /, "");
}

function start(options: StacksOptions, argv: readonly string[], input?: string): Promise<Ended> {
  const { pulumi, projectDirectory, signal, stackOwner } = options;
  const named = argv.map((word, place) =>
    argv[place - 1] === "--stack" && stackOwner !== undefined ? `${stackOwner}/${word}` : word,
  );
  return runInterruptible(pulumi, [...named, "--color", "never"], {
    cwd: projectDirectory,
    env: environmentOf(options),
    input,
    signal,
  });
}
