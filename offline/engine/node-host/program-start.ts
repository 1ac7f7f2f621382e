import { createRequire } from "node:module";
import { join } from "node:path";
import type { RuntimeOptions } from "./runtime-options";

/** What the engine asks when it wants a program run. */
export interface ProgramRequest {
  readonly monitor: string;
  readonly engine: string;
  readonly organization: string;
  readonly project: string;
  readonly rootDirectory: string;
  readonly programDirectory: string;
  readonly entryPoint: string;
  readonly stack: string;
  readonly isDryRun: boolean;
  readonly parallel: number;
  readonly tracing: string;
  readonly arguments: readonly string[];
  /** Keys as `namespace:name`. Values of secrets are here in the clear, so this goes into the environment only. */
  readonly config: ReadonlyMap<string, string>;
  readonly secretKeys: readonly string[];
}

/** How to start a process. */
export interface ProcessStart {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** The command line and environment of a program: `@pulumi/pulumi/cmd/run` with the request as flags. */
export function programStart(
  request: ProgramRequest,
  options: RuntimeOptions,
  runner: string,
  env: NodeJS.ProcessEnv,
): ProcessStart {
  const flags: readonly (readonly [string, string])[] = [
    ["monitor", request.monitor],
    ["engine", request.engine],
    ["organization", request.organization],
    ["project", request.project],
    ["root-directory", request.rootDirectory],
    ["stack", request.stack],
    ["pwd", request.programDirectory],
  ];
  const later: readonly (readonly [string, string])[] = [
    ["parallel", String(request.parallel)],
    ["tracing", request.tracing],
  ];
  return {
    argv: [
      ...options.nodeargs,
      runner,
      ...flags.flatMap(flag),
      ...(request.isDryRun ? ["--dry-run"] : []),
      ...later.flatMap(flag),
      request.entryPoint,
      ...request.arguments,
    ],
    env: {
      ...env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries([...request.config].map(([key, text]) => [oldKey(key), text]))),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.secretKeys),
      ...optionEnvironment(options),
    },
  };
}

/** How the runtime options reach `cmd/run`, for programs and plugins alike. */
export function optionEnvironment(options: RuntimeOptions): Record<string, string> {
  return {
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig === "" ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

/** Path of a module as the program's folder sees it. The program's own SDK runs it, not ours. */
export function locateModule(name: string, programDirectory: string, installCommand: string): string {
  try {
    return createRequire(join(programDirectory, "noop.js")).resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error(
      `It looks like the Pulumi SDK has not been installed in ${programDirectory}. Have you run ${installCommand}?`,
    );
  }
}

const flag = ([name, value]: readonly [string, string]) => (value === "" ? [] : [`--${name}`, value]);

/** `ns:name` → `ns:config:name`, which every version of the SDK reads. A name may hold further colons. */
function oldKey(key: string): string {
  const colon = key.indexOf(":");
  const [namespace, name] = [key.slice(0, colon), key.slice(colon + 1)];
  return `${namespace}:config:${name.startsWith("config:") ? name.slice("config:".length) : name}`;
}
