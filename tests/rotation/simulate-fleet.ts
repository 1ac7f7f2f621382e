import { createHash } from "node:crypto";
import { addDays, type Day, day, daysBetween } from "../../model/day";
import { planSlots } from "../../rotation/plan";
import { recordAfter } from "../../rotation/publication";
import type { PublishedRecord } from "../../rotation/record";

/** How many tenants, for how long, and how badly their schedule runs. */
export interface FleetOptions {
  readonly tenants: number;
  readonly days: number;
  /** Days over which the tenants are onboarded, evenly. */
  readonly onboardingDays: number;
  /** Share of daily runs that do not happen, tenant by tenant. */
  readonly missedShare: number;
  /** Stretches in which no tenant's run happens. */
  readonly outages: readonly { readonly fromDay: number; readonly days: number }[];
  readonly everyDays: number;
  readonly overlapDays: number;
  readonly lifetimeDays: number;
  /** The same seed gives the same figures. */
  readonly seed: string;
}

/** What came of it. Rotations are counted without the first publish. */
export interface FleetFigures {
  readonly rotations: number;
  readonly rotationsPerTenant: number;
  /** Mean over the days from the first rotation on. */
  readonly meanPerDay: number;
  readonly busiestDay: number;
  readonly busiestToMean: number;
  /** Greatest age of a published secret, from its publish to the next one. */
  readonly oldestPublishedDays: number;
  /** Least life that a published secret had left when it was replaced; negative means it had expired. */
  readonly leastLifeLeftDays: number;
}

const FIRST_DAY = day("2026-01-01");

/** Runs a fleet's schedule in thought: what a fleet costs on its busiest day, and how old secrets get. */
export function simulateFleet(options: FleetOptions): FleetFigures {
  const perDay = new Map<number, number>();
  let oldest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let tenant = 0; tenant < options.tenants; tenant += 1) {
    simulateTenant(tenant, options, (index, ageDays, lifeLeftDays) => {
      perDay.set(index, (perDay.get(index) ?? 0) + 1);
      oldest = Math.max(oldest, ageDays);
      least = Math.min(least, lifeLeftDays);
    });
  }
  const counts = [...perDay.values()];
  const rotations = counts.reduce((sum, count) => sum + count, 0);
  const busiestDay = Math.max(0, ...counts);
  const meanPerDay = rotations / Math.max(1, options.days - Math.min(...perDay.keys()));
  return {
    rotations,
    rotationsPerTenant: rotations / options.tenants,
    meanPerDay,
    busiestDay,
    busiestToMean: busiestDay / meanPerDay,
    oldestPublishedDays: oldest,
    leastLifeLeftDays: least,
  };
}

type OnRotation = (dayIndex: number, ageDays: number, lifeLeftDays: number) => void;

function simulateTenant(tenant: number, options: FleetOptions, onRotation: OnRotation): void {
  const tenantId = guid(`${options.seed} tenant ${tenant}`);
  const schedule = { ...options, tenantId };
  let record: PublishedRecord | undefined;
  const joinsOn = Math.floor((tenant * options.onboardingDays) / options.tenants);
  // Between two rotations a plan publishes nothing; asking on each of those days would only cost time.
  let wakesOn = joinsOn;
  for (let index = joinsOn; index < options.days; index = Math.max(index + 1, wakesOn)) {
    if (!happens(tenant, index, options)) continue;
    const today = addDays(FIRST_DAY, index);
    const plan = planSlots(record, schedule, today, { origin: "fleet" });
    wakesOn = daysBetween(FIRST_DAY, plan.nextRotationOn);
    if (!plan.isPublish) continue;
    if (record) onRotation(index, ...lifeOf(record, today));
    const keyId = guid(`${tenantId} ${index}`);
    record = recordAfter(plan, { id: tenantId, tenantId }, { a: keyId, b: keyId });
  }
}

function lifeOf(record: PublishedRecord, today: Day): [ageDays: number, lifeLeftDays: number] {
  return [daysBetween(record.publishedOn, today), daysBetween(today, record.slots[record.current]?.end ?? today)];
}

function happens(tenant: number, index: number, { outages, missedShare, seed }: FleetOptions): boolean {
  if (outages.some(({ fromDay, days }) => index >= fromDay && index < fromDay + days)) return false;
  return fraction(`${seed} run ${tenant} ${index}`) >= missedShare;
}

/** A number from 0 to 1 that a text decides: random enough, and the same on every machine. */
function fraction(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}

function guid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
