import { createInterface } from "node:readline/promises";
import { openIdTenant, readCloudEndpoints } from "../../clients/entra/clouds";
import { readProjectName } from "../../configuration/project-files";
import type { CommandContext } from "../shared/command";
import { CommandError, invalidOption, problemsOf } from "../shared/document";
import { answerProblem } from "./answer-problems";
import type { NewCommandOptions } from "./declaration";
import { questions, type StackDraft } from "./stack-file-draft";

type Question = (typeof questions)[number];
type Answers = Map<Question["key"], string>;

/** A domain's public document is read at once, or the person is asked. */
const longestLookup = 10_000;

/** What the options say and what the domain's public document tells; the rest is asked on a terminal, and missing elsewhere. */
export async function readDraft(
  alias: string,
  options: NewCommandOptions,
  context: CommandContext,
): Promise<StackDraft> {
  if (options.solo) refuseWriter(options);
  const asked = questions.filter(({ key }) => !options.solo || (key !== "vaultClientId" && key !== "vaultMode"));
  const answers: Answers = new Map();
  for (const { key } of asked) {
    const given = options[key];
    if (given !== undefined) answers.set(key, given);
  }
  await complete(asked, answers, context);
  const answer = (key: Question["key"]) => answers.get(key)?.trim() ?? "";
  return {
    alias,
    project: readProjectName(context.projectDirectory),
    tenantId: answer("tenantId"),
    domain: answer("domain"),
    user: answer("user"),
    // The person administers the tenant, so no second visit is needed.
    assignedBy: options.assignedBy ?? (options.solo ? "deployer" : undefined),
    vaultTenantId: answer("vaultTenantId") || undefined,
    subscriptionId: answer("subscriptionId"),
    vaultClientId: options.solo ? undefined : answer("vaultClientId"),
    resourceGroup: answer("resourceGroup"),
    vaultName: answer("vaultName"),
    vaultMode: answer("vaultMode") || "existing",
  };
}

/** Finds every answer that is open, in the order of the questions. */
async function complete(asked: readonly Question[], answers: Answers, context: CommandContext): Promise<void> {
  const open = asked.filter(({ key }) => !answers.has(key));
  // The tenant id follows from the domain.
  const missing = open.filter((question) => !("isOptional" in question) && question.key !== "tenantId");
  if (missing.length > 0 && !context.isTerminal) throw missingFlags(missing.map(({ key }) => key));
  const prompt = missing.length > 0 ? createPrompt(context) : undefined;
  try {
    for (const question of open) {
      if (question.key === "tenantId" && (await findTenant(answers, prompt, context))) continue;
      if (prompt !== undefined) answers.set(question.key, await prompt.ask(question));
    }
  } finally {
    prompt?.close();
  }
}

/** Whether the domain names its tenant. Where it cannot be found, a person is told why and asked; without a terminal it is an error. */
async function findTenant(
  answers: Answers,
  prompt: Prompt | undefined,
  { env, signal, stderr }: CommandContext,
): Promise<boolean> {
  const domain = answers.get("domain")?.trim() ?? "";
  try {
    const budgetMs = longestLookup;
    const metadataHost = env["ARM_METADATA_HOSTNAME"] || undefined;
    const { authority } = await readCloudEndpoints({ cloud: "public", metadataHost, signal, budgetMs });
    answers.set("tenantId", await openIdTenant({ authority, domain, signal, budgetMs }));
    stderr.write(`Partner tenant id: ${answers.get("tenantId")}, which ${domain} names\n`);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    const reason = problemsOf(error)
      .map(({ message }) => message)
      .join("; ");
    if (prompt === undefined) throw unknownTenant(domain, reason);
    stderr.write(`  ${reason}\n`);
    return false;
  }
}

interface Prompt {
  /** The first answer that the stack file would take. */
  ask(question: Question): Promise<string>;
  close(): void;
}

function createPrompt({ stdin, stderr, signal }: CommandContext): Prompt {
  const prompt = createInterface({ input: stdin, output: stderr });
  // Lines are kept as they come: a pasted block of answers must not be lost between two questions.
  const lines = prompt[Symbol.asyncIterator]();
  const stop = () => prompt.close();
  signal.addEventListener("abort", stop, { once: true });
  return {
    async ask(question) {
      for (;;) {
        stderr.write(`${question.ask} (${question.hint}): `);
        const { value, done } = await lines.next();
        if (done === true) throw missingFlags([question.key]);
        const problem = answerProblem(question, value);
        if (problem === undefined) return value;
        stderr.write(`  ${problem}\n`);
      }
    },
    close() {
      signal.removeEventListener("abort", stop);
      prompt.close();
    },
  };
}

function refuseWriter({ vaultClientId, vaultMode }: NewCommandOptions): void {
  if (vaultClientId === undefined && vaultMode === undefined) return;
  throw invalidOption(
    "--vault-client-id and --vault-mode do not go with --solo: the person writes the vault, which is created where it is missing",
    "Leave them out.",
  );
}

const flagOf = (key: string) => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function missingFlags(keys: readonly string[]): CommandError {
  return new CommandError([
    {
      code: "missing-answer",
      message: `there is no terminal to ask on, and ${keys.map(flagOf).join(", ")} ${keys.length === 1 ? "is" : "are"} missing`,
      fix: "Give every answer as an option, or run it in a terminal.",
    },
  ]);
}

function unknownTenant(domain: string, reason: string): CommandError {
  return new CommandError([
    {
      code: "missing-answer",
      message: `the tenant of ${JSON.stringify(domain)} could not be found: ${reason}`,
      fix: "Compare the domain, or name the tenant with --tenant-id.",
    },
  ]);
}
