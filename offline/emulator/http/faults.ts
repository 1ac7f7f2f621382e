import { z } from "zod";
import { globToRegExp } from "./glob";
import type { Service } from "./route";

const services = [
  "metadata",
  "entra",
  "graph",
  "arm",
  "vault",
  "partner-center",
  "insights",
] as const satisfies readonly Service[];

/** One line of the fault plan, as `POST /_emulator/faults` takes it. */
export const faultSchema = z
  .strictObject({
    service: z.enum(services).optional(),
    method: z.string().min(1).optional(),
    path: z.string().min(1).optional(),
    nth: z.int().min(1).optional(),
    times: z.int().min(1).optional(),
    probability: z.number().min(0).max(1).optional(),
    seed: z.int().optional(),
    when: z.enum(["before", "after"]),
    action: z.enum(["status", "hang", "reset", "truncate"]),
    status: z.int().min(200).max(599).optional(),
    retryAfter: z.union([z.int().min(0), z.string().min(1)]).optional(),
    body: z.json().optional(),
  })
  .superRefine((fault, context) => {
    const add = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (fault.action === "status" && fault.status === undefined) add("status", 'is required with action "status"');
    if (fault.action === "hang" || fault.action === "reset") {
      for (const name of ["status", "retryAfter", "body"] as const) {
        if (fault[name] !== undefined) add(name, `means nothing with action "${fault.action}": nothing is answered`);
      }
    }
    if (fault.seed !== undefined && fault.probability === undefined) add("seed", "means nothing without probability");
  });

export type Fault = z.infer<typeof faultSchema>;

interface Call {
  readonly service: Service;
  readonly method: string;
  readonly path: string;
}

/** The faults that may apply to one call: chosen when it arrives, used up only when one applies. */
export interface Strike {
  take(when: Fault["when"]): Fault | undefined;
}

/** The current fault plan with its counters. */
export class FaultPlan {
  private armed: ArmedFault[] = [];

  /** Replaces the plan and resets every count. */
  set(faults: readonly Fault[]): void {
    this.armed = faults.map((fault, index) => new ArmedFault(fault, index));
  }

  list(): readonly Fault[] {
    return this.armed.map(({ fault }) => fault);
  }

  /** Counts the call for every fault that matches it, and returns those that apply: the first of the list in each phase. */
  meet(call: Call): Strike {
    const striking = this.armed.filter((armed) => armed.meets(call));
    return {
      take(when) {
        const first = striking.find(({ fault, isSpent }) => fault.when === when && !isSpent);
        first?.spend();
        return first?.fault;
      },
    };
  }
}

class ArmedFault {
  private met = 0;
  private struck = 0;
  private readonly pattern: RegExp | undefined;
  private readonly random: () => number;

  constructor(
    readonly fault: Fault,
    index: number,
  ) {
    this.pattern = fault.path === undefined ? undefined : globToRegExp(fault.path);
    this.random = seededRandom(fault.seed ?? index);
  }

  /** The n-th call alone by default; from the n-th on with `times` or `probability`; every call without `nth`. */
  private get limit(): number {
    const { nth, times, probability } = this.fault;
    return times ?? (nth !== undefined && probability === undefined ? 1 : Number.POSITIVE_INFINITY);
  }

  get isSpent(): boolean {
    return this.struck >= this.limit;
  }

  spend(): void {
    this.struck += 1;
  }

  meets(call: Call): boolean {
    if (!this.matches(call)) return false;
    this.met += 1;
    const { nth = 1, probability } = this.fault;
    if (this.met < nth) return false;
    // Draw a number for every call that could be hit, so that the rest of the plan does not change what happens to the same calls.
    return (probability === undefined || this.random() < probability) && !this.isSpent;
  }

  private matches({ service, method, path }: Call): boolean {
    const { fault } = this;
    if (fault.service !== undefined && fault.service !== service) return false;
    if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
    return this.pattern === undefined || this.pattern.test(path);
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
