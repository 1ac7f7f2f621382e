import { holderOf } from "../../clients/processes";
import { isLockRefusal, readLocks, type StackLock } from "../../clients/pulumi/stack-lock";
import type { Stacks } from "../../clients/pulumi/stacks";
import { commandLine, counted, shellWord } from "../../model/command-line";
import type { CommandContext } from "../shared/command";
import { CommandError, type Problem } from "../shared/document";
import { isAgreed } from "../shared/question";

/** No rotation lasts this long; a lock that is younger may belong to a run that is alive. */
const SHORTEST_AGE_MINUTES = 60;

/** A lock that stood in the way and was removed. */
export interface BrokenLock {
  readonly holder: string;
  readonly ageMinutes: number;
}

export interface LockTools {
  readonly stack: string;
  readonly stacks: Pick<Stacks, "breakLocks">;
  /** What `--lock` says: `user@host:pid`, `user@host`, or several with commas. */
  readonly named: string | undefined;
  readonly context: CommandContext;
  /** Locks carry the time of the machine that took them, never an emulator's. */
  readonly now?: () => Date;
}

/** Answers what the action answers, or the refusal it met: a lock's words. */
export type Attempt<T> = () => Promise<{ readonly value: T } | { readonly refusal: string }>;

/**
 * Runs an action that needs the stack's lock. An existing lock is broken only when it was named and is older than an hour, or when a person
 * agrees; otherwise an error names holder and age.
 */
export async function throughLocks<T>(
  attempt: Attempt<T>,
  tools: LockTools,
): Promise<{ readonly value: T; readonly broken: readonly BrokenLock[] }> {
  const first = await attempt();
  if ("value" in first) return { value: first.value, broken: [] };
  const locks = readLocks(first.refusal);
  if (locks.length === 0) throw lockedByUnknown(tools.stack, first.refusal);
  const now = (tools.now ?? (() => new Date()))();
  await decide(locks, now, tools);
  // Minutes may have passed at the question, and someone else may recover at the same time: only the lock that the person agreed to may be broken.
  const again = await attempt();
  if ("value" in again) return { value: again.value, broken: [] };
  if (holders(readLocks(again.refusal)) !== holders(locks)) throw locked(readLocks(again.refusal), now, tools.stack);
  await tools.stacks.breakLocks(tools.stack);
  const last = await attempt();
  if ("refusal" in last) throw locked(readLocks(last.refusal), now, tools.stack);
  return { value: last.value, broken: locks.map((lock) => ({ holder: lock.holder, ageMinutes: age(lock, now) })) };
}

/** An attempt of something that throws. */
export function attemptOf<T>(action: () => Promise<T>): Attempt<T> {
  return async () => {
    try {
      return { value: await action() };
    } catch (error) {
      const { message } = error as Error;
      if (isLockRefusal(message ?? "")) return { refusal: message };
      throw error;
    }
  };
}

/** What a lock refusal says, as a problem. */
export function lockProblem(message: string, stack: string, now: Date = new Date()): Problem {
  const locks = readLocks(message);
  const [problem] = (locks.length === 0 ? lockedByUnknown(stack, message) : locked(locks, now, stack)).problems;
  return problem as Problem;
}

/** Returns when the locks may be broken; throws otherwise. */
async function decide(locks: readonly StackLock[], now: Date, tools: LockTools): Promise<void> {
  const { named, stack, context } = tools;
  const names = named?.split(",").map((name) => name.trim()) ?? [];
  const others = locks.filter(({ holder }) => !names.some((name) => holder === name || holder.startsWith(`${name}:`)));
  if (named !== undefined && others.length > 0) throw otherLock(named, others, now, stack);
  const seen = await Promise.all(locks.map(async (lock) => ({ lock, holder: await holderOf(lock) })));
  const running = seen.some(({ holder }) => holder === "running");
  // A run that is known to have ended needs no hour of grace.
  const waiting = seen.filter(({ lock, holder }) => holder !== "ended" && age(lock, now) < SHORTEST_AGE_MINUTES);
  if (named !== undefined && waiting.length === 0 && !running) return;
  const refusal = running
    ? stillRunning(locks, now, stack)
    : named === undefined
      ? locked(locks, now, stack, waiting.length > 0)
      : tooYoung(locks, now, stack);
  const warning = running ? " The process still RUNS on this machine." : "";
  const question = `${stack} is locked by ${describe(locks, now)}.${warning} Break the lock? A live run would continue beside this one.`;
  if (context.isTerminal && (await isAgreed(question, "", context))) return;
  throw refusal;
}

