import { terminalName } from "../../permissions/report/escape";
import { CommandError, type Problem } from "../shared/document";

type Variables = Readonly<Record<string, string | undefined>>;

/** Each command that a person may choose in the workflow operate, as the words of one command line. */
const operations: Readonly<Record<string, (chosen: Chosen) => readonly string[]>> = {
  preflight: ({ stack, identity }) => ["preflight", "-s", stack, "--as", identity],
  preview: ({ stack }) => ["up", "-s", stack, "--preview"],
  status: ({ stack }) => ["status", "-s", stack],
  verify: ({ stack }) => ["verify", "-s", stack],
  credentials: ({ stack }) => ["credentials", "-s", stack],
  "retire-orphans": ({ stack }) => ["credentials", "-s", stack, "--retire-orphans"],
  // Without a lock's holder it breaks none, and says who has it. Without an approved digest it grants nothing new.
  recover: ({ stack, lock, digest }) => ["recover", "-s", stack, ...lockOption(lock), ...digestOption(digest)],
  "recover-lost-state": ({ stack, digest }) => ["recover", "-s", stack, "--lost-state", ...digestOption(digest)],
  // With "=", so that a reason which begins with a dash stays a reason.
  compromised: ({ stack, reason }) => ["rotate", "-s", stack, `--compromised=${reason}`],
  rollback: ({ stack, reason }) => ["rotate", "-s", stack, `--rollback=${reason}`],
  stop: ({ stack }) => ["stop", "-s", stack, "--yes"],
  resume: ({ stack }) => ["resume", "-s", stack, "--yes"],
};

/** The names of all of them. */
export const operationNames: readonly string[] = Object.keys(operations);

interface Chosen {
  readonly stack: string;
  readonly identity: string;
  readonly reason: string;
  readonly lock: string;
  readonly digest: string;
}

const lockOption = (lock: string) => (lock === "" ? [] : [`--lock=${lock}`]);
const digestOption = (digest: string) => (digest === "" ? [] : [`--expect-digest=${digest}`]);

/** Azure Pipelines cannot leave a parameter empty: a blank stands for nothing. */
const withoutBlanks = (text = "") => text.replaceAll(" ", "");

/** Commands print what they were given, and the log of a job obeys these. */
const isObeyed = (text: string) => /##|^::|[\r\n]/.test(text);

/** The command line that a job's variables ask for. Throws one error that lists every variable that is wrong. */
export function operationIn({ STACK = "", COMMAND = "", IDENTITY = "", REASON = "", LOCK, DIGEST }: Variables) {
  const [lock, digest] = [withoutBlanks(LOCK), withoutBlanks(DIGEST)];
  const operation = Object.hasOwn(operations, COMMAND) ? operations[COMMAND] : undefined;
  const obeyed = Object.entries({ REASON, LOCK: lock, DIGEST: digest }).filter(([, text]) => isObeyed(text));
  const problems = [
    ...(STACK === "" ? [invalid("STACK names no stack", "Set it to the name of one.")] : []),
    ...(operation === undefined
      ? [invalid(`COMMAND is ${terminalName(COMMAND)}`, `It must be one of ${operationNames.join(", ")}.`)]
      : []),
    ...obeyed.map(([name]) =>
      invalid(`${name} holds ## or a line break, or begins with ::, which a log would obey`, "Write it without."),
    ),
  ];
  if (operation === undefined || problems.length > 0) throw new CommandError(problems);
  return operation({ stack: STACK, identity: IDENTITY, reason: REASON, lock, digest });
}

/** Commands of an operation that write a summary. */
const summarised: ReadonlySet<string | undefined> = new Set(["preflight", "up", "status", "rotate"]);

/** The same command line, which also writes its summary into this file; of a command that has none, as it is. */
export function withSummary(words: readonly string[], file: string | undefined): readonly string[] {
  return file === undefined || !summarised.has(words[0]) ? words : [...words, `--markdown=${file}`];
}

const invalid = (message: string, fix: string): Problem => ({ code: "invalid-option", message, fix });
