import { type CheckFailure, propertyProblems } from "../plugin/check";
import { type Diff, type Difference, findDifferences } from "../plugin/differences";
import type { Checked, Found, Naming, ResourceType, State } from "../plugin/resource-type";
import { aText, type Fields, optional, type Shape } from "../plugin/schema";
import { isProperties, isSame, isUnknown, type Properties, unknown, type Value } from "../plugin/value";
import type { JsonObject } from "./arm-client";
import { isGone } from "./azure-request";
import type { AzureNativeContext } from "./context";
import { type AutoName, createBeforeDelete, makeUpName } from "./naming";
import { fromWire, projected, toWire } from "./wire";

/** What tells one resource of Azure Resource Manager from another. */
export interface ArmDescription {
  readonly token: string;
  readonly apiVersion: string;
  /** Inputs that are parts of the ID; all of them replace the resource. */
  readonly path: Fields;
  /** Inputs that are sent in the body. */
  readonly body: Fields;
  readonly outputs: Fields;
  /** The input that is the resource's name, and how it is made up when it is left out. */
  readonly name: { readonly property: string; readonly kind: AutoName };
  /** Whether the location defaults to the resource group's. */
  readonly hasLocation: boolean;
  /** The resource ID of inputs. */
  idOf(inputs: Properties, subscriptionId: string): string;
  /** The other way round, for imports. Undefined: not an ID of this type. */
  pathOf(id: string): Properties | undefined;
}

/** A resource type with the real plugin's standard behaviour; single operations may be replaced. */
export function armResource(description: ArmDescription): ResourceType<AzureNativeContext> {
  const { token, apiVersion, path, body, outputs } = description;
  const inputs: Fields = { ...path, ...body };
  const checked: Fields = { ...inputs, azureApiVersion: optional(aText) };

  const read = async (id: string, context: AzureNativeContext) =>
    outputsOf(await context.arm.get(id, apiVersion), description);

  return {
    token,
    inputs,
    outputs: { ...outputs, azureApiVersion: optional(aText) },

    async check(news, olds, context, naming): Promise<Checked> {
      const filled = await fillIn(news, { olds, naming }, context, description);
      return {
        inputs: filled,
        failures: [...propertyProblems(token, filled, checked), ...locationProblem(filled, description)],
      };
    },

    diff: (state, news) => armDiff(state, news, checked),

    planCreate: async (news) => planned(news, outputs),
    planUpdate: (state, news) => ({ ...planned(news, outputs), ...stable(state) }),

    async create(news, context) {
      const id = description.idOf(news, context.subscriptionId);
      await context.arm.mustNotExist(id, apiVersion);
      const made = await context.arm.put(id, apiVersion, toWire(news, body));
      const canonical = typeof made["id"] === "string" ? made["id"] : id;
      return { id: canonical, outputs: await read(canonical, context) };
    },

    async read(id, state, context): Promise<Found | undefined> {
      let live: Properties;
      try {
        live = await read(id, context);
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
      return { id, inputs: inputsAfterRead(id, state, live, description), outputs: live };
    },

    async update(id, _state, news, context) {
      await context.arm.put(id, apiVersion, toWire(news, body));
      return read(id, context);
    },

    delete: (id, _state, context) => context.arm.delete(id, apiVersion),
  };
}

/** Outputs of what Resource Manager answered. */
export function outputsOf(resource: JsonObject, description: ArmDescription): Properties {
  return { ...fromWire(resource, description.outputs), azureApiVersion: description.apiVersion };
}

async function fillIn(
  news: Properties,
  { olds, naming }: { readonly olds: Properties | undefined; readonly naming: Naming },
  context: AzureNativeContext,
  description: ArmDescription,
): Promise<Properties> {
  const filled: Record<string, Value> = {};
  for (const [name, value] of Object.entries(news)) if (value !== undefined && value !== null) filled[name] = value;
  const { property, kind } = description.name;
  if (filled[property] === undefined) {
    const made = makeUpName(property, kind, olds, naming);
    if (made !== undefined) filled[property] = made.name;
    if (made?.isRandom === true) filled[createBeforeDelete] = true;
  }
  if (description.hasLocation && filled["location"] === undefined) {
    const location =
      olds?.["location"] ?? context.location ?? (await groupLocation(filled["resourceGroupName"], context));
    if (location !== undefined) filled["location"] = location;
  }
  filled["azureApiVersion"] ??= description.apiVersion;
  return filled;
}

async function groupLocation(group: Value | undefined, context: AzureNativeContext): Promise<Value | undefined> {
  if (isUnknown(group)) return unknown;
  return typeof group === "string" ? context.groupLocation(group) : undefined;
}

function locationProblem(inputs: Properties, description: ArmDescription): CheckFailure[] {
  if (!description.hasLocation || inputs["location"] !== undefined) return [];
  const fix = "Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.";
  return [{ property: "location", reason: `missing required property 'location'. ${fix}` }];
}

/** Old inputs against new inputs: what the service filled in by itself is never a difference. */
function armDiff(state: State, news: Properties, fields: Fields): Diff {
  const found = findDifferences(state.inputs, news, fields, { emptyIsAbsent: false });
  const differences = found.map((difference) => withoutNeedlessReplacement(difference, state, news));
  const replaces = differences.some((difference) => difference.replaces);
  const deleteBeforeReplace = replaces && state.inputs[createBeforeDelete] !== true;
  return { differences, deleteBeforeReplace, comparesInputs: true };
}

/** An input that is newly given and says what the resource is already. */
function withoutNeedlessReplacement(difference: Difference, state: State, news: Properties): Difference {
  const { path, kind, replaces } = difference;
  const isAlreadySo = kind === "add" && state.inputs[path] === undefined && isSame(state.outputs[path], news[path]);
  return { ...difference, replaces: replaces && !isAlreadySo };
}

/** Outputs a preview may promise: inputs where the output has the same name, everything else unknown. */
function planned(inputs: Properties, outputs: Fields): Properties {
  const entries = Object.entries(outputs).map(([name, property]): [string, Value] => [
    name,
    plannedValue(inputs[name], property.shape),
  ]);
  const version = inputs["azureApiVersion"];
  return { ...Object.fromEntries(entries), ...(version !== undefined && { azureApiVersion: version }) };
}

function plannedValue(value: Value | undefined, shape: Shape): Value {
  if (value === undefined || value === null) return unknown;
  return shape.kind === "object" && isProperties(value) ? planned(value, shape.fields) : value;
}

function stable(state: State): Properties {
  const kept = ["name", "location"].filter((name) => state.outputs[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, state.outputs[name]]));
}

/**
 * Inputs cannot be read, so what changed among the outputs since the last operation is carried over to them, whole top-level properties at
 * a time. An import takes everything that could be an input.
 */
function inputsAfterRead(
  id: string,
  state: State | undefined,
  live: Properties,
  description: ArmDescription,
): Properties {
  const now = projected(live, description.body);
  if (state === undefined) {
    const path = description.pathOf(id);
    if (path === undefined) throw new Error(`${JSON.stringify(id)} is not the ID of a ${description.token}`);
    return { ...path, ...now };
  }
  const before = projected(state.outputs, description.body);
  const result: Record<string, Value | undefined> = { ...state.inputs };
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (isSame(before[name], now[name])) continue;
    if (now[name] === undefined) delete result[name];
    else result[name] = now[name];
  }
  return result;
}
