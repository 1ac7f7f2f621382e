import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as pulumi from "@pulumi/pulumi";
import { type ProjectFiles, readProjectFiles } from "../../../configuration/project-files";
import { configurationInput, readStackConfiguration } from "../../../configuration/read-stack";
import type { ProgramInput } from "../../stack-program/read-program";
import { type RecordedStack, type RecordingRequest, reasonsOf, recordedSchema } from "./recorded-stack";
import { recordProgram } from "./recorder";
import { reviewInput } from "./review-input";
import { takeShortcuts } from "./sdk-shortcuts";

type Program = (read: () => Promise<ProgramInput>) => Promise<unknown>;

/** Far more than a program takes; a promise that never settles must not hold up a review. */
const longestProgram = 120_000;

/** The process that runs this revision's program for every stack it is asked for, one after the other. */
async function main(directory: string): Promise<void> {
  takeShortcuts();
  withoutNews();
  const { stacks } = JSON.parse(await text(process.stdin)) as RecordingRequest;
  const answers = createWriteStream("", { fd: 3 });
  let loaded: Promise<Loaded> | undefined;
  for (const stack of stacks) {
    const { recorded, isClean } = await watched(stack, async () => {
      // Once, and inside: a program that fails while it is loaded is a problem of the stacks, too.
      loaded ??= load(directory);
      return recordStack(stack, await loaded);
    });
    answers.write(`${JSON.stringify({ schema: recordedSchema, ...recorded })}\n`);
    // What is still under way would be counted with the next stack: a new process does the rest.
    if (!isClean) break;
  }
  // Whatever the last program still does must not end the process before the answers are written.
  for (const failure of ["uncaughtException", "unhandledRejection"]) process.on(failure, () => undefined);
  answers.end(() => process.exit(0));
}

async function load(directory: string): Promise<Loaded> {
  const files = readProjectFiles(directory);
  return { files, program: require(join(directory, files.project.main)) as Program };
}

/** What a program tells its engine would be written, line by line, to nobody. Its errors stay. */
function withoutNews(): void {
  Object.assign(console, { log: () => undefined, info: () => undefined, debug: () => undefined });
}

/**
 * Waits for one stack. Failures that nobody handles count: what they kept from being declared is missing in the records,
 * and must not pass for something taken away.
 */
async function watched(
  stack: string,
  record: () => Promise<RecordedStack>,
): Promise<{ readonly recorded: RecordedStack; readonly isClean: boolean }> {
  const unseen = new Promise<never>((_, reject) => {
    process.once("unhandledRejection", reject);
    process.once("uncaughtException", reject);
    setTimeout(() => reject(new Error("the program does not end")), longestProgram).unref();
  });
  unseen.catch(() => undefined);
  let isClean = false;
  // An unhandled rejection is told after the promises of this turn.
  const afterTurn = () => new Promise((resolve) => setImmediate(resolve));
  const settled = record()
    .catch((error: unknown) => failed(stack, error))
    .then(async (recorded) => {
      await afterTurn();
      isClean = true;
      return recorded;
    });
  try {
    return { recorded: await Promise.race([unseen, settled]), isClean };
  } catch (error) {
    return { recorded: failed(stack, error), isClean: false };
  } finally {
    process.removeAllListeners("unhandledRejection").removeAllListeners("uncaughtException");
  }
}

interface Loaded {
  readonly files: ProjectFiles;
  readonly program: Program;
}

async function recordStack(stack: string, { files, program }: Loaded): Promise<RecordedStack> {
  const input = configurationInput(files, stack);
  const configuration = readStackConfiguration(input);
  // For a program that reads a key by itself.
  pulumi.runtime.setAllConfig({ ...input.values }, [...(input.encryptedKeys ?? [])]);
  const recording = await recordProgram({ stack, project: files.project.name }, () =>
    program(async () => reviewInput(configuration)),
  );
  return { stack, domain: configuration.tenant.domain, reasons: reasonsOf(configuration), ...recording };
}

function failed(stack: string, error: unknown): RecordedStack {
  return { stack, problem: error instanceof Error ? error.message : String(error) };
}

void main(process.cwd());
