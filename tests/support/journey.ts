import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { createWorkspace } from "../../cli/demo/workspace";
import { createStacks, type StackRun, type Stacks } from "../../clients/pulumi/stacks";
import { folderStore } from "../../model/folder-store";
import type { EmulatorOptions } from "../../offline/emulator/server";
import { findEngine } from "../../offline/engine/find-engine";
import { installStandInProviders } from "../../offline/providers/install";
import { findRealPlugins } from "../../offline/providers/real-plugins";
import { startTestEmulator, type TestEmulator } from "./emulator";

const project = resolve(__dirname, "../..");

/** A journal entry of the emulator, oldest first. */
export interface JournalEntry {
  readonly n: number;
  /** Null: the emulator knows no such service. */
  readonly service: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly tenant: string | null;
  readonly caller: string | null;
  readonly status: number;
}

/** What one action did, with the calls it caused; `writes` are those that could change something, token requests left out. */
export interface Watched<T> {
  readonly result: T;
  readonly calls: readonly JournalEntry[];
  readonly writes: readonly JournalEntry[];
}

/** The real engine, the real program and an emulated Microsoft of this test's own. */
export interface Journey {
  readonly emulator: TestEmulator;
  readonly stacks: Stacks;
  /** Absolute path of the Pulumi CLI. */
  readonly pulumi: string;
  /** The copy of the project that the engine runs; edit it freely. */
  readonly directory: string;
  /** State, PULUMI_HOME, temporary files and everything else a run leaves behind, besides the project. */
  readonly leftovers: string;
  readonly env: Record<string, string>;
  /** Calls so far, and those of them that could change something, token requests left out. */
  calls(): Promise<readonly JournalEntry[]>;
  writes(): Promise<readonly JournalEntry[]>;
  /** The calls that one action causes. */
  during<T>(action: () => Promise<T>): Promise<Watched<T>>;
  /** Changes `Pulumi.<stack>.yaml`: a path of keys below the project's namespace, and its new value; undefined removes it. */
  configure(path: readonly (string | number)[], value: unknown, stack?: string): Promise<void>;
  /** Changes a source file of the copy. */
  edit(file: string, change: (text: string) => string): Promise<void>;
  /** The same engine and emulator with other variables, for example another identity. */
  withEnv(changes: Record<string, string | undefined>): Stacks;
  stop(): Promise<void>;
}

/** Starts one; `PARTNER_ACCESS_REAL_PLUGINS=1` uses the real plugins of PULUMI_HOME or PATH and changes nothing else. */
export async function startJourney(stack = "dev", emulatorOptions: EmulatorOptions = {}): Promise<Journey> {
  const leftovers = await mkdtemp(join(tmpdir(), "partner-access-journey-"));
  const [home, state, temporary] = ["home", "state", "tmp"].map((name) => join(leftovers, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([home, state, temporary].map((folder) => mkdir(folder)));
  const engine = await findEngine({ env: process.env });
  const emulator = await startTestEmulator(emulatorOptions);
  const workspace = await createWorkspace(project);
  const env: Record<string, string> = {
    ...inherited(),
    ...emulator.env,
    ...engine.env,
    ...(await plugins(home)),
    PULUMI_BACKEND_URL: folderStore(state),
    PULUMI_CONFIG_PASSPHRASE: randomBytes(18).toString("base64url"),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_ERROR_OUTPUT_STRING: "true",
    // The engine, a Go program, lives for seconds: it need not collect its garbage.
    GOGC: "off",
    TMPDIR: temporary,
  };
  const withEnv = (changes: Record<string, string | undefined>) =>
    createStacks({ pulumi: engine.pulumi, projectDirectory: workspace.directory, env: { ...env, ...changes } });
  const stacks = withEnv({});
  await stacks.init(stack);
  const calls = async () => (await emulator.control("GET", "journal")) as readonly JournalEntry[];
  return {
    emulator,
    stacks,
    pulumi: engine.pulumi,
    directory: workspace.directory,
    leftovers,
    env,
    calls,
    writes: async () => (await calls()).filter(isWrite),
    async during(action) {
      const before = (await calls()).length;
      const result = await action();
      const caused = (await calls()).slice(before);
      return { result, calls: caused, writes: caused.filter(isWrite) };
    },
    async configure(path, value, name = stack) {
      const file = join(workspace.directory, `Pulumi.${name}.yaml`);
      const document = parseDocument(await readFile(file, "utf8"));
      const [first, ...rest] = path;
      const full = ["config", `partner-insights-access:${String(first)}`, ...rest];
      if (value === undefined) document.deleteIn(full);
      else document.setIn(full, value);
      await writeFile(file, document.toString());
    },
    async edit(file, change) {
      const path = join(workspace.directory, file);
      const before = await readFile(path, "utf8");
      const after = change(before);
      if (after === before) throw new Error(`the edit of ${file} changes nothing`);
      await writeFile(path, after);
    },
    withEnv,
    async stop() {
      await emulator.stop();
      await workspace.remove();
      await rm(leftovers, { recursive: true, force: true });
    },
  };
}

const isWrite = ({ method, service }: JournalEntry) => !["GET", "HEAD"].includes(method) && service !== "entra";

/** Only what a process needs to start: nothing of the developer's own clouds reaches a journey. */
function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "LANG", "TERM"];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] as string]])),
  );
}

async function plugins(home: string): Promise<Record<string, string>> {
  if (process.env["PARTNER_ACCESS_REAL_PLUGINS"] !== "1") {
    await installStandInProviders(home);
    return { PULUMI_HOME: home };
  }
  const found = await findRealPlugins(process.env);
  if ("missing" in found) throw new Error(found.missing);
  return { ...found.env };
}

/** Fails with the engine's own words when a run failed. */
export function expectSuccess(run: StackRun): void {
  const errors = run.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  expect({ ok: run.ok, errors }).toEqual({ ok: true, errors: [] });
}

/** The messages of a run that was refused. */
export function refusalOf(run: StackRun): string {
  expect(run.ok).toBe(false);
  return run.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message)
    .join("\n");
}
