import { seededRandom } from "../../../offline/emulator/http/faults";
import type { DrivenTenant, RunChanges } from "../../support/driver/driven-tenant";
import { type Foreigners, plantForeigners, seenOf } from "./foreigners";
import { retireOrphansOf } from "./looking";

interface Dice {
  /** A whole number from 0 to below `sides`. */
  below(sides: number): number;
  one<T>(choices: readonly T[]): T;
}

function dice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (sides: number) => Math.floor(random() * sides);
  return { below, one: (choices) => choices[below(choices.length)] as (typeof choices)[number] };
}

/** A day in the life of a stack: mostly nothing or the schedule, now and then a request, an emergency, a roll-back, a fault. */
function anyRun(roll: Dice, index: number): RunChanges {
  return roll.one<RunChanges>([
    {},
    {},
    {},
    { rotation: { request: `request ${index}` } },
    { rotation: { request: `leak ${index}`, compromised: true } },
    { rollback: `again ${index}` },
    { rotation: { lifetimeDays: 200 + roll.below(100) } },
    { stack: `renamed-${roll.below(3)}` },
  ]);
}

const faults = [
  [],
  [],
  [{ service: "graph", path: "**/addPassword", when: "after", action: "reset", times: 1 }],
  [{ service: "graph", path: "**/removePassword", when: "before", action: "status", status: 403, times: 1 }],
  [{ service: "arm", method: "PUT", when: "after", action: "status", status: 409, times: 1 }],
  [{ service: "entra", when: "before", action: "status", status: 503, probability: 0.2, seed: 7 }],
];

/** What all runs did together: where nothing was minted or retired, nothing was put to the test. */
export interface Counts {
  readonly runs: number;
  readonly refused: number;
  readonly minted: number;
  readonly retired: number;
  readonly foreign: number;
}

/** One stack among foreigners, run after run; after each of them everything foreign must be as it was. */
export async function liveAmongForeigners(tenant: DrivenTenant, seed: number, runs: number): Promise<Counts> {
  const counts = { runs, refused: 0, minted: 0, retired: 0, foreign: 0 };
  const roll = dice(seed);
  tenant.restart();
  expect(await tenant.up()).toMatchObject({ ok: true });
  const foreigners: Foreigners = await plantForeigners(tenant, roll);
  const before = seenOf(tenant, foreigners);
  // Eight credentials, a twin of the application, an owner of both objects, a grant, four entries, and whoever may read them.
  expect(Object.keys(before).filter((what) => !what.startsWith("role assignment"))).toHaveLength(16);
  counts.foreign = Object.keys(before).length;
  for (let index = 0; index < runs; index += 1) {
    tenant.advance(roll.one([0, 1, 3, 8, 30, 90]));
    await tenant.emulator.control("POST", "faults", roll.one(faults));
    const run = await tenant.up(anyRun(roll, index));
    await tenant.emulator.control("POST", "faults", []);
    if (!run.ok) counts.refused += 1;
    counts.minted += run.steps.filter((step) => /^(create|replace) partner-secret-/.test(step)).length;
    counts.retired += await retireOrphansOf(tenant);
    expect({ seed, index, seen: seenOf(tenant, foreigners) }).toEqual({ seed, index, seen: before });
  }
  return counts;
}
