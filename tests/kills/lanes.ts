import { type KillLane, type KillResult, openKillLane } from "../support/kill-points";
import { type CallList, describePoint, type KillPoint } from "./points";

/** Several lanes side by side, each with an emulator, a state and a copy of the project of its own. */
export interface KillLanes {
  /** The calls of an undisturbed rotation. Polls make one more or less: the longest list of all lanes leaves out none. */
  readonly calls: CallList;
  /** The calls of an undisturbed recovery after a rotation that was killed at a point. */
  recoveryCalls(first: KillPoint): Promise<CallList>;
  /** Tries the points; each lane takes the next one as soon as it is free. */
  tryAll(points: readonly KillPoint[], trial?: Trial): Promise<readonly KillResult[]>;
  stop(): Promise<void>;
}

export interface Trial {
  /** Where a rotation is killed first: the points are then those of the recovery that follows. Left out: the rotation's own. */
  readonly first?: KillPoint | undefined;
  readonly onResult?: (result: KillResult) => void;
}

export async function openKillLanes(count: number, seed: number): Promise<KillLanes> {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => openKillLane(seed)));
  const lanes = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async () => void (await Promise.all(lanes.map((lane) => lane.stop())));
  try {
    for (const one of opened) if (one.status === "rejected") throw one.reason;
    return {
      calls: await longestList(lanes),
      stop,
      recoveryCalls: (first) => longestList(lanes, first),
      tryAll: (points, trial) => tryAll(lanes, points, trial),
    };
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
  { first, onResult = () => undefined }: Trial = {},
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
