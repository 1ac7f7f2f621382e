import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Ended, type Running, startCommand } from "../kills/command";
import { applicationOf, consumerProblems, foreignNames, problemsAfterRecovery } from "../kills/examine";
import { ageLocks, lockHolders, stateFolder } from "../kills/left-behind";
import { type CallList, delayAt, type KillPoint } from "../kills/points";
import { type JournalEntry, type Journey, startJourney } from "./journey";
import { shortenProof } from "./shorten-proof";

const stack = "dev";

/** What became of one kill. */
export interface KillResult {
  readonly point: KillPoint;
  /** The call it met; undefined when the rotation ended without making that many. */
  readonly call: string | undefined;
  /** How many processes were killed. */
  readonly killed: number;
  /** Whether the killed run left the stack locked. */
  readonly isLocked: boolean;
  readonly problems: readonly string[];
  readonly seconds: number;
}

/**
 * One deployed stack on a day on which it is due, to be killed again and again from there. With `first`, each time begins with
 * a rotation that is killed there, and what is under test is the recovery after it: it may be killed like anything else.
 */
export interface KillLane {
  /** The calls of an undisturbed rotation or recovery. */
  listCalls(first?: KillPoint): Promise<CallList>;
  tryPoint(point: KillPoint, first?: KillPoint): Promise<KillResult>;
  stop(): Promise<void>;
}

/**
 * Deploys, rotates once, and waits until the next rotation is due while the slot it needs still holds the secret before: so
 * that the rotation under test mints, proves, publishes and removes.
 */
export async function openKillLane(seed = 1): Promise<KillLane> {
  const journey = await startJourney(stack);
  try {
    await shortenProof(journey);
    await deploy(journey);
    return createLane(journey, await keepDeployed(journey), seed);
  } catch (error) {
    await journey.stop();
    throw error;
  }
}

function createLane(journey: Journey, restore: () => Promise<string>, seed: number): KillLane {
  const begin = async (first: KillPoint | undefined) => {
    const now = await restore();
    if (first === undefined) return { now, victim: ["rotate", "-s", stack] };
    demandKill(await killAt(journey, first, { now, victim: ["rotate", "-s", stack], delay: 0 }));
    return { now, victim: recoverHoursLater(journey) };
  };
  return {
    async listCalls(first) {
      const { now, victim } = await begin(first);
      const { result, calls } = await journey.during(() => startCommand(journey, victim, now).ended);
      demandSuccess(result, `the undisturbed ${victim[0]}`);
      const problems = await problemsAfterRecovery(journey, { PARTNER_ACCESS_NOW: now });
      if (problems.length > 0) throw new Error(`the undisturbed ${victim[0]} leaves: ${problems.join("; ")}`);
      return calls.map(describeCall);
    },
    async tryPoint(point, first) {
      const startedAt = performance.now();
      const { now, victim } = await begin(first);
      const kill = await killAt(journey, point, { now, victim, delay: delayAt(point, seed) });
      const outcome = "pids" in kill ? await recover(journey, kill, now) : notReached(kill, victim);
      return { point, ...outcome, seconds: (performance.now() - startedAt) / 1000 };
    },
    stop: () => journey.stop(),
  };
}

function notReached({ code, stdout, stderr }: Ended, victim: readonly string[]) {
  const problem = `${victim[0]} ended without this call, with exit code ${code}: ${stdout} ${stderr}`;
  return { call: undefined, killed: 0, isLocked: false, problems: [problem] };
}

function demandKill(kill: Kill | Ended): void {
  if (!("pids" in kill)) throw new Error(notReached(kill, ["rotate"]).problems[0]);
}

/** A kill that took place: of which processes, at which call. */
interface Kill {
  readonly pids: readonly number[];
  readonly call: string;
}

