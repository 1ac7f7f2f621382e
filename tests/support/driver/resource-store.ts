import { lookUp } from "../../../offline/providers/plugin/provider";
import { PartlyDone, type ResourceType } from "../../../offline/providers/plugin/resource-type";
import { type Properties, revealAll } from "../../../offline/providers/plugin/value";
import { type Registration, withIgnored } from "./registration";

/** A configured provider: its resource types with the context their calls need. */
export interface ConfiguredProvider {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each provider's context fits its own types only, and is handed to no others
  readonly resources: ReadonlyMap<string, ResourceType<any>>;
  readonly context: unknown;
}

/** What state holds of one resource. */
export interface Kept {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  /** The provider's package, found again in every run: clients live as long as a run. */
  readonly package: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly retainOnDelete: boolean;
}

type Hook = (when: "beforeCreate" | "beforeUpdate", inputs: Properties, olds: Properties | undefined) => Promise<void>;

/** State as the engine keeps it between runs, and the order in which it writes: create, update, replace now, delete at the very end. */
export class ResourceStore {
  readonly kept = new Map<string, Kept>();
  /** Replaced and not yet deleted: they wait for a run that succeeds. */
  private condemned: Kept[] = [];

  /** Everything in state, what waits for its deletion included. */
  all(): readonly Kept[] {
    return [...this.kept.values(), ...this.condemned];
  }

  /** Brings one declared resource about. A failed creation records nothing, one that failed halfway records what exists. */
  async apply(declared: Registration, provider: ConfiguredProvider, hook: Hook, step: (what: string) => void) {
    const { urn, name, type, retainOnDelete } = declared;
    const old = this.kept.get(urn);
    const api = lookUp(provider.resources, type, "resource type", provider.name);
    const news = withIgnored(declared.inputs, old?.inputs, declared.ignoreChanges);
    const check = async (olds: Properties | undefined) => {
      const { inputs, failures } = await api.check(news, olds, provider.context, { logicalName: name });
      if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
      return inputs;
    };
    const changed = await check(old?.inputs);
    const diff = old && api.diff(old, changed);
    // A replacement is checked again as if it were new: names that a provider chose are chosen anew.
    const inputs = diff?.differences.some(({ replaces }) => replaces) ? await check(undefined) : changed;
    const keep = (id: string, outputs: Properties): Kept => {
      const kept = { urn, name, type, package: provider.name, id, inputs, outputs: revealAll(outputs), retainOnDelete };
      this.kept.set(urn, kept);
      return kept;
    };
    if (old !== undefined && diff?.differences.length === 0) return keep(old.id, old.outputs);
    if (old !== undefined && diff?.differences.every(({ replaces }) => !replaces)) {
      await hook("beforeUpdate", inputs, old.inputs);
      const updated = keep(old.id, await api.update(old.id, old, inputs, provider.context));
      step(`update ${name}`);
      return updated;
    }
    if (old !== undefined && (declared.deleteBeforeReplace ?? diff?.deleteBeforeReplace)) {
      await api.delete(old.id, old, provider.context);
      this.kept.delete(urn);
    }
    await hook("beforeCreate", inputs, old?.inputs);
    const replaced = this.kept.get(urn);
    try {
      const created = await api.create(inputs, provider.context);
      if (replaced !== undefined) this.condemned.push(replaced);
      step(`${old === undefined ? "create" : "replace"} ${name}`);
      return keep(created.id, created.outputs);
    } catch (error) {
      if (error instanceof PartlyDone) keep(error.id, error.outputs);
      throw error;
    }
  }

  /** Deletes what was replaced and what is no longer declared, the youngest first. */
  async removeUndeclared(
    declared: ReadonlySet<string>,
    provider: (name: string) => ConfiguredProvider,
    step: (what: string) => void,
  ): Promise<void> {
    for (const old of [...this.condemned].reverse()) {
      await this.remove(old, provider(old.package));
      this.condemned = this.condemned.filter((one) => one !== old);
      step(`delete replaced ${old.name}`);
    }
    for (const old of [...this.kept.values()].reverse()) {
      if (declared.has(old.urn)) continue;
      await this.remove(old, provider(old.package));
      this.kept.delete(old.urn);
      step(`delete ${old.name}`);
    }
  }

  private async remove(old: Kept, provider: ConfiguredProvider): Promise<void> {
    if (old.retainOnDelete) return;
    await lookUp(provider.resources, old.type, "resource type", provider.name).delete(old.id, old, provider.context);
  }
}
