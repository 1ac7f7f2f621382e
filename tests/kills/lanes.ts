import { type KillLane, type KillResult, openKillLane } from "../support/kill-points";
import { type CallList, describePoint, type KillPoint } from "./points";

/** Several lanes side by side, each with an emulator, a state and a copy of the project of its own. */
export interface KillLanes {
  /** The calls of an undisturbed rotation. Polls make one more or less: the longest list of all lanes leaves out none. */
  readonly calls: CallList;
  /** Tries the points; each lane takes the next one as soon as it is free. */
  tryAll(points: readonly KillPoint[], onResult?: (result: KillResult) => void): Promise<readonly KillResult[]>;
  stop(): Promise<void>;
}

export async function openKillLanes(count: number, seed: number): Promise<KillLanes> {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => openKillLane(seed)));
  const lanes = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async () => void (await Promise.all(lanes.map((lane) => lane.stop())));
  try {
    for (const one of opened) if (one.status === "rejected") throw one.reason;
    const lists = await Promise.all(lanes.map((lane) => lane.listCalls()));
    const calls = lists.reduce((longest, list) => (list.length > longest.length ? list : longest), []);
    return { calls, stop, tryAll: (points, onResult) => tryAll(lanes, points, onResult) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function tryAll(
  lanes: readonly KillLane[],
  points: readonly KillPoint[],
  onResult: (result: KillResult) => void = () => undefined,
): Promise<readonly KillResult[]> {
  const results: KillResult[] = [];
  const queue = [...points];
  const work = async (lane: KillLane) => {
    for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
      const result = await lane.tryPoint(point);
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