/** Runs a command and kills it at the point; answers how it ended when it did so before. */
async function killAt(
  journey: Journey,
  { n, station }: KillPoint,
  { now, victim, delay }: { readonly now: string; readonly victim: readonly string[]; readonly delay: number },
): Promise<Kill | Ended> {
  const before = (await journey.calls()).at(-1)?.n ?? 0;
  let running: Running | undefined;
  let ignore: (() => void) | undefined;
  let isDue = false;
  const killed = new Promise<Kill>((done) => {
    ignore = journey.emulator.onPassage((at, call) => {
      // From the point on no further call is let in: the delay must not lead beyond the next one.
      if (isDue && at === "arrived") return forever;
      if (call.n - before !== n || at !== station) return undefined;
      isDue = true;
      const kill = async () => done({ pids: (await running?.kill()) ?? [], call: describeCall(call) });
      void (delay === 0 ? kill() : pause(delay).then(kill));
      return forever;
    });
  });
  running = startCommand(journey, victim, now);
  const end = await running.ended;
  // The last answer may be seen after the end; a kill has ended only when none of the processes runs any more.
  await pause(500);
  ignore?.();
  return isDue ? killed : end;
}

function describeCall({ service, method, path }: Pick<JournalEntry, "service" | "method" | "path">): string {
  return `${service} ${method} ${path}`;
}

/** What was asked and never answered: its client is dead. */
const forever = new Promise<void>(() => undefined);

/** The one command after a kill, and what is true then. */
async function recover(journey: Journey, { pids, call }: Kill, now: string) {
  const atOnce = (await consumerProblems(journey)).map((problem) => `before recover: ${problem}`);
  const isLocked = lockHolders(journey).length > 0;
  const { code, stdout, stderr } = await startCommand(journey, recoverHoursLater(journey), now).ended;
  const failure = code === 0 ? [] : [`recover ends with exit code ${code}: ${stdout} ${stderr}`];
  const after = await problemsAfterRecovery(journey, { PARTNER_ACCESS_NOW: now });
  return { call, killed: pids.length, isLocked, problems: [...atOnce, ...failure, ...after] };
}

/** Hours later, because a younger lock may belong to a run that is alive. */
function recoverHoursLater(journey: Journey): readonly string[] {
  const holders = lockHolders(journey);
  ageLocks(journey);
  return ["recover", "-s", stack, ...(holders.length > 0 ? ["--lock", holders.join(",")] : [])];
}

async function deploy(journey: Journey): Promise<void> {
  const { emulator } = journey;
  const up = await journey.stacks.up(stack);
  if (!up.ok) throw new Error(`the deployment failed: ${up.diagnostics.map(({ message }) => message).join("\n")}`);
  await emulator.control("POST", "clock", { advance: "P90D" });
  const now = emulator.world.clock.now().toISOString();
  demandSuccess(await startCommand(journey, ["rotate", "-s", stack], now).ended, "the rotation before");
  await emulator.control("POST", "clock", { advance: "P90D" });
  const { id } = applicationOf(journey);
  for (const displayName of foreignNames) {
    const body = { passwordCredential: { displayName } };
    const added = await emulator.call("POST", `/v1.0/applications/${id}/addPassword`, {
      as: "partner-administrator",
      body,
    });
    if (added.status !== 200) throw new Error(`no credential "${displayName}": ${added.status} ${added.text}`);
  }
}

/** Keeps tenants, clock and state; answers the way back to them, which answers the time it leads to. */
async function keepDeployed(journey: Journey): Promise<() => Promise<string>> {
  const kept = join(journey.leftovers, "deployed");
  const back = journey.emulator.snapshot();
  await cp(stateFolder(journey), kept, { recursive: true });
  return async () => {
    back();
    // The clock goes back with them: kept tokens would be from the future.
    journey.emulator.forgetTokens();
    await rm(stateFolder(journey), { recursive: true, force: true });
    await cp(kept, stateFolder(journey), { recursive: true });
    // Killed runs leave their logs.
    await rm(journey.env["TMPDIR"] as string, { recursive: true, force: true });
    await mkdir(journey.env["TMPDIR"] as string);
    return journey.emulator.world.clock.now().toISOString();
  };
}

function demandSuccess({ code, stdout, stderr }: Ended, what: string): void {
  if (code !== 0) throw new Error(`${what} ended with exit code ${code}: ${stdout} ${stderr}`);
}
