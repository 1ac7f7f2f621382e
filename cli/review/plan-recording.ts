import { commandLine } from "../../model/command-line";
import { CommandError } from "../shared/document";
import { type FileKind, kindOf } from "./changed-files";
import { hasToolSources } from "./revision-code";

/** Which stacks are recorded from which revision. */
export interface RecordingPlan {
  readonly base: readonly string[];
  readonly head: readonly string[];
  /** Those of the head that nothing differs for: one recording serves both sides. */
  readonly same: readonly string[];
  /** Those of them that are not recorded at all. */
  readonly untouched: readonly string[];
}

/** The paths of a revision's files; what stands behind a path does not matter here. */
type Paths = ReadonlyMap<string, unknown>;

/**
 * Which stacks each side computes. One that nothing differs for is computed once, by the head. One that nothing at all was touched
 * for is not computed, unless it is asked for by name: its program would be given the same twice.
 */
export function planRecording(
  base: Paths,
  head: Paths,
  changed: readonly string[],
  only: string | undefined,
): RecordingPlan {
  const isWanted = (stack: string) => only === undefined || stack === only;
  const [before, after] = [stacksIn(base).filter(isWanted), stacksIn(head).filter(isWanted)];
  if (only !== undefined && before.length + after.length === 0) throw unknownStack(only);
  // In a project of one's own the lock file names what each side runs with: one recording cannot serve both.
  const decides = new Set<FileKind>(hasToolSources(base) ? ["code"] : ["code", "lock-file"]);
  const sharedChanged = changed.some((path) => decides.has(kindOf(path)) || path === "access-policy.yaml");
  const [known, touched] = [new Set(before), new Set(changed)];
  const isSame = (stack: string) => !sharedChanged && known.has(stack) && !touched.has(fileOf(stack));
  const same = after.filter(isSame);
  // Another lock file concerns every stack: each gets its digest, to be applied with.
  const isUntouched = only === undefined && !changed.some((path) => kindOf(path) === "lock-file");
  const untouched = isUntouched ? same : [];
  const [isEqual, isLeftOut] = [new Set(same), new Set(untouched)];
  return {
    base: before.filter((stack) => !isEqual.has(stack)),
    head: after.filter((stack) => !isLeftOut.has(stack)),
    same,
    untouched,
  };
}

/** The stacks that a revision has files for, by name. */
export function stacksIn(files: Paths): readonly string[] {
  return [...files.keys()].flatMap((path) => stackOf(path) ?? []).sort();
}

/** The stack whose file a path is. */
export function stackOf(path: string): string | undefined {
  return /^Pulumi\.([^/]+)\.yaml$/.exec(path)?.[1];
}

function fileOf(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

function unknownStack(stack: string): CommandError {
  return new CommandError([
    {
      code: "unknown-stack",
      message: `neither revision has a stack ${stack}`,
      fix: `List the stacks: ${commandLine("stacks")}`,
    },
  ]);
}
