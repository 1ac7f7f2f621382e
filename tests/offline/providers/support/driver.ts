import type { Difference } from "../../../../offline/providers/plugin/differences";
import type { ResourceType, State } from "../../../../offline/providers/plugin/resource-type";
import { isSame, type Properties, revealAll, unknown, type Value } from "../../../../offline/providers/plugin/value";

/** A resource as a program declares it: its inputs may use what earlier ones answered. */
export interface Declared<Context> {
  readonly name: string;
  readonly type: ResourceType<Context>;
  inputs(of: (name: string) => Live): Properties;
  readonly retainOnDelete?: true;
}

export interface Live extends State {
  readonly id: Value;
}

interface Kept<Context> {
  readonly id: string;
  readonly type: ResourceType<Context>;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly retainOnDelete?: true;
}

/**
 * Applies declarations through the providers' resource functions without an engine, one resource after the other: creations, updates and
 * replacements first, deletions at the end in reverse order, as the engine does.
 */
export class Driver<Context> {
  readonly state = new Map<string, Kept<Context>>();
  readonly done: string[] = [];

  async up(declared: readonly Declared<Context>[], context: Context): Promise<void> {
    const replaced: Kept<Context>[] = [];
    for (const one of declared) {
      const old = this.state.get(one.name);
      const inputs = await this.checked(one, old, context);
      const diff = old?.type.diff(old, inputs);
      const kept = { type: one.type, inputs, ...(one.retainOnDelete && { retainOnDelete: true as const }) };
      if (old === undefined || diff?.differences.some((found) => found.replaces)) {
        if (old !== undefined && diff?.deleteBeforeReplace) await this.remove(one.name, old, context);
        else if (old !== undefined) replaced.push(old);
        const created = await one.type.create(inputs, context);
        this.done.push(`${old === undefined ? "create" : "replace"} ${one.name}`);
        this.state.set(one.name, { ...kept, id: created.id, outputs: revealAll(created.outputs) });
      } else if ((diff?.differences.length ?? 0) > 0) {
        const outputs = await one.type.update(old.id, old, inputs, context);
        this.done.push(`update ${one.name}`);
        this.state.set(one.name, { ...kept, id: old.id, outputs: revealAll(outputs) });
      }
    }
    const names = new Set(declared.map((one) => one.name));
    for (const old of replaced.reverse()) await old.type.delete(old.id, old, context);
    await this.removeOthers(names, context);
  }

  /** What a preview would say: no call but look-ups, and outputs that only an update knows are unknown. */
  async preview(
    declared: readonly Declared<Context>[],
    context: Context,
  ): Promise<Map<string, { kind: string; differences: readonly Difference[]; outputs: Properties }>> {
    const planned = new Map<
      string,
      { kind: string; differences: readonly Difference[]; outputs: Properties; inputs: Properties; id: Value }
    >();
    for (const one of declared) {
      const old = this.state.get(one.name);
      const inputs = await this.checked(one, old, context, (name) => {
        const plan = planned.get(name);
        if (plan === undefined) throw new Error(`${name} is declared after its user`);
        return plan;
      });
      const differences = old === undefined ? [] : old.type.diff(old, inputs).differences;
      const isNew = old === undefined || differences.some((found) => found.replaces);
      const outputs = isNew
        ? await one.type.planCreate(inputs, context)
        : differences.length > 0
          ? one.type.planUpdate(old, inputs)
          : old.outputs;
      const kind = old === undefined ? "create" : isNew ? "replace" : differences.length > 0 ? "update" : "same";
      planned.set(one.name, { kind, differences, outputs, inputs, id: isNew ? unknown : old.id });
    }
    return planned;
  }

  async refresh(context: Context): Promise<string[]> {
    const changed: string[] = [];
    for (const [name, old] of this.state) {
      const found = await old.type.read(old.id, old, context);
      if (found === undefined) {
        this.state.delete(name);
        changed.push(`${name} is gone`);
        continue;
      }
      const outputs = revealAll(found.outputs);
      if (!isSame(old.inputs, found.inputs) || !isSame(old.outputs, outputs)) changed.push(`${name} changed`);
      this.state.set(name, { ...old, inputs: found.inputs, outputs });
    }
    return changed;
  }

  async destroy(context: Context): Promise<void> {
    await this.removeOthers(new Set(), context);
  }

  private async checked(
    one: Declared<Context>,
    old: Kept<Context> | undefined,
    context: Context,
    of: (name: string) => Live = (name) => {
      const live = this.state.get(name);
      if (live === undefined) throw new Error(`${name} is declared after its user`);
      return live;
    },
  ): Promise<Properties> {
    const { inputs, failures } = await one.type.check(one.inputs(of), old?.inputs, context, { logicalName: one.name });
    if (failures.length > 0) throw new Error(failures.map((failure) => failure.reason).join("\n"));
    return inputs;
  }

  private async removeOthers(names: ReadonlySet<string>, context: Context): Promise<void> {
    for (const [name, old] of [...this.state].reverse()) {
      if (names.has(name)) continue;
      await this.remove(name, old, context);
    }
  }

  private async remove(name: string, old: Kept<Context>, context: Context): Promise<void> {
    if (old.retainOnDelete !== true) await old.type.delete(old.id, old, context);
    this.done.push(`delete ${name}`);
    this.state.delete(name);
  }
}
