import { parseArgs } from "node:util";
import { killChildren } from "../support/process-tree";
import { describeAll, describeResult, type KillLanes, openKillLanes } from "./lanes";
import { choosePoints, everyPoint, parsePoints } from "./points";

/**
 * Kills a rotation at every point and recovers: `npm run test:kills`. A call's three points again: `-- --points 43`, one of
 * them: `-- --points addPassword:committed`. With `-- --recover-after addPassword:committed` a rotation is killed there, and
 * the recovery that follows is killed at every point, before another one. Exit code 1 when a promise was broken anywhere.
 */
async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      points: { type: "string" },
      count: { type: "string" },
      seed: { type: "string", default: "1" },
      parallel: { type: "string", default: "2" },
      "recover-after": { type: "string" },
    },
  });
  const seed = Number(values.seed);
  const startedAt = performance.now();
  const lanes = await openKillLanes(Number(values.parallel), seed);
  endOnSignals(lanes);
  try {
    const after = values["recover-after"];
    const [first] = after === undefined ? [] : parsePoints(after, lanes.calls);
    const calls = first === undefined ? lanes.calls : await lanes.recoveryCalls(first);
    const count = Number(values.count ?? everyPoint(calls).length);
    const points = values.points === undefined ? choosePoints(calls, count, seed) : parsePoints(values.points, calls);
    say(
      `${calls.length} calls in ${first ? "a recovery" : "a rotation"}, ${points.length} points to try, seed ${seed}`,
    );
    const results = await lanes.tryAll(points, { first, onResult: (result) => say(describeResult(result)) });
    say(`${describeAll(results)}, ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes`);
    return results.every(({ problems }) => problems.length === 0) ? 0 : 1;
  } finally {
    await lanes.stop();
  }
}

/** Ctrl-C leaves nothing behind: no process of a rotation, no folder. */
function endOnSignals(lanes: KillLanes): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      killChildren();
      void lanes.stop().then(() => process.exit(2));
    });
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(2);
  },
);
