import { locateModule, optionEnvironment, type ProcessStart } from "./program-start";
import type { RuntimeOptions } from "./runtime-options";

/** What the engine asks when it wants a plugin written for Node run. */
export interface PluginRequest {
  /** resource, analyzer, converter or tool. */
  readonly kind: string;
  readonly programDirectory: string;
  readonly workingDirectory: string;
  readonly arguments: readonly string[];
  /** `NAME=value`, later entries win. The whole environment: nothing of the host's own is added. */
  readonly env: readonly string[];
}

/** What a policy pack may know of the stack it looks at. */
export interface PolicyStack {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly isDryRun: boolean;
  readonly config: ReadonlyMap<string, string>;
}

/** Whether a plugin is a policy pack, which is started in another way than all other plugins. */
export function isPolicyPack(request: PluginRequest): boolean {
  return request.kind === "analyzer";
}

/** The command line and environment of a plugin. */
export function pluginStart(request: PluginRequest, options: RuntimeOptions, policy?: PolicyStack): ProcessStart {
  const isPolicy = isPolicyPack(request);
  const runner = locateModule(
    `@pulumi/pulumi/cmd/${isPolicy ? "run-policy-pack" : "run-plugin"}`,
    request.programDirectory,
    `"npm install" in ${request.programDirectory}`,
  );
  // cmd/run-policy-pack wants the engine's address first and the program last, all others the program first.
  const words = isPolicy
    ? [...request.arguments, request.programDirectory]
    : [request.programDirectory, ...request.arguments];
  return {
    // The real host puts `nodeargs` of plugins behind the runner, where Node itself does not see them. So do we.
    argv: [runner, ...options.nodeargs, ...words],
    env: {
      ...environmentOf(request.env),
      ...optionEnvironment(options),
      ...(policy === undefined ? {} : policyEnvironment(policy)),
    },
    cwd: isPolicy ? request.programDirectory : request.workingDirectory,
  };
}

function environmentOf(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const equals = entry.indexOf("=");
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

function policyEnvironment(policy: PolicyStack): Record<string, string> {
  const entries = {
    PULUMI_NODEJS_ORGANIZATION: policy.organization,
    PULUMI_NODEJS_PROJECT: policy.project,
    PULUMI_NODEJS_STACK: policy.stack,
    PULUMI_NODEJS_DRY_RUN: String(policy.isDryRun),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(policy.config)),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== ""));
}
