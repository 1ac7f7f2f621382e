import type { sendUnaryData } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import {
  type RegisterResourceHookRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { lookUp, type PluginDependencies, type Provider } from "../../offline/providers/plugin/provider";
import { readStruct, writeStruct } from "../../offline/providers/plugin/struct";
import { type Properties, revealAll } from "../../offline/providers/plugin/value";
import { settledOutputs } from "./deploy";
import { type Registration, readRegistration, withIgnored } from "./driver/registration";
import { type ConfiguredProvider, type Kept, ResourceStore } from "./driver/resource-store";
import { runHook } from "./driver/run-hook";
import { hookServerAnswers } from "./hook-server";

/** What one run did. `error` is the first failure: a refusal of the program, of a hook or of a service. */
export interface DriverRun {
  readonly ok: boolean;
  readonly error: string | undefined;
  /** What was written, in order: `create x`, `update x`, `replace x`, `delete x`. */
  readonly steps: readonly string[];
}

/** A provider with how to make it ready; `dependencies` are those of the run. */
// biome-ignore lint/suspicious/noExplicitAny: as in `ConfiguredProvider`
export type DrivenProvider = Provider<any>;

/**
 * Applies what the real program declares through the stand-in providers' resource functions, without the engine: a run takes a tenth of a
 * second instead of a quarter of a minute. What is the engine's and is kept: state between runs, also of runs that failed; a write only
 * after all it depends on; hooks before a write, which stop it; the new one before the old one goes; deletions at the end of a run in
 * which everything else succeeded; the first failure ends the program while what is under way is finished.
 *
 * What it cannot show: previews, refreshes, targets, imports, aliases, kills in the middle of a call, plugins as processes, state on disk
 * with its lock and its encryption, deletions in the order of the dependency graph (here: the youngest first), and hooks other than the
 * two that run before a write. Those are for the journeys, with the real engine.
 */
export class InProcessDriver {
  private readonly store = new ResourceStore();
  /** What stashes hold, by URN. The engine keeps them itself. */
  private readonly stashes = new Map<string, Properties>();
  /** What components registered, by URN. */
  private readonly components = new Map<string, Properties>();

  constructor(
    private readonly providers: readonly DrivenProvider[],
    private readonly dependencies: Omit<PluginDependencies, "cancelled">,
    private readonly stack = "dev",
  ) {}

  /** What state holds of a type, replaced ones that wait for their deletion included. */
  held(type: string): readonly Pick<Kept, "name" | "id" | "outputs">[] {
    return this.store.all().filter((kept) => kept.type === type);
  }

  /** What the engine's own look at a state answers: it passes over what waits for its deletion. */
  outputsOf(type: string, name: string): Properties | undefined {
    const resource = [...this.store.kept.values()].find((kept) => kept.type === type && kept.name === name)?.outputs;
    return resource ?? [...this.components].find(([urn]) => urn.endsWith(`${type}::${name}`))?.[1];
  }

  async up(program: () => Promise<unknown>): Promise<DriverRun> {
    const run = new Run(this.store, this.stashes, this.components, this.providers, this.dependencies);
    await pulumi.runtime.setMocks(
      {
        newResource: () => {
          throw new Error("registrations are answered by the driver itself");
        },
        call: ({ token, inputs, provider }) => run.call(token, inputs, provider ?? ""),
      },
      "partner-insights-access",
      this.stack,
    );
    run.attach();
    const quiet = jest.spyOn(console, "log").mockReturnValue();
    // The SDK keeps a stack for every promise it makes; under Jest each is mapped to its sources, which is most of a run's time.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      await Promise.race([run.failed, runToItsEnd(program)]);
      await run.finish();
    } catch (error) {
      run.fail(error);
      await run.settled();
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
      quiet.mockRestore();
      await hookServerAnswers();
      pulumi.runtime.disconnectSync();
    }
    return run.summary();
  }
}

async function runToItsEnd(program: () => Promise<unknown>): Promise<void> {
  await settledOutputs(await program());
  await hookServerAnswers();
  // Waits for every registration that the program began.
  await pulumi.runtime.disconnect();
}

/** One run: answers the program as the engine's monitor would. */
class Run {
  readonly failed: Promise<never>;
  private readonly declared = new Set<string>();
  private readonly configured = new Map<string, ConfiguredProvider>();
  private readonly hooks = new Map<string, RegisterResourceHookRequest>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly steps: string[] = [];
  private readonly cancel = new AbortController();
  private error: string | undefined;
  private reject: (error: unknown) => void = () => undefined;

  constructor(
    private readonly store: ResourceStore,
    private readonly stashes: Map<string, Properties>,
    private readonly components: Map<string, Properties>,
    private readonly providers: readonly DrivenProvider[],
    private readonly dependencies: Omit<PluginDependencies, "cancelled">,
  ) {
    this.failed = new Promise((_, reject) => {
      this.reject = reject;
    });
    this.failed.catch(() => undefined);
  }

