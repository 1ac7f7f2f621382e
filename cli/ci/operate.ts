import { invalidOption } from "../shared/document";

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

/** The command line that the variables of a job ask for. Throws `invalid-option` for anything else. */
export function operationIn({ STACK = "", COMMAND = "", IDENTITY = "", REASON = "", ...variables }: Variables) {
  // Azure Pipelines cannot leave a parameter empty: a blank stands for nothing.
  const lock = (variables["LOCK"] ?? "").replaceAll(" ", "");
  const digest = (variables["DIGEST"] ?? "").replaceAll(" ", "");
  // Commands print what they were given, and the log obeys these.
  if (/##|^::|[\r\n]/.test(REASON) || /##|^::|[\r\n]/.test(lock) || /##|^::|[\r\n]/.test(digest)) {
    throw invalidOption(
      "a reason, a lock or a digest holds ## or a line break, or begins with ::, which a log would obey",
      "Write it without.",
    );
  }
  const operation = Object.hasOwn(operations, COMMAND) ? operations[COMMAND] : undefined;
  if (operation === undefined || STACK === "") {
    throw invalidOption(
      operation === undefined ? "COMMAND names no command of the workflow operate" : "STACK names no stack",
      `COMMAND is one of ${operationNames.join(", ")}.`,
    );
  }
  return operation({ stack: STACK, identity: IDENTITY, reason: REASON, lock, digest });
}
