import fc from "fast-check";
import { addDays, type Day, day, daysBetween, earlier } from "../../model/day";
import { type PlanOptions, planSlots } from "../../rotation/plan";
import { slotNames } from "../../rotation/record";
import { gridDay, type RotationSchedule } from "../../rotation/schedule";
import { replacedProblems } from "../../rotation/state-slots";
import { type Credential, type Failure, World } from "./world";

/** Per property; together several thousand histories of up to 25 runs. */
const RUNS = 500;
const START = day("2026-01-01");

interface Step {
  readonly gapDays: number;
  readonly failure: Failure;
  readonly request: string | undefined;
  readonly isCompromised: boolean;
  readonly rollback: string | undefined;
}

const tenantId = fc.uuid();
const defaults = tenantId.map((id) => ({ everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId: id }));

/** Any schedule that the configuration accepts. */
const schedules = fc
  .record({ everyDays: fc.integer({ min: 2, max: 400 }), overlap: fc.nat(), life: fc.nat({ max: 400 }), tenantId })
  .map(({ everyDays, overlap, life, tenantId }) => ({
    everyDays,
    overlapDays: 2 + (overlap % (everyDays - 1)),
    lifetimeDays: 2 * everyDays + life,
    tenantId,
  }));

const failures = fc.constantFrom<Failure>("none", "none", "none", "at-mint", "at-proof", "after-publish");

function steps(mostGapDays: number): fc.Arbitrary<readonly Step[]> {
  return fc.array(
    fc.record({
      gapDays: fc.integer({ min: 0, max: mostGapDays }),
      failure: failures,
      request: fc.option(fc.constantFrom("leaver", "audit", "drill"), { nil: undefined, freq: 3 }),
      isCompromised: fc.boolean(),
      rollback: fc.option(fc.constantFrom("consumer broke", "again"), { nil: undefined, freq: 4 }),
    }),
    { minLength: 1, maxLength: 25 },
  );
}

function optionsOf(step: Step): PlanOptions {
  return {
    origin: "dev",
    rollback: step.rollback,
    ...(step.request && { request: { text: step.request, isCompromised: step.isCompromised } }),
  };
}

/** Runs a history and shows every run to the check. */
function live(
  schedule: RotationSchedule,
  history: readonly Step[],
  check: (run: { world: World; today: Day; step: Step; outcome: ReturnType<World["run"]> }) => void,
): void {
  const world = new World();
  let today = START;
  for (const step of history) {
    today = addDays(today, step.gapDays);
    const outcome = world.run(today, schedule, optionsOf(step), step.failure);
    check({ world, today, step, outcome });
  }
}

/** `check` over generated histories of generated schedules. */
function always(check: Parameters<typeof live>[2], mostGapDays = 200): void {
  fc.assert(
    fc.property(schedules, steps(mostGapDays), (schedule, history) => live(schedule, history, check)),
    { numRuns: RUNS },
  );
}