  attach(): void {
    // biome-ignore lint/suspicious/noExplicitAny: the monitor's type is not public.
    const monitor = pulumi.runtime.getMonitor() as any;
    monitor.registerResourceHook = (request: RegisterResourceHookRequest, callback: sendUnaryData<object>) => {
      this.hooks.set(request.getName(), request);
      callback(null, {});
    };
    monitor.registerResource = (
      request: RegisterResourceRequest,
      callback: sendUnaryData<RegisterResourceResponse>,
    ) => {
      // Never answered, and waited for by nobody: a registration that comes after a failure would keep the run from ending.
      if (this.error !== undefined) return;
      const urn: string = monitor.newUrn(request.getParent(), request.getType(), request.getName());
      const work = this.register(readRegistration(request, urn)).then(
        (answer) => callback(null, answer),
        // Never answered: where the engine fails it ends the program, which therefore never sees the failure.
        (error) => this.fail(error),
      );
      this.underWay.add(work);
      void work.finally(() => this.underWay.delete(work));
    };
    monitor.registerResourceOutputs = (request: RegisterResourceOutputsRequest, callback: sendUnaryData<object>) => {
      this.components.set(request.getUrn(), revealAll(readStruct(request.getOutputs())));
      callback(null, {});
    };
  }

  fail(error: unknown): void {
    this.error ??= error instanceof Error ? error.message : String(error);
    this.reject(error);
  }

  /** Everything that was under way has ended. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  async finish(): Promise<void> {
    await this.settled();
    if (this.error !== undefined) throw new Error(this.error);
    await this.store.removeUndeclared(
      this.declared,
      (name) => this.providerNamed(name),
      (what) => this.steps.push(what),
    );
    for (const urn of this.stashes.keys()) if (!this.declared.has(urn)) this.stashes.delete(urn);
  }

  summary(): DriverRun {
    return { ok: this.error === undefined, error: this.error, steps: this.steps };
  }

  async call(token: string, inputs: Properties, provider: string): Promise<Properties> {
    const { functions, context } = this.providerOf(provider);
    try {
      return revealAll(await lookUp(functions, token, "function", provider).call(revealAll(inputs), context));
    } catch (error) {
      const details = error instanceof Error ? error.message : String(error);
      // The SDK reads what a plugin said from gRPC's field, not from the message.
      throw Object.assign(new Error(details), { details });
    }
  }

  private async register(declared: Registration): Promise<RegisterResourceResponse> {
    const { urn, type, inputs } = declared;
    if (type.startsWith("pulumi:providers:")) return answer(urn, await this.configure(declared), inputs);
    if (type === "pulumi:index:Stash") return answer(urn, declared.name, this.stash(declared));
    if (!declared.isCustom) return answer(urn, "", inputs);
    this.declared.add(urn);
    const hook = (when: "beforeCreate" | "beforeUpdate", newInputs: Properties, oldInputs: Properties | undefined) =>
      this.runHooks(declared, when, newInputs, oldInputs);
    const kept = await this.store.apply(declared, this.providerOf(declared.provider), hook, (what) =>
      this.steps.push(what),
    );
    return answer(urn, kept.id, { ...kept.inputs, ...kept.outputs });
  }

  private stash({ urn, inputs, ignoreChanges }: Registration): Properties {
    this.declared.add(urn);
    const before = this.stashes.get(urn);
    const now = withIgnored(inputs, before, ignoreChanges);
    // An update of a stash changes its input only.
    const held = { input: now["input"], output: before === undefined ? now["input"] : before["output"] };
    this.stashes.set(urn, held);
    return held;
  }

  private async configure({ urn, type, inputs }: Registration): Promise<string> {
    const provider = this.providers.find(({ name }) => type === `pulumi:providers:${name}`);
    if (provider === undefined) throw new Error(`no stand-in for ${type}`);
    const context = await provider.configure(inputs, { ...this.dependencies, cancelled: this.cancel.signal });
    this.configured.set(`${urn}::${provider.name}`, { name: provider.name, resources: provider.resources, context });
    return provider.name;
  }

  private async runHooks(
    { urn, type, name, hooks }: Registration,
    when: "beforeCreate" | "beforeUpdate",
    newInputs: Properties,
    oldInputs: Properties | undefined,
  ): Promise<void> {
    for (const hook of hooks[when]) {
      const registered = this.hooks.get(hook);
      if (registered === undefined) throw new Error(`${name} names the hook ${hook}, which was never registered`);
      await runHook(registered, { urn, type, name, newInputs, oldInputs });
    }
  }

  private providerNamed(name: string): ConfiguredProvider {
    const found = [...this.configured.values()].find((provider) => provider.name === name);
    if (found === undefined) throw new Error(`no provider for ${name} was declared in this run`);
    return found;
  }

  private providerOf(reference: string) {
    const configured = this.configured.get(reference);
    if (configured === undefined) throw new Error(`there is no provider ${reference || "by default"}`);
    const { functions } = this.providers.find(({ name }) => name === configured.name) as DrivenProvider;
    return { ...configured, functions };
  }
}

function answer(urn: string, id: string, outputs: Properties): RegisterResourceResponse {
  const response = new RegisterResourceResponse();
  response.setUrn(urn);
  response.setId(id);
  response.setObject(writeStruct(outputs));
  return response;
}
