import * as pulumi from "@pulumi/pulumi";
import { hookServerAnswers } from "./hook-server";

/** One resource as the engine would receive it: secrets unwrapped, and their places listed. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** Paths of inputs that arrived marked secret, like `properties.value`. */
  readonly secrets: readonly string[];
  /** Logical name of the parent; undefined directly under the stack. */
  readonly parent: string | undefined;
  /** Logical name of the explicit provider; undefined means a default provider, or none needed. */
  readonly provider: string | undefined;
  readonly dependsOn: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly retainOnDelete: boolean;
  readonly hooks: { readonly beforeCreate: readonly string[]; readonly beforeUpdate: readonly string[] };
}

type Answer = Record<string, unknown>;

/** What stands in for providers. A call nobody expects fails the test. */
export interface DeployOptions {
  /** Answers to provider functions by token. */
  readonly calls?: Readonly<Record<string, (inputs: Record<string, unknown>) => Answer | Promise<Answer>>>;
  /** What stashes hold already, by logical name: the first value and the latest one. */
  readonly memory?: ReadonlyMap<string, { readonly first: unknown; readonly latest: unknown }>;
  /** What other providers' resources answer with beside their inputs. */
  readonly outputs?: (resource: {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
  }) => { readonly id: string; readonly state: Record<string, unknown> } | undefined;
  readonly stack?: string;
  /** A preview: what a provider computes is unknown. */
  readonly isPreview?: boolean;
}

export interface Deployed<T> {
  readonly result: T;
  readonly resources: readonly Registered[];
  /** Tokens of the provider functions that were called, in order. */
  readonly calls: readonly string[];
  /** The one resource of this logical name and type. Throws when there is none. */
  resource(name: string, type?: string): Registered;
  /** What the stashes hold after the run; to be handed to the next one. */
  readonly memory: ReadonlyMap<string, { readonly first: unknown; readonly latest: unknown }>;
}

const SECRET = "4dabf18193072939515e22adb298388d";

// A run takes a third of a second of an idle machine, and no test may fail because others are busy on it.

/** Runs a program under Pulumi's mocks, on its own, and always disconnects: a late registration would leak into the next test. */
export async function deploy<T>(program: () => T | Promise<T>, options: DeployOptions = {}): Promise<Deployed<T>> {
  const resources: Registered[] = [];
  const calls: string[] = [];
  const memory = new Map(options.memory);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) =>
        outputsOf({ type, name, inputs: unwrap(inputs) }, options, memory, resources),
      call: ({ token, inputs }) => {
        calls.push(token);
        const answer = options.calls?.[token];
        try {
          if (!answer) throw new Error(`unexpected call of ${token}`);
          return answer(inputs);
        } catch (error) {
          // A failed call comes as a gRPC error in life; the SDK shows nothing but its details.
          throw Object.assign(error as Error, { details: (error as Error).message });
        }
      },
    },
    "partner-insights-access",
    options.stack ?? "dev",
    options.isPreview ?? false,
    "organization",
  );
  recordRegistrations(resources);
  // The SDK notes a stack trace for every promise, and jest maps each of its lines back to the source: most of a run's time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  try {
    const result = await program();
    await settledOutputs(result);
    await hookServerAnswers();
    await pulumi.runtime.disconnect();
    return { result, resources, calls, memory, resource: (name, type) => find(resources, name, type) };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    await hookServerAnswers();
    await pulumi.runtime.disconnect().catch(() => undefined);
  }
}

/**
 * Waits until what a program returns is known, or fails as it does. Components declare their parts on their own, after the program's last
 * line, and their outputs tell when they have done it.
 */
export async function settledOutputs(result: unknown): Promise<void> {
  const outputs = [result, ...Object.values(result ?? {})].filter((it) => pulumi.Output.isInstance(it));
  const promises = outputs.map((output) => (output as unknown as { promise(): Promise<unknown> }).promise());
  for (const settled of await Promise.allSettled(promises)) if (settled.status === "rejected") throw settled.reason;
}

