import { addDays, type Day, later } from "../model/day";
import { emergencyGeneration, newestGeneration } from "./emergency";
import { markOf } from "./mark";
import { otherSlot, type PublishedRecord, type RecordedSlot, type SlotName, slotNames } from "./record";
import { isPending, type RotationRequest, rollbackHash, withHandled, withHashes } from "./requests";
import { dueOn, GRID_ORIGIN, gridDay, type RotationSchedule } from "./schedule";
import type { BegunUpdate } from "./state-view";

/** What one slot should hold. Everything in it comes verbatim from the record when the slot is occupied. */
export interface PlannedSlot {
  readonly generation: number;
  readonly start: Day;
  readonly end: Day;
  readonly displayName: string;
}

/** Why the plan is what it is: a stable code for machines, a sentence for people. */
interface PlanReason {
  readonly code: "first" | "due" | "requested" | "compromised" | "rolled-back" | "waiting" | "retired" | "unchanged";
  readonly sentence: string;
}

/** What the two slots hold after a successful run, and whether the vault entry must be written. */
export interface SlotPlan {
  readonly slots: { readonly a?: PlannedSlot; readonly b?: PlannedSlot };
  readonly current: SlotName;
  /** Whether another secret than the recorded one becomes the published one. */
  readonly isPublish: boolean;
  /** The record the plan started from; none before the first publish. */
  readonly record: PublishedRecord | undefined;
  readonly publishedOn: Day;
  readonly overlapEnds: Day;
  readonly handledRequests: readonly string[];
  readonly reason: PlanReason;
  /** First day on which a run rotates next. */
  readonly nextRotationOn: Day;
}

/** What the person or the pipeline asks for beside the schedule. */
export interface PlanOptions {
  /** Name of the stack at the first up; part of the mark of new credentials. */
  readonly origin: string;
  readonly request?: RotationRequest | undefined;
  /** Why the previous secret should become current again; left out, a plan never goes back. */
  readonly rollback?: string | undefined;
  /** What the last update was about to publish, as the state knows it. Left out where there is no state to ask. */
  readonly begun?: BegunUpdate | undefined;
}

interface Situation {
  readonly record: PublishedRecord;
  readonly schedule: RotationSchedule;
  readonly today: Day;
  readonly options: PlanOptions;
  readonly due: Day;
}

/** Decides what each slot holds. Pure: the same record, schedule, day and options give the same plan. */
export function planSlots(
  record: PublishedRecord | undefined,
  schedule: RotationSchedule,
  today: Day,
  options: PlanOptions,
): SlotPlan {
  if (record === undefined) return planFirst(schedule, today, options);
  const situation = { record, schedule, today, options, due: dueOn(currentOf(record), schedule) };
  if (isRollbackAsked(record, options) && rollbackProblems(record, schedule, today, options).length === 0) {
    return planRollback(situation);
  }
  return planRotation(situation) ?? planKept(situation);
}

/** Why the roll-back that is asked for cannot be done; empty when it can, was done, or is not asked for. */
export function rollbackProblems(
  record: PublishedRecord | undefined,
  schedule: RotationSchedule,
  today: Day,
  options: Pick<PlanOptions, "rollback" | "request">,
): readonly string[] {
  if (!isRollbackAsked(record, options)) return [];
  if (record === undefined) return ["nothing has been published yet, so there is nothing to roll back to"];
  const previous = record.slots[otherSlot(record.current)];
  if (previous === undefined) return ["the vault entry records no previous secret to roll back to"];
  const problems: string[] = [];
  if (today >= record.overlapEnds) {
    problems.push(
      `the overlap ended on ${record.overlapEnds}: generation ${previous.generation} is retired; rotate instead`,
    );
  }
  // Nothing rotates inside the overlap that a roll-back starts, so the secret must outlive it.
  if (previous.end <= addDays(today, schedule.overlapDays)) {
    problems.push(`generation ${previous.generation} expires on ${previous.end}, too soon to publish; rotate instead`);
  }
  if (options.request?.isCompromised && isPending(options.request, record.handledRequests)) {
    problems.push("a compromised request is pending, which removes the previous secret; withdraw one of the two");
  }
  return problems;
}

function planFirst(schedule: RotationSchedule, today: Day, options: PlanOptions): SlotPlan {
  const slot = freshSlot(1, gridDay(GRID_ORIGIN, today, schedule), schedule, options);
  return {
    slots: { a: slot },
    current: "a",
    isPublish: true,
    record: undefined,
    ...publishedToday(slot, schedule, today),
    handledRequests: withHandled([], options.request),
    reason: { code: "first", sentence: "No client secret is published yet: generation 1 goes into slot a." },
  };
}

