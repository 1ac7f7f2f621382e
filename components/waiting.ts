import * as pulumi from "@pulumi/pulumi";
import { counted } from "../model/command-line";

/** How long a look-up may take. The providers repeat what Microsoft throttles or fails to answer, so this is generous. */
export const LOOK_UP_MINUTES = 5;

/** For what the engine is doing in this run: it has limits of its own. */
export const NO_LIMIT = Number.POSITIVE_INFINITY;

/** What the program is waiting to learn, in the words of its errors. */
const waiting = new Set<{ readonly question: string }>();

/** What has begun and not ended: programs, and components by name. */
const unfinished = new Set<{ readonly who: string }>();

let lastAnswered: string | undefined;

/** Whether an answer came too late: the call for it is still open, and keeps the process alive. */
let isLate = false;

/** Time for the SDK to tell the engine why the program failed. */
const LAST_WORDS_MS = 5000;

/** Waits for one answer, by name and for a limited time. Everything that the program waits for comes through here. */
export async function waitFor<T>(question: string, ask: () => Promise<T>, minutes = LOOK_UP_MINUTES): Promise<T> {
  const wait = { question };
  waiting.add(wait);
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    if (minutes === NO_LIMIT) return;
    // It must not keep the process alive: when nothing else does, no answer can come, and the guard below says so at once.
    timer = setTimeout(() => {
      isLate = true;
      reject(new Error(`no answer within ${counted(minutes, "minute")}`));
    }, minutes * 60_000).unref();
  });
  try {
    return await Promise.race([ask(), tooLong]);
  } finally {
    clearTimeout(timer);
    waiting.delete(wait);
    lastAnswered = question;
  }
}

/**
 * Runs the body of a program or of a component, which is named. A promise that never settles keeps no process alive: Node would end the
 * program early and without an error, and the engine deletes what a program that ended did not declare.
 */
export async function runToTheEnd<T>(who: string, body: () => Promise<T>): Promise<T> {
  // The SDK reports the end from a listener that it adds later, so this one comes first.
  if (!process.listeners("beforeExit").includes(refuseEarlyEnd)) process.prependListener("beforeExit", refuseEarlyEnd);
  const run = { who };
  unfinished.add(run);
  try {
    return await body();
  } catch (error) {
    // The engine waits for the process, and the process for the open call. The SDK turns this into the code of a failed program.
    if (isLate) setTimeout(() => process.exit(), LAST_WORDS_MS);
    throw error;
  } finally {
    unfinished.delete(run);
  }
}

function refuseEarlyEnd(): void {
  if (unfinished.size === 0) return;
  const questions = [...new Set([...waiting].map(({ question }) => question))];
  const who = [...new Set([...unfinished].map((run) => run.who))].join(", ");
  // Once: the error itself keeps the process alive for another turn.
  unfinished.clear();
  waiting.clear();
  throw withoutStack(
    new pulumi.RunError(
      `${who}: Cannot tell ${questions.join(", and ") || `what follows after ${lastAnswered ?? "the start"}`}; nothing was deleted: ` +
        "the program was still waiting, and nothing was left that could answer. Run it again; if this comes back, report it",
    ),
  );
}

/** Keeps a stack trace that helps nobody out of the engine's report. */
export function withoutStack<E extends Error>(error: E): E {
  return Object.assign(error, { stack: error.message });
}