/** The value of an output, and whether it is secret. */
export async function settled<T>(output: pulumi.Output<T>): Promise<{ readonly value: T; readonly isSecret: boolean }> {
  const value = await new Promise<T>((resolve) => output.apply((it) => resolve(it as T)));
  return { value, isSecret: await pulumi.isSecret(output) };
}

function recordRegistrations(resources: Registered[]): void {
  // The mocks hand on inputs only; parents, dependencies, hooks and secret places are in the raw request.
  // biome-ignore lint/suspicious/noExplicitAny: the monitor's type is not public.
  const monitor = pulumi.runtime.getMonitor() as any;
  // The mock monitor of 3.259 says it knows hooks and then lacks this method: the program would wait for ever.
  monitor.registerResourceHook ??= (_request: unknown, callback: (error: null, answer: object) => void) => {
    callback(null, {});
  };
  const register = monitor.registerResource.bind(monitor);
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  monitor.registerResource = (request: any, callback: unknown) => {
    const raw = request.getObject()?.toJavaScript() ?? {};
    const hooks = request.getHooks?.();
    resources.push({
      type: request.getType(),
      name: request.getName(),
      inputs: unwrap(raw),
      secrets: secretPaths(raw),
      parent: nameIn(request.getParent()),
      provider: nameIn(request.getProvider()?.replace(/::[^:]*$/, "")),
      dependsOn: request.getDependenciesList().map(nameIn),
      ignoreChanges: request.getIgnorechangesList(),
      retainOnDelete: request.getRetainondelete(),
      hooks: { beforeCreate: hooks?.getBeforeCreateList() ?? [], beforeUpdate: hooks?.getBeforeUpdateList() ?? [] },
    });
    return register(request, callback);
  };
}

function outputsOf(
  resource: { type: string; name: string; inputs: Record<string, unknown> },
  { outputs, isPreview }: DeployOptions,
  memory: Map<string, { first: unknown; latest: unknown }>,
  registered: readonly Registered[],
): { id: string; state: Record<string, unknown> } {
  const { type, name, inputs } = resource;
  if (type === "pulumi:index:Stash") {
    const isIgnored = find(registered, name, type).ignoreChanges.includes("input");
    const before = memory.get(name);
    const held =
      before && isIgnored ? before : { first: before ? before.first : inputs["input"], latest: inputs["input"] };
    memory.set(name, held);
    return { id: `${name}-id`, state: { input: held.latest, output: held.first } };
  }
  if (type.startsWith("pulumi:providers:") || type.startsWith("partner-access:"))
    return { id: `${name}-id`, state: inputs };
  const answer = outputs?.(resource);
  if (!answer) throw new Error(`unexpected resource ${name} of type ${type}`);
  const computed = isPreview
    ? Object.fromEntries(Object.keys(answer.state).map((key) => [key, pulumi.runtime.unknownValue]))
    : answer.state;
  return { id: isPreview ? "" : answer.id, state: { ...computed, ...inputs } };
}

function find(resources: readonly Registered[], name: string, type?: string): Registered {
  const found = resources.filter((it) => it.name === name && (type === undefined || it.type === type));
  if (found.length !== 1) {
    throw new Error(
      `expected one resource ${name}, got ${found.length}; there are ${resources.map((it) => it.name).join(", ")}`,
    );
  }
  return found[0]!;
}

function nameIn(urn: string | undefined): string | undefined {
  const name = urn ? urn.split("::").at(-1) : undefined;
  return name?.includes("-stack-") || name === "" ? undefined : name;
}

function unwrap<T>(value: T): T {
  if (Array.isArray(value)) return value.map(unwrap) as T;
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return unwrap((value as unknown as { value: T }).value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item)])) as T;
}

function secretPaths(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (SECRET in value) return [path];
  return Object.entries(value).flatMap(([key, item]) => secretPaths(item, path === "" ? key : `${path}.${key}`));
}
