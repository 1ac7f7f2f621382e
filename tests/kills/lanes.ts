import { type KillLane, type KillResult, openKillLane } from "../support/kill-points";
import { type CallList, describePoint, type KillPoint, parsePoints } from "./points";

/** Several lanes side by side, each with an emulator, a state and a copy of the project of its own. */
export interface KillLanes {
  /** The calls of the undisturbed victim. Polls make one more or less: the longest list of all lanes leaves out none. */
  readonly calls: CallList;
  /** Tries the points; each lane takes the next one as soon as it is free. */
  tryAll(points: readonly KillPoint[], onResult?: (result: KillResult) => void): Promise<readonly KillResult[]>;
  stop(): Promise<void>;
}

/**
 * The victim is a rotation; with `recoverAfter`, a point of one such as `addPassword:committed`, the recovery that follows a
 * kill there.
 */
export async function openKillLanes(count: number, seed: number, recoverAfter?: string): Promise<KillLanes> {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => openKillLane(seed)));
  const lanes = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async () => void (await Promise.all(lanes.map((lane) => lane.stop())));
  try {
    for (const one of opened) if (one.status === "rejected") throw one.reason;
    const rotation = await longestList(lanes);
    const [first] = recoverAfter === undefined ? [] : parsePoints(recoverAfter, rotation);
    const calls = first === undefined ? rotation : await longestList(lanes, first);
    return { calls, stop, tryAll: (points, onResult) => tryAll(lanes, points, first, onResult) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function longestList(lanes: readonly KillLane[], first?: KillPoint): Promise<CallList> {
  const lists = await Promise.all(lanes.map((lane) => lane.listCalls(first)));
  return lists.reduce((longest, list) => (list.length > longest.length ? list : longest), []);
}

async function tryAll(
  lanes: readonly KillLane[],
  points: readonly KillPoint[],
  first: KillPoint | undefined,
  onResult: (result: KillResult) => void = () => undefined,
): Promise<readonly KillResult[]> {
  const results: KillResult[] = [];
  const queue = [...points];
  const work = async (lane: KillLane) => {
    for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
      const result = await lane.tryPoint(point, first);
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(lanes.map(work));
  return results;
}

/** One point in a line, and one more for each broken promise. */
export function describeResult({ point, call, killed, isLocked, problems, seconds }: KillResult): string {
  const facts = `${killed} processes${isLocked ? ", locked" : ""}, ${seconds.toFixed(0)} s`;
  const verdict = problems.length === 0 ? "passed" : "FAILED";
  const where = describePoint(point, call ?? "a call that was never made");
  return [`${verdict} ${where} (${facts})`, ...problems.map((text) => `    ${text}`)].join("\n");
}

export function describeAll(results: readonly KillResult[]): string {
  const passed = results.filter(({ problems }) => problems.length === 0).length;
  return `${results.length} points tried, ${passed} passed`;
}
