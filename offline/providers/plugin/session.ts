import { propertyProblems } from "./check";
import { lookUp, type PluginDependencies, type Provider } from "./provider";
import type { FunctionType, ResourceType } from "./resource-type";
import { isUnknown, type Properties, revealAll } from "./value";

/** One running provider: it is told its configuration once and then serves any number of calls at the same time. */
export class Session<Context> {
  private configured: Promise<Context> | undefined;

  constructor(
    private readonly provider: Provider<Context>,
    private readonly dependencies: PluginDependencies,
  ) {}

  /** All that is wrong with the provider's own configuration. The engine adds names of its own, which are no properties. */
  configurationProblems(configuration: Properties): string[] {
    const { version: _version, pluginDownloadURL: _url, pluginChecksums: _checksums, ...own } = configuration;
    const token = `pulumi:providers:${this.provider.name}`;
    // Configuration travels as text, whatever its kind; where it does not, the text is what counts.
    const texts = Object.entries(own).map(([name, value]) => [name, isScalar(value) ? String(value) : value]);
    return propertyProblems(token, Object.fromEntries(texts), this.provider.configuration).map(
      (problem) => problem.reason,
    );
  }

  /** Makes the clients. A failure is answered here and by every later call. */
  async configure(configuration: Properties): Promise<void> {
    const problems = this.configurationProblems(configuration);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    const known = Object.fromEntries(Object.entries(configuration).filter(([, value]) => !isUnknown(value)));
    this.configured = this.provider.configure(revealAll(known), this.dependencies);
    await this.configured;
  }

  async context(): Promise<Context> {
    if (this.configured === undefined) {
      throw new Error(`the stand-in for ${this.provider.name} was called before it was configured`);
    }
    return this.configured;
  }

  /** The resource type of a URN; unknown types are refused by name. */
  resourceOf(urn: string): ResourceType<Context> {
    return lookUp(this.provider.resources, typeOf(urn), "resource type", this.provider.name);
  }

  function(token: string): FunctionType<Context> {
    return lookUp(this.provider.functions, token, "function", this.provider.name);
  }
}

function isScalar(value: unknown): value is boolean | number {
  return typeof value === "boolean" || typeof value === "number";
}

/** The name a program gave: the last part of `urn:pulumi:stack::project::parent$type::name`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function typeOf(urn: string): string {
  const types = urn.split("::")[2] ?? "";
  return types.slice(types.lastIndexOf("$") + 1);
}
