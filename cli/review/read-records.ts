import {
  isRecordedStack,
  type RecordedStack,
  recordedSchema,
} from "../../components/partner-access/recording/recorded-stack";
import { name as packageName, version } from "../../package.json";
import { type QuietProgram, runQuietly } from "./quiet-process";
import { codeIn } from "./revision-code";

/** A program that breaks a process is left after so many; a change that breaks all must not take an hour. */
const mostProcesses = 30;

/** A start takes as long as forty programs. The SDK keeps 33 kB of every program that ran, so even one process has an end. */
const stacksAProcess = 2000;

/** A checkout, ready to be run. */
type Checkout = Pick<QuietProgram, "directory" | "signal">;

const notInstalled = `its program cannot be run for a review: ${packageName} is not installed there`;

/** The records of these stacks, in their order, by one revision's own code. A stack without an answer has a problem, never an empty list. */
export async function readRecords(stacks: readonly string[], revision: Checkout): Promise<readonly RecordedStack[]> {
  const found: RecordedStack[] = [];
  for (let start = 0; start < stacks.length; start += stacksAProcess) {
    found.push(...(await readSome(stacks.slice(start, start + stacksAProcess), revision)));
  }
  return found;
}

/** One process does them all; another goes on where a program left it unfit. */
async function readSome(stacks: readonly string[], revision: Checkout): Promise<readonly RecordedStack[]> {
  const code = codeIn(revision.directory);
  if (code === undefined) return stacks.map((stack) => ({ stack, problem: notInstalled }));
  const program = { ...revision, preloads: code.preloads, entry: code.recorder };
  const found = new Map<string, RecordedStack>();
  const wanted = new Set(stacks);
  for (let round = 0; round < mostProcesses && found.size < stacks.length; round++) {
    const missing = stacks.filter((stack) => !found.has(stack));
    const { answer, end } = await runQuietly(program, { stacks: missing });
    const recorded = answersIn(answer).filter(({ stack }) => wanted.has(stack) && !found.has(stack));
    for (const stack of recorded) found.set(stack.stack, stack);
    const [first] = missing;
    // The process ended without a word about the stack it began with.
    if (recorded.length === 0 && first !== undefined) {
      found.set(first, { stack: first, problem: `its program cannot be run for a review: the process ${end}` });
    }
  }
  return stacks.map(
    (stack) => found.get(stack) ?? { stack, problem: `not tried: ${mostProcesses} processes ended on other stacks` },
  );
}

/** Whole lines only: a process that was ended may leave half of one. A program can write there too: what is no answer is left out. */
function answersIn(text: string): readonly RecordedStack[] {
  return text
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => answerIn(line) ?? []);
}

function answerIn(line: string): RecordedStack | undefined {
  try {
    const { schema = recordedSchema, ...answer } = JSON.parse(line);
    if (schema !== recordedSchema && typeof answer.stack === "string") return otherForm(answer.stack, String(schema));
    return isRecordedStack(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** A program of another version of this package may write what this one would misread. */
function otherForm(stack: string, schema: string): RecordedStack {
  return {
    stack,
    problem: `its records have the form ${schema}, and version ${version} of ${packageName} reads ${recordedSchema}`,
  };
}
