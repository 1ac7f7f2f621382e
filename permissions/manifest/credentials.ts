import { counted } from "../../model/command-line";
import type { Link } from "./links";
import type { CredentialRule } from "./manifest";
import { type Reading, recordsOf } from "./reading";
import type { ResourceRecord } from "./records";
import { types } from "./resource-types";
import { passwordSettings } from "./settings";
import { isMap, readMap, type Value, type ValueMap } from "./values";

/** What is known of the run beside its records. */
export interface FreshRun {
  /** The UTC day (YYYY-MM-DD) on which a program without any history ran: then one new secret is all there may be. */
  readonly freshOn?: string | undefined;
}

/** Our mark: `partner-access/<origin>/<generation>`. */
const mark = /^partner-access\/[^/]+\/(\d+)$/;
const millisecondsADay = 86_400_000;

/**
 * The rule each application's client secrets follow, as the component states it. The secrets themselves are held to it: one that does not
 * look like a slot of ours is kept, because it would never be rotated.
 */
export function readCredentials(reading: Reading, run: FreshRun): readonly CredentialRule[] {
  const rule = statedRule(reading);
  const slots = new Map<string, ResourceRecord[]>();
  for (const record of recordsOf(reading, types.password)) {
    const application = reading.links.follow(record, "applicationId");
    const problem = slotProblem(record, application, rule, run);
    if (problem !== undefined) reading.keep(record, problem);
    else if (application.kind === "application") {
      slots.set(application.application, [...(slots.get(application.application) ?? []), record]);
    }
  }
  const most = run.freshOn === undefined ? 2 : 1;
  for (const records of slots.values()) {
    for (const record of [...records].sort(byGeneration).slice(most)) {
      reading.keep(record, `more than ${most} client secret${most === 1 ? "" : "s"} of one application at a time`);
    }
  }
  return [...slots.keys()].map((application) => ({ application, ...rule }));
}

type Rule = Omit<CredentialRule, "application">;

/** Inputs of the component. Two components, or none that says its rule, state nothing. */
function statedRule({ records }: Reading): Rule {
  const stated = records.filter(({ type }) => type === types.clientSecretComponent);
  const inputs = stated.length === 1 ? readMap(stated[0]?.inputs) : {};
  return {
    everyDays: days(inputs["everyDays"]),
    overlapDays: days(inputs["overlapDays"]),
    lifetimeDays: days(inputs["lifetimeDays"]),
  };
}

function slotProblem(
  record: ResourceRecord,
  application: Link,
  { lifetimeDays }: Rule,
  { freshOn }: FreshRun,
): string | undefined {
  const inputs = readMap(record.inputs);
  const generation = generationOf(inputs);
  if (application.kind !== "application") return "a client secret of an application that the records do not name";
  if (Object.keys(inputs).some((name) => !passwordSettings.read.includes(name) && inputs[name] !== null)) {
    return "a client secret with settings that are not a slot's";
  }
  if (generation === undefined) return "a client secret without this project's mark: nothing rotates it";
  const rotate = inputs["rotateWhenChanged"];
  if (!isMap(rotate) || rotate["generation"] !== generation) return "a client secret that no new generation replaces";
  const end = inputs["endDate"];
  const endsAt = typeof end === "string" ? Date.parse(end) : Number.NaN;
  if (Number.isNaN(endsAt)) return "a client secret without an end date: Entra gives it two years";
  if (freshOn === undefined || lifetimeDays === null) return undefined;
  const isLonger = endsAt > Date.parse(freshOn) + lifetimeDays * millisecondsADay;
  return isLonger
    ? `a client secret that lives longer than the ${counted(lifetimeDays, "day")} its rule allows`
    : undefined;
}

function generationOf(inputs: ValueMap): string | undefined {
  const { displayName } = inputs;
  return typeof displayName === "string" ? mark.exec(displayName)?.[1] : undefined;
}

function byGeneration(one: ResourceRecord, other: ResourceRecord): number {
  return Number(generationOf(readMap(one.inputs))) - Number(generationOf(readMap(other.inputs)));
}

function days(value: Value | undefined): number | null {
  return typeof value === "number" ? value : null;
}