/** `mustWait`: the command that is named here would be refused now. */
function locked(locks: readonly StackLock[], now: Date, stack: string, mustWait = isYoung(locks, now)): CommandError {
  const command = commandLine("recover", "-s", stack, "--lock", locks.map(({ holder }) => holder).join(","));
  return refusalOf(
    "locked",
    `${stack} is locked by ${describe(locks, now)}`,
    mustWait
      ? `Wait until it ends. If it is dead, then ${fromWhen(locks, now)}: ${command}`
      : `When that run is dead: ${command}`,
  );
}

function tooYoung(locks: readonly StackLock[], now: Date, stack: string): CommandError {
  const grace = `a lock of another machine is broken when it is ${counted(SHORTEST_AGE_MINUTES, "minute")} old`;
  return refusalOf(
    "lock-too-young",
    `${stack} is locked by ${describe(locks, now)}; ${grace}`,
    `A run that recent may be alive. Try again ${fromWhen(locks, now)}, or run it in a terminal and answer its question.`,
  );
}

function isYoung(locks: readonly StackLock[], now: Date): boolean {
  return locks.some((lock) => age(lock, now) < SHORTEST_AGE_MINUTES);
}

/** When the youngest lock is old enough, by this machine's clock. */
function fromWhen(locks: readonly StackLock[], now: Date): string {
  const minutes = SHORTEST_AGE_MINUTES - Math.min(...locks.map((lock) => age(lock, now)));
  return `in ${counted(Math.max(minutes, 1), "minute")}`;
}

function otherLock(named: string, others: readonly StackLock[], now: Date, stack: string): CommandError {
  return refusalOf(
    "other-lock",
    `--lock names ${named}, but ${stack} is locked by ${describe(others, now)}`,
    "Another run has taken the lock in the meantime: check that run before you name it.",
  );
}

function stillRunning(locks: readonly StackLock[], now: Date, stack: string): CommandError {
  return refusalOf(
    "still-running",
    `${stack} is locked by ${describe(locks, now)}, which still runs on this machine`,
    "Wait for it, or interrupt it once with Ctrl-C: it then ends cleanly.",
  );
}

function lockedByUnknown(stack: string, message: string): CommandError {
  return refusalOf(
    "locked",
    `another run holds ${stack}, and the state store does not name it: ${message.split("\n")[0]}`,
    `Find it in the store's console. When that run is dead, run this, then recover again: pulumi cancel -s ${shellWord(stack)}`,
  );
}

function refusalOf(code: string, message: string, fix: string): CommandError {
  return new CommandError([{ code, message, fix }]);
}

function describe(locks: readonly StackLock[], now: Date): string {
  return locks
    .map((lock) => `${lock.holder} since ${timeOf(lock)} (${counted(age(lock, now), "minute")})`)
    .join(" and ");
}

function timeOf({ since }: StackLock): string {
  return Number.isNaN(since.getTime()) ? "an unreadable time" : since.toISOString().slice(0, 16).replace("T", " ");
}

/** Whole minutes; a time that cannot be read counts as new. */
function age({ since }: StackLock, now: Date): number {
  const minutes = Math.floor((now.getTime() - since.getTime()) / 60_000);
  return Number.isNaN(minutes) ? 0 : minutes;
}

function holders(locks: readonly StackLock[]): string {
  return locks
    .map(({ holder, since }) => `${holder} ${since.getTime()}`)
    .sort()
    .join("\n");
}
