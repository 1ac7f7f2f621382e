import type { Waits } from "../waits";
import type { FunctionType, ResourceType } from "./resource-type";
import type { Fields } from "./schema";
import type { Properties } from "./value";

/** Everything that tells one stand-in provider from another. */
export interface Provider<Context> {
  /** The package's name, for example `azuread`. */
  readonly name: string;
  /** The version of the SDK it stands in for. */
  readonly version: string;
  /** What the provider's own configuration may hold. */
  readonly configuration: Fields;
  readonly resources: ReadonlyMap<string, ResourceType<Context>>;
  readonly functions: ReadonlyMap<string, FunctionType<Context>>;
  /** Makes the clients for one configuration. Refuses every address that is not loopback. */
  configure(configuration: Properties, dependencies: PluginDependencies): Promise<Context>;
}

/** What a provider takes from where it runs. */
export interface PluginDependencies {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the engine cancels. */
  readonly cancelled: AbortSignal;
  /** Shown to the user through the engine. */
  readonly log: (severity: "debug" | "info" | "warning", message: string) => void;
  /** How requests leave; the process's own `fetch` when left out. */
  readonly fetch?: typeof globalThis.fetch;
  /** How pauses pass; the real plugin's, shortened as the environment says, when left out. */
  readonly waits?: Waits;
}

/** Looks a type or function up and says what is allowed when there is none of that name. */
export function lookUp<T>(known: ReadonlyMap<string, T>, token: string, kind: string, provider: string): T {
  const found = known.get(token);
  if (found !== undefined) return found;
  throw new Error(
    `the ${kind} "${token}" is not known to the stand-in for ${provider}. ` +
      `Known here: ${[...known.keys()].sort().join(", ")}. Use the real plugin for others, or teach it to the stand-in.`,
  );
}