/** The previous slot becomes current again; both secrets stay as they are. */
function planRollback({ record, schedule, today, options }: Situation): SlotPlan {
  const current = otherSlot(record.current);
  const slot = record.slots[current] as RecordedSlot;
  return {
    slots: occupied(record, slotNames, today),
    current,
    isPublish: true,
    record,
    ...publishedToday(slot, schedule, today),
    handledRequests: withHashes(record.handledRequests, [rollbackHash(options.rollback ?? "")]),
    reason: {
      code: "rolled-back",
      sentence: `Rolled back on request: generation ${slot.generation} in slot ${current} is published again.`,
    },
  };
}

/** The other slot gets the next generation, when something asks for it and the overlap allows it. */
function planRotation({ record, schedule, today, options, due }: Situation): SlotPlan | undefined {
  const isAsked = isPending(options.request, record.handledRequests);
  const isCompromised = isAsked && options.request?.isCompromised === true;
  const isDue = today >= due;
  if (!isCompromised && (today < record.overlapEnds || !(isDue || isAsked))) return undefined;

  const target = otherSlot(record.current);
  const generation = isCompromised ? emergencyGeneration(record, options) : newestGeneration(record) + 1;
  const slot = freshSlot(generation, gridDay(isDue ? due : GRID_ORIGIN, today, schedule), schedule, options);
  const kept = isCompromised ? {} : occupied(record, [record.current], today);
  return {
    slots: { ...kept, [target]: slot },
    current: target,
    isPublish: true,
    record,
    ...publishedToday(slot, schedule, today),
    handledRequests: withHandled(record.handledRequests, options.request),
    reason: rotationReason({ isCompromised, isDue, due, generation, target, previous: record.current }),
  };
}

/** Nothing new is published; the previous secret goes once the overlap has passed. */
function planKept({ record, today, options, due }: Situation): SlotPlan {
  const previous = record.slots[otherSlot(record.current)];
  const isOver = today >= record.overlapEnds;
  const isWaiting = !isOver && (today >= due || isPending(options.request, record.handledRequests));
  const { publishedOn, overlapEnds, handledRequests, current } = record;
  return {
    // What is published stays, whatever its end: only a publish takes its place.
    slots: { ...occupied(record, isOver ? [] : slotNames, today), [current]: plannedSlot(currentOf(record)) },
    current,
    isPublish: false,
    record,
    publishedOn,
    overlapEnds,
    handledRequests,
    reason: isWaiting
      ? { code: "waiting", sentence: `The next rotation waits until the current overlap ends on ${overlapEnds}.` }
      : isOver && previous
        ? {
            code: "retired",
            sentence: `The overlap ended on ${overlapEnds}: generation ${previous.generation} is not kept.`,
          }
        : { code: "unchanged", sentence: `Nothing is due before ${later(due, overlapEnds)}.` },
    nextRotationOn: isPending(options.request, handledRequests) ? overlapEnds : later(due, overlapEnds),
  };
}

function rotationReason(facts: {
  isCompromised: boolean;
  isDue: boolean;
  due: Day;
  generation: number;
  target: SlotName;
  previous: SlotName;
}): PlanReason {
  const what = `generation ${facts.generation} goes into slot ${facts.target}`;
  if (facts.isCompromised) {
    return {
      code: "compromised",
      sentence: `Compromised: ${what}; slot ${facts.previous} is emptied after the publish.`,
    };
  }
  if (facts.isDue) return { code: "due", sentence: `Due since ${facts.due}: ${what}.` };
  return { code: "requested", sentence: `Requested: ${what}.` };
}

function freshSlot(generation: number, start: Day, schedule: RotationSchedule, options: PlanOptions): PlannedSlot {
  const end = addDays(start, schedule.lifetimeDays);
  return { generation, start, end, displayName: markOf(options.origin, generation) };
}

/** What every publish of this day has in common. */
function publishedToday(slot: PlannedSlot, schedule: RotationSchedule, today: Day) {
  const overlapEnds = addDays(today, schedule.overlapDays);
  return { publishedOn: today, overlapEnds, nextRotationOn: later(dueOn(slot, schedule), overlapEnds) };
}

/** What these slots hold, verbatim. An expired previous secret is useless: if it were lost, it would be minted again, expired. */
function occupied(record: PublishedRecord, names: readonly SlotName[], today: Day): SlotPlan["slots"] {
  const entries = names.flatMap((name) => {
    const slot = record.slots[name];
    return slot && slot.end > today ? [[name, plannedSlot(slot)] as const] : [];
  });
  return Object.fromEntries(entries);
}

function plannedSlot({ generation, start, end, displayName }: RecordedSlot): PlannedSlot {
  return { generation, start, end, displayName };
}

function isRollbackAsked(record: PublishedRecord | undefined, options: Pick<PlanOptions, "rollback">): boolean {
  if (options.rollback === undefined) return false;
  return !(record?.handledRequests ?? []).includes(rollbackHash(options.rollback));
}

function currentOf(record: PublishedRecord): RecordedSlot {
  // `readRecord` refuses a record whose current slot is empty.
  return record.slots[record.current] as RecordedSlot;
}
