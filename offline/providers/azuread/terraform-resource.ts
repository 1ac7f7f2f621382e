import { type CheckFailure, propertyProblems } from "../plugin/check";
import { type Diff, findDifferences } from "../plugin/differences";
import { isEmpty, normalised } from "../plugin/normal-form";
import type { Checked, State } from "../plugin/resource-type";
import type { Fields, Shape } from "../plugin/schema";
import { isList, isProperties, isSame, type Properties, unknown, type Value } from "../plugin/value";

/** The parts of a resource type that are the same for every resource of a Terraform provider under Pulumi's bridge. */
export function terraformBasics(
  token: string,
  fields: Fields,
  furtherProblems: (news: Properties) => CheckFailure[] = () => [],
) {
  return {
    async check(news: Properties): Promise<Checked> {
      const failures = [...propertyProblems(token, news, fields), ...furtherProblems(news)];
      return { inputs: withDefaults(news, fields), failures };
    },

    // Unlike azure-native: what is compared is the state, so drift that a refresh found is put right.
    diff(state: State, news: Properties): Diff {
      const inputs = Object.fromEntries(Object.entries(fields).filter(([, property]) => property.role !== "computed"));
      const differences = findDifferences(state.outputs, news, inputs, { emptyIsAbsent: true });
      return { differences, deleteBeforeReplace: false, comparesInputs: false };
    },

    async planCreate(inputs: Properties): Promise<Properties> {
      return planned(inputs, fields, () => unknown);
    },

    planUpdate(state: State, news: Properties): Properties {
      return planned(news, fields, (name) => state.outputs[name] ?? unknown);
    },
  };
}

/**
 * The inputs after a read. A refresh updates what the program had set and nothing else; an import takes every input that is not empty.
 */
export function inputsAfterRead(state: State | undefined, outputs: Properties, fields: Fields): Properties {
  const result: Record<string, Value> = {};
  for (const [name, property] of Object.entries(fields)) {
    if (property.role === "computed") continue;
    const live = outputs[name];
    const old = state?.inputs[name];
    const now = normalised(live, property);
    if (state === undefined) {
      if (now !== undefined && live !== undefined) result[name] = pruned(live, property.shape, undefined);
    } else if (old !== undefined) {
      if (isSame(normalised(old, property), now)) result[name] = old;
      else if (live !== undefined) result[name] = pruned(live, property.shape, old);
    }
  }
  const marks = Object.entries(state?.inputs ?? {}).filter(([name]) => name.startsWith("__"));
  return { ...result, ...Object.fromEntries(marks) };
}

/** Defaults filled in, with the bridge's own note of which ones: the engine hides names that begin with two underscores. */
function withDefaults(given: Properties, fields: Fields): Properties {
  const result: Record<string, Value> = {};
  const defaults: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const shape = fields[name]?.shape;
    if (value !== undefined && value !== null)
      result[name] = shape === undefined ? value : nestedDefaults(value, shape);
  }
  for (const [name, property] of Object.entries(fields)) {
    if (property.default === undefined || property.role === "computed" || result[name] !== undefined) continue;
    result[name] = property.default;
    defaults.push(name);
  }
  return { ...result, __defaults: defaults };
}

function nestedDefaults(value: Value, shape: Shape): Value {
  if (shape.kind === "object" && isProperties(value)) return withDefaults(value, shape.fields);
  if ((shape.kind === "list" || shape.kind === "set") && isList(value))
    return value.map((item) => nestedDefaults(item, shape.of));
  return value;
}

function planned(inputs: Properties, fields: Fields, decidedElsewhere: (name: string) => Value): Properties {
  const result: Record<string, Value> = {};
  for (const [name, property] of Object.entries(fields)) {
    const given = inputs[name];
    if (given !== undefined) result[name] = withoutMarks(given);
    else if (property.role === "computed" || property.role === "chosen") result[name] = decidedElsewhere(name);
  }
  return result;
}

/** Outputs never hold the bridge's notes. */
export function withoutMarks(value: Value): Value {
  if (isList(value)) return value.map(withoutMarks);
  if (!isProperties(value)) return value;
  const entries = Object.entries(value).filter(([name, item]) => !name.startsWith("__") && item !== undefined);
  return Object.fromEntries(entries.map(([name, item]) => [name, withoutMarks(item as Value)]));
}

function pruned(value: Value, shape: Shape, old: Value | undefined): Value {
  if (shape.kind !== "object" || !isProperties(value)) return value;
  const before = isProperties(old) ? old : undefined;
  const kept = Object.entries(shape.fields).flatMap(([name, property]): [string, Value][] => {
    const item = value[name];
    if (
      item === undefined ||
      (before !== undefined ? before[name] === undefined : isEmpty(item ?? null, property.shape))
    )
      return [];
    return [[name, pruned(item, property.shape, before?.[name])]];
  });
  return Object.fromEntries(kept);
}