describe("any history of runs, failures, requests and roll-backs", () => {
  it("never removes the published secret", () => {
    always(({ world, outcome }) => {
      if (world.vault) expect(world.entra.has(world.vault.keyId)).toBe(true);
      expect(outcome.removed).not.toContain(outcome.published);
    });
  });

  it("never leaves more than two of our credentials after a run that succeeded", () => {
    always(({ world, outcome }) => {
      if (!outcome.hasSucceeded) return;
      expect(world.entra.size).toBeLessThanOrEqual(2);
      expect(world.entra.size).toBe(slotNames.filter((name) => outcome.plan.slots[name]).length);
    });
  });

  it("publishes exactly what the record says", () => {
    always(({ world }) => {
      const record = world.record;
      if (world.vault) expect(record?.slots[record.current]?.keyId).toBe(world.vault.keyId);
    });
  });

  it("keeps a secret that was published until its overlap is over, unless it was compromised or expired", () => {
    fc.assert(
      fc.property(schedules, steps(60), (schedule, history) => {
        const keptUntil = new Map<string, Day>();
        let before: Credential | undefined;
        live(schedule, history, ({ world, today, outcome }) => {
          const now = world.vault && world.entra.get(world.vault.keyId);
          // An emergency that broke off has ended nothing yet: it may be taken back.
          if (outcome.plan.reason.code === "compromised" && now?.keyId !== before?.keyId) keptUntil.clear();
          else if (before && now?.keyId !== before.keyId) {
            keptUntil.set(before.keyId, earlier(addDays(today, schedule.overlapDays), before.slot.end));
          }
          before = now;
          for (const [keyId, until] of keptUntil) if (today < until) expect(world.entra.has(keyId)).toBe(true);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it("empties the previous slot in the same run when the secret was compromised", () => {
    always(({ world, outcome }) => {
      if (outcome.plan.reason.code !== "compromised" || !outcome.hasSucceeded) return;
      expect([...world.entra.keys()]).toEqual([world.vault?.keyId]);
    });
  });

  it("never mints an expired secret, nor one that the record knows, and a new one lives for at least another period", () => {
    fc.assert(
      fc.property(schedules, steps(200), (schedule, history) =>
        live(schedule, history, ({ today, outcome }) => {
          const recorded = Object.values(outcome.plan.record?.slots ?? {}).map(({ generation }) => generation);
          for (const { slot } of outcome.minted) {
            expect(recorded).not.toContain(slot.generation);
            expect(daysBetween(today, slot.end)).toBeGreaterThanOrEqual(schedule.everyDays);
          }
        }),
      ),
      { numRuns: RUNS },
    );
  });

  it("never publishes a lower generation, except when rolled back", () => {
    let highest = 0;
    let known: World | undefined;
    always(({ world, outcome }) => {
      if (world !== known) highest = 0;
      known = world;
      const { plan } = outcome;
      if (!plan.isPublish) return;
      const generation = plan.slots[plan.current]?.generation ?? 0;
      if (plan.reason.code !== "rolled-back") expect(generation).toBeGreaterThan(highest);
      if (outcome.published && world.record?.slots[plan.current]?.generation === generation) {
        highest = Math.max(highest, generation);
      }
    });
  });

  it("starts no rotation inside the overlap of the last publish, except for a compromised secret", () => {
    always(({ outcome: { plan } }) => {
      if (!plan.isPublish || !plan.record) return;
      if (plan.reason.code === "compromised" || plan.reason.code === "rolled-back") return;
      expect(plan.publishedOn >= plan.record.overlapEnds).toBe(true);
    });
  });

  it("makes the same plan of the same inputs", () => {
    always(({ outcome: { plan }, today, step }) => {
      const schedule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId: "x" };
      const options = optionsOf(step);
      expect(planSlots(plan.record, schedule, today, options)).toEqual(
        planSlots(plan.record, schedule, today, options),
      );
    });
  });

  it("does nothing when a run that succeeded is repeated on the same day", () => {
    fc.assert(
      fc.property(schedules, steps(100), (schedule, history) =>
        live(schedule, history, ({ world, today, step, outcome }) => {
          if (!outcome.hasSucceeded) return;
          const again = world.run(today, schedule, optionsOf(step));
          expect(again).toMatchObject({ minted: [], removed: [], hasSucceeded: true, published: outcome.published });
        }),
      ),
      { numRuns: RUNS },
    );
  });
});

describe("an emergency inside an overlap, which may break off and be taken back", () => {
  /** Days after a rotation that left two secrets, with more emergencies and roll-backs than a life has. */
  const troubles = fc.array(
    fc.record({
      gapDays: fc.nat({ max: 3 }),
      failure: failures,
      request: fc.option(fc.constantFrom("leak", "another leak"), { nil: undefined, freq: 2 }),
      isCompromised: fc.constant(true),
      rollback: fc.option(fc.constantFrom("consumer broke", "again"), { nil: undefined, freq: 2 }),
    }),
    { minLength: 2, maxLength: 8 },
  );

  it("costs no secret that the record keeps, and holds nobody up once the overlap is over", () => {
    let refused = 0;
    fc.assert(
      fc.property(defaults, troubles, (schedule, history) => {
        const world = new World();
        const rotatedOn = addDays(START, schedule.everyDays);
        for (const on of [START, rotatedOn]) world.run(on, schedule, { origin: "dev" });
        let today = rotatedOn;
        for (const step of history) {
          today = addDays(today, step.gapDays);
          const kept = world.record!;
          const { refusals } = world.run(today, schedule, optionsOf(step), step.failure);
          if (world.record?.publishedOn === kept.publishedOn && today < kept.overlapEnds) {
            for (const name of slotNames) {
              const keyId = kept.slots[name]?.keyId;
              if (keyId !== undefined && world.record.current === kept.current)
                expect(world.entra.has(keyId)).toBe(true);
            }
          }
          if (!refusals.some((sentence) => sentence.includes("an interrupted rotation has put"))) continue;
          refused += 1;
          expect(today < kept.overlapEnds).toBe(true);
          const after = planSlots(kept, schedule, kept.overlapEnds, { origin: "dev" });
          expect(replacedProblems(after, world.inState())).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
    expect(refused).toBeGreaterThan(5);
  });
});

describe("the default schedule", () => {
  it("lets no secret expire while it is published, as long as a run succeeds every 60 days", () => {
    const history = fc.array(
      fc.record({
        gapDays: fc.integer({ min: 1, max: 60 }),
        failuresBefore: fc.array(fc.constantFrom<Failure>("at-mint", "at-proof", "after-publish"), { maxLength: 3 }),
        request: fc.option(fc.uuid(), { nil: undefined, freq: 6 }),
      }),
      { minLength: 10, maxLength: 30 },
    );
    fc.assert(
      fc.property(defaults, history, (schedule, successes) => {
        const world = new World();
        let today = START;
        world.run(today, schedule, { origin: "dev" });
        for (const { gapDays, failuresBefore, request } of successes) {
          const options = { origin: "dev", ...(request && { request: { text: request, isCompromised: false } }) };
          failuresBefore.forEach((failure, index) => {
            const between = Math.floor((gapDays * (index + 1)) / (failuresBefore.length + 1));
            world.run(addDays(today, between), schedule, options, failure);
          });
          today = addDays(today, gapDays);
          const published = world.entra.get(world.vault!.keyId)!;
          // Just before this run: the longest that this secret had to last.
          expect(published.slot.end > today).toBe(true);
          expect(world.run(today, schedule, options).hasSucceeded).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("rotates once, however many periods were missed", () => {
    fc.assert(
      fc.property(defaults, fc.integer({ min: 90, max: 2000 }), (schedule, missedDays) => {
        const world = new World();
        world.run(START, schedule, { origin: "dev" });
        const today = addDays(START, missedDays);
        const outcomes = [0, 1, 2, 7, 8, 20].map((later) =>
          world.run(addDays(today, later), schedule, { origin: "dev" }),
        );
        expect(outcomes.map(({ plan }) => plan.isPublish)).toEqual([true, false, false, false, false, false]);
        expect(world.record?.slots[world.record.current]?.generation).toBe(2);
      }),
      { numRuns: RUNS },
    );
  });

  it("mints again for a failed run only when a grid line was crossed", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(schedules, gaps, fc.boolean(), (schedule, days, isFirst) => {
        const world = new World();
        if (!isFirst) world.run(START, schedule, { origin: "dev" });
        let today = isFirst ? START : addDays(START, schedule.everyDays);
        const grid = world.run(today, schedule, { origin: "dev" }, "at-proof").plan;
        let last = grid.slots[grid.current]!.start;
        for (const gap of days) {
          today = addDays(today, gap);
          const { minted, plan } = world.run(today, schedule, { origin: "dev" }, "at-proof");
          const line = gridDay(last, today, schedule);
          expect(plan.slots[plan.current]?.start).toBe(line);
          expect(minted).toHaveLength(line === last ? 0 : 1);
          last = line;
        }
      }),
      { numRuns: RUNS },
    );
  });
});
