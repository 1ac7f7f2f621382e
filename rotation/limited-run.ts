import { addDays, type Day, firstInstant } from "../model/day";
import { programComponent } from "../model/program-component";
import { changedInputs, changedOptions, type EngineResource, type EngineStep, nameOf } from "./engine-resource";
import type { SlotPlan } from "./plan";
import { recordTagNames, type SlotName, slotNames } from "./record";
import type { Tags } from "./state-view";

const ENTRY = "azure-native:keyvault:Secret";
const APPLICATION = "azuread:index/application:Application";
const SLOT = "azuread:index/applicationPassword:ApplicationPassword";
const SLOTS = "partner-access:index:RotatingClientSecret";

/** The resources that a limited run may touch, and whose they are, by the state. */
export interface RotationTargets {
  readonly application: EngineResource;
  readonly entry: EngineResource;
  /** The component that the slots belong to. */
  readonly component: EngineResource;
  readonly slots: Readonly<Record<SlotName, string>>;
}

/** What a limited run is held against. */
export interface LimitedRun {
  readonly targets: RotationTargets;
  /** What the state holds before the run; without what waits for its deletion. */
  readonly before: readonly EngineResource[];
  readonly plan: SlotPlan;
  readonly today: Day;
  /** By the rule that was applied. */
  readonly lifetimeDays: number;
  /** Tags that the entry has now. */
  readonly liveTags: Tags;
}

/** Finds slots, entry and their application in a state; undefined where it does not hold exactly one of each. */
export function rotationTargets(held: readonly EngineResource[]): RotationTargets | undefined {
  const [application, entry, component] = [
    only(held, APPLICATION, `${programComponent}-application`),
    only(held, ENTRY, `${programComponent}-client-secret`),
    only(held, SLOTS, programComponent),
  ];
  if (application === undefined || entry === undefined || component === undefined) return undefined;
  const slot = (name: SlotName) =>
    `${component.urn.slice(0, component.urn.lastIndexOf("::"))}$${SLOT}::${programComponent}-secret-${name}`;
  return { application, entry, component, slots: { a: slot("a"), b: slot("b") } };
}

/** What tells the engine to touch nothing else. */
export function targetArguments({ slots, entry }: RotationTargets): readonly string[] {
  return [slots.a, slots.b, entry.urn].flatMap((urn) => ["--target", urn]);
}

/**
 * Why the preview of a limited run must not be applied; empty when it may. The engine limits which resources are touched. What becomes of
 * them is the program's word, and its code may have changed too: so whatever a rotation does not change must be as the state holds it.
 */
export function previewProblems(steps: readonly EngineStep[], run: LimitedRun): readonly string[] {
  const { entry, slots } = run.targets;
  const declared = new Set(steps.map(({ urn }) => urn));
  const hidden = [entry.urn, slots[run.plan.current]].filter((urn) => !declared.has(urn));
  const found = steps.flatMap((step) => {
    // An alias: the state would know a resource under another name.
    if (step.oldState && step.oldState.urn !== step.urn) return [`it would rename ${typed(step.oldState.urn)}`];
    const name = slotNames.find((slot) => slots[slot] === step.urn);
    if (name !== undefined) return slotStepProblems(name, step, run);
    if (step.urn === entry.urn) return entryStepProblems(step, run);
    return step.op === "same" || isNewerPlugin(step) ? [] : [`it would ${step.op} ${typed(step.urn)}`];
  });
  return [...hidden.map((urn) => `it does not declare ${typed(urn)}`), ...found];
}

/** What a limited run changed that it must not change, from the state after it; empty when there is nothing. */
export function updateProblems(after: readonly EngineResource[], run: LimitedRun): readonly string[] {
  const { entry, slots } = run.targets;
  const [old, now] = [run.before, after].map((resources) => new Map(resources.map((it) => [it.urn, it])));
  return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].flatMap((urn) => {
    const [was, is] = [old?.get(urn), now?.get(urn)];
    const slot = slotNames.find((name) => slots[name] === urn);
    if (slot !== undefined) return is === undefined ? [] : slotProblems(is, was?.id !== is.id, run);
    if (urn === entry.urn) return is === undefined ? [`it deleted ${typed(urn)}`] : entryProblems(is, run);
    if (was === undefined || is === undefined) return [`it ${is ? "created" : "deleted"} ${typed(urn)}`];
    const changed = [...changedInputs(was, is), ...changedOptions(was, is), ...(was.id === is.id ? [] : ["id"])];
    return changed.filter((path) => !isPluginVersion(urn, path)).map((path) => `it changed ${path} of ${typed(urn)}`);
  });
}

function slotStepProblems(name: SlotName, step: EngineStep, run: LimitedRun): readonly string[] {
  const { op, urn, oldState, newState } = step;
  const live = run.before.find((resource) => resource.urn === urn)?.id;
  const removes = op !== "same" && (oldState === undefined ? op !== "create" : oldState.id === live);
  const { slots, record } = run.plan;
  const isKept = slots[name] !== undefined && slots[name].generation === record?.slots[name]?.generation;
  return [
    ...(isKept && removes ? [`it would ${op} ${nameOf(urn)}, which this rotation keeps`] : []),
    ...(op.startsWith("delete") || newState === undefined ? [] : slotProblems(newState, op !== "same", run)),
  ];
}

