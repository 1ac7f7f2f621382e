import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EmulatorLine } from "../model/emulator-line";
import { folderStore } from "../model/folder-store";
import { startEmulator } from "./emulator/server";
import { findEngine } from "./engine/find-engine";
import { preparePlugins } from "./plugins";

export interface ServeOptions {
  /** Port of the HTTPS address. Left out: a free one. */
  readonly port?: number | undefined;
  /** The emulated time at start. Left out: the machine's. */
  readonly startsAt?: Date | undefined;
  /** Whether the real provider plugins are used in place of the stand-ins. */
  readonly usesRealPlugins: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Told one line at a time: how far a build of the engine is, and every refused request. */
  readonly onProgress: (line: string) => void;
  /** Stops a build of the engine. */
  readonly signal: AbortSignal;
}

/** Runs an emulated Microsoft with an engine, plugins and an empty state store for as long as `use` takes, and leaves no files. */
export async function withEmulator(options: ServeOptions, use: (line: EmulatorLine) => Promise<void>): Promise<void> {
  const { port, startsAt, env, onProgress, signal } = options;
  const folder = await mkdtemp(join(tmpdir(), "partner-access-emulator-"));
  try {
    const engine = await findEngine({ env, onProgress, signal });
    const plugins = await preparePlugins(join(folder, "pulumi"), options.usesRealPlugins, env);
    const emulator = await startEmulator({ ...(port === undefined ? {} : { port }), startsAt, log: onProgress });
    try {
      const state = join(folder, "state");
      await mkdir(state, { mode: 0o700 });
      const { origin, caFile, tenants } = emulator;
      await use({
        origin,
        caFile,
        env: { ...emulator.env, ...engine.env, ...plugins, ...stateStore(state) },
        pulumi: engine.pulumi,
        tenants,
      });
    } finally {
      await emulator.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function stateStore(folder: string): Readonly<Record<string, string>> {
  return {
    PULUMI_BACKEND_URL: folderStore(folder),
    PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/** Resolves when the signal fires, or when the input ends: a parent process holds it open. */
export function endOf(signal: AbortSignal, input?: NodeJS.ReadableStream): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
    for (const event of ["end", "close", "error"]) input?.once(event, () => done());
  });
}
