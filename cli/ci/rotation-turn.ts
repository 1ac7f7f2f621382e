import { safeJson } from "../../permissions/report/escape";
import { invalidOption } from "../shared/document";
import { entryOf, isReal, mostJobs, nameOf, type StackEntry, stacksIn, unusable } from "./stack-entries";

const millisecondsPerDay = 86_400_000;

export interface RotationTurn {
  readonly stacks: readonly StackEntry[];
  /** Stacks whose files have problems. They are reported separately and do not hold up the others. */
  readonly invalid: readonly string[];
}

interface TurnOptions {
  readonly only?: string | undefined;
  readonly today?: number;
  readonly most?: number;
}

/** The stacks that today's rotation visits, from what `stacks --json` printed. If one run cannot take them all, they take turns, day by day. */
export function planTurn(
  document: Readonly<Record<string, unknown>>,
  { only = "", today = Date.now(), most = mostJobs }: TurnOptions = {},
): RotationTurn {
  const listed = stacksIn(document);
  if (listed.length === 0) throw unusable(`no stack was listed: ${safeJson(document["problems"] ?? [])}`);
  const invalid = listed.filter(({ ok }) => ok !== true).map(nameOf);
  const real = listed.filter((entry) => entry.ok === true && isReal(entry)).map(entryOf);
  if (only !== "") {
    const chosen = real.filter(({ stack }) => stack === only);
    if (chosen.length === 0) {
      const known = real.map(({ stack }) => stack).join(", ") || "no stack";
      throw invalidOption(
        `--only must name a valid stack of a real tenant, got ${JSON.stringify(only)}`,
        `There is: ${known}.`,
      );
    }
    return { stacks: chosen, invalid: [] };
  }
  const turns = Math.max(1, Math.ceil(real.length / most));
  const turn = Math.floor(today / millisecondsPerDay) % turns;
  return { stacks: real.filter((_, place) => place % turns === turn), invalid };
}

/** What differs between the list a pipeline was compiled with and the project's own. */
export function listDifferences(
  document: Readonly<Record<string, unknown>>,
  expected: readonly string[],
): readonly string[] {
  const stacks = stacksIn(document);
  const real = stacks.filter((entry) => entry.ok !== true || isReal(entry)).map(nameOf);
  const solo = new Set(stacks.filter((entry) => entry.solo === true).map(nameOf));
  const missing = real.filter((name) => !expected.includes(name));
  const unknown = expected.filter((name) => !real.includes(name));
  return [
    ...missing.map((name) => `${name} is never rotated: add it to the parameter stacks`),
    ...unknown.map(
      (name) => `${name} ${solo.has(name) ? "is solo" : "has no stack file"}: take it out of the parameter stacks`,
    ),
  ];
}
