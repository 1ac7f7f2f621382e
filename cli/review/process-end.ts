import { counted } from "../../model/command-line";
/** How a process of a review ended. */
export interface ProcessEnd {
  /** Null after a signal. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly isTimedOut: boolean;
  /** The end of what it wrote to standard error. */
  readonly errors: string;
}

/** What only frames an error in Node's output: where it was thrown, its properties, the version. */
const frames = [
  /^\s*at .+/,
  /^\s*\^+$/,
  /^[\s}\]{[]*$/,
  /^Node\.js v\d/,
  /^\s+[\w[\]().]+: .*[,{]?$/,
  /^.+:\d+$/,
  /^\s*throw /,
  /^---/,
];
const errorLine = /^(?:Uncaught |\[)?(?:[\w.$]*(?:Error|Exception)\b|FATAL ERROR:)/;
const mostLines = 3;

/** What an error means here, where its own words do not say it. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/heap out of memory|Allocation failed/, "it ran out of memory"],
  [
    /serializing property "__provider"/,
    "it declares a dynamic provider (pulumi.dynamic), whose code a review can neither serialize nor judge: " +
      "declare resources of azuread and azure-native instead",
  ],
];

/** A clause on how a process ended that gave no answer, with the error it wrote. */
export function endText({ code, signal, isTimedOut, errors }: ProcessEnd, longestMinutes: number): string {
  if (isTimedOut) return `did not end within ${counted(longestMinutes, "minute")} and was stopped`;
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  const why = errorIn(errors);
  if (why === "") return `${how} without an answer and without an error: the program may end its own process`;
  const meaning = meanings.find(([pattern]) => pattern.test(errors))?.[1];
  return `${how}: ${meaning === undefined ? why : meaning}`;
}

/** The last error in Node's output, without what frames it; else the last lines that say something. */
function errorIn(errors: string): string {
  const lines = errors.split("\n").map((line) => line.trimEnd());
  const start = lines.findLastIndex((line) => errorLine.test(line));
  const told = (start < 0 ? lines : lines.slice(start)).filter((line) => !frames.some((frame) => frame.test(line)));
  return (start < 0 ? told.slice(-mostLines) : told.slice(0, mostLines)).join("\n").trim();
}
