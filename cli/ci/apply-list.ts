import { safeJson } from "../../permissions/report/escape";
import { type Digest, isDigest } from "../shared/digest";
import { invalidOption } from "../shared/document";
import { entryOf, isReal, mostJobs, type StackEntry, stacksIn, unusable } from "./stack-entries";

interface StackToApply extends StackEntry {
  /** What its preview must have. */
  readonly digest: Digest;
}

export interface ApplyList {
  readonly stacks: readonly StackToApply[];
  /** Stacks of other parts. */
  readonly left: readonly string[];
}

export function readPart(given: string | undefined): number {
  const part = given === undefined || given === "" ? 1 : Number(given);
  if (Number.isInteger(part) && part >= 1) return part;
  throw invalidOption(
    `--part must be a whole number from 1 on, got ${JSON.stringify(given)}`,
    "Leave it out for the first part.",
  );
}

/** The jobs of one part, from what `approved --json` printed. An Azure pipeline has no limit of jobs. */
export function planApply(
  document: Readonly<Record<string, unknown>>,
  { part = 1, most = mostJobs }: { readonly part?: number; readonly most?: number } = {},
): ApplyList {
  const { schema, ok, digest, problems = [] } = document;
  // A document of a command that could not run has no digest; an empty list would look like "nothing to do".
  if (schema !== "partner-access/approved/1" || ok !== true || !isDigest(digest)) {
    throw unusable(`nothing was approved: ${safeJson(problems)}`);
  }
  const real = stacksIn(document)
    .filter(isReal)
    .map((listed) => {
      const entry = entryOf(listed);
      if (!isDigest(listed.digest)) throw unusable(`${entry.stack} has no digest`);
      return { ...entry, digest: listed.digest };
    });
  // Environments, connections, stages and variables ignore capitals.
  const names = real.map(({ stack }) => stack.toLowerCase());
  if (new Set(names).size < names.length)
    throw unusable("two stacks have names that differ in capitals only", "Rename one.");
  const isHere = (place: number) => Math.floor(place / most) === part - 1;
  return {
    stacks: real.filter((_, place) => isHere(place)),
    left: real.filter((_, place) => !isHere(place)).map(({ stack }) => stack),
  };
}

/**
 * A stack's name in the names of stages and variables, which hold letters, digits and underscores only. Two stacks never share one; the
 * pipelines' templates spell the same.
 */
export function azureName(stack: string): string {
  return stack.replaceAll("_", "__").replaceAll("-", "_d").replaceAll(".", "_p");
}

/** One variable per stack, named as Azure Pipelines allows. */
export function azureLines({ stacks }: ApplyList, expected: readonly string[]): readonly string[] {
  const missing = stacks.filter(({ stack }) => !expected.includes(stack)).map(({ stack }) => stack);
  if (missing.length > 0) {
    throw invalidOption(
      `the pipeline was not compiled with ${missing.join(", ")}`,
      "Add each to the pipeline's parameter stacks.",
    );
  }
  return stacks.map(
    ({ stack, digest }) => `##vso[task.setvariable variable=digest_${azureName(stack)};isOutput=true]${digest}`,
  );
}