/** A slot that holds a secret of another application, or one that lives longer than the rule allows. */
function slotProblems(slot: EngineResource, isNew: boolean, run: LimitedRun): readonly string[] {
  const { application, component } = run.targets;
  const { applicationId, displayName, endDate, rotateWhenChanged, __defaults, ...others } = slot.inputs ?? {};
  const expected = { ...slot, type: SLOT, parent: component.urn, provider: application.provider ?? "" };
  const latest = firstInstant(addDays(run.today, run.lifetimeDays));
  return [
    ...changedOptions(expected, slot).map((option) => `the ${option} of ${nameOf(slot.urn)} is not the applied one`),
    ...(applicationId === application.id
      ? []
      : [`${nameOf(slot.urn)} would belong to ${shown(applicationId)}, applied is ${application.id}`]),
    ...(isNew && !(typeof endDate === "string" && endDate <= latest)
      ? [`${nameOf(slot.urn)} would end ${shown(endDate)}, by the applied rule ${latest} at the latest`]
      : []),
    ...Object.keys(others).map((input) => `${nameOf(slot.urn)} would have the input ${input}, which no rotation sets`),
  ];
}

function entryStepProblems({ op, urn, newState }: EngineStep, run: LimitedRun): readonly string[] {
  if ((op !== "same" && op !== "update") || newState === undefined) return [`it would ${op} ${typed(urn)}`];
  return entryProblems(newState, run);
}

/** Inputs of the entry that every publish writes. */
const published = new Set(["properties.value", "properties.attributes.expires"]);

/** An entry that lies elsewhere, says other things than a publish does, or holds something else than the planned secret. */
function entryProblems(now: EngineResource, run: LimitedRun): readonly string[] {
  const { entry } = run.targets;
  const name = nameOf(entry.urn);
  const inputs = changedInputs(entry, now).filter((path) => !published.has(path) && !path.startsWith("tags"));
  return [
    ...inputs.map((path) => `${path} of ${name} would change`),
    ...changedOptions(entry, now).map((option) => `the ${option} of ${name} is not the applied one`),
    ...tagProblems(now, run),
    ...sourceProblems(now, run),
  ];
}

/** Tags of the record that say whose the secret is: these are the same in every version. */
const lasting = new Set(["deployment", "tenantId", "clientId", "managedBy"]);
const changing = new Set(recordTagNames.filter((name) => !lasting.has(name)));

function tagProblems(now: EngineResource, { targets: { entry }, liveTags }: LimitedRun): readonly string[] {
  const [before, tags] = [entry, now].map((it) => it.inputs?.["tags"]);
  // Unknown until the new secret has its key id.
  if (typeof tags !== "object" || tags === null) return [];
  const [old, current] = [before, tags].map((it) => (it ?? {}) as Readonly<Record<string, unknown>>);
  return [...new Set([...Object.keys(old ?? {}), ...Object.keys(current ?? {})])]
    .filter((tag) => !changing.has(tag) && old?.[tag] !== current?.[tag])
    .filter((tag) => lasting.has(tag) || liveTags[tag] !== current?.[tag])
    .map((tag) => `the tag ${tag} of ${nameOf(entry.urn)} would change`);
}

/** While the value is unknown, what it is computed from says whose it is. */
function sourceProblems(now: EngineResource, { targets, plan }: LimitedRun): readonly string[] {
  const { application, entry, slots } = targets;
  const sources = (input: string) => now.propertyDependencies?.[input] ?? [];
  const current = slots[plan.current];
  const isCurrent = sources("properties").length === 1 && sources("properties")[0] === current;
  const ofTags = [application.urn, slots.a, slots.b];
  return [
    ...(isCurrent ? [] : [`the value of ${nameOf(entry.urn)} would not come from ${nameOf(current)}`]),
    ...sources("tags")
      .filter((urn) => !ofTags.includes(urn))
      .map((urn) => `the tags of ${nameOf(entry.urn)} would come from ${nameOf(urn)}`),
  ];
}

/** The engine includes providers in every run, and notes which version of a plugin ran: that one is installed, the one before is not. */
function isNewerPlugin({ op, urn, diffReasons = [] }: EngineStep): boolean {
  return op === "update" && diffReasons.length > 0 && diffReasons.every((path) => isPluginVersion(urn, path));
}

function isPluginVersion(urn: string, path: string): boolean {
  return /::pulumi:providers:[^:]+::/.test(urn) && path === "version";
}

function only(held: readonly EngineResource[], type: string, name: string): EngineResource | undefined {
  const found = held.filter((resource) => resource.type === type && nameOf(resource.urn) === name);
  return found.length === 1 ? found[0] : undefined;
}

function typed(urn: string): string {
  return `${urn.split("::").at(-2)?.split("$").at(-1)} ${nameOf(urn)}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : "something unknown";
}
