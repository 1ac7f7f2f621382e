import { parseArgs } from "node:util";
import { describeAll, describeResult, openKillLanes } from "./lanes";
import { choosePoints, everyPoint, parsePoints } from "./points";

/**
 * Kills a rotation at every point and recovers: `npm run test:kills`. A call's three points again: `npm run test:kills -- --points 43`,
 * one of them: `--points 43:committed`. Exit code 1 when a promise was broken at any of them.
 */
async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      points: { type: "string" },
      count: { type: "string" },
      seed: { type: "string", default: "1" },
      parallel: { type: "string", default: "2" },
    },
  });
  const seed = Number(values.seed);
  const startedAt = performance.now();
  const lanes = await openKillLanes(Number(values.parallel), seed);
  try {
    const { calls } = lanes;
    const count = Number(values.count ?? everyPoint(calls).length);
    const points = values.points === undefined ? choosePoints(calls, count, seed) : parsePoints(values.points);
    say(`${calls.length} calls in a rotation, ${points.length} points to try, seed ${seed}`);
    const results = await lanes.tryAll(points, (result) => say(describeResult(result)));
    say(`${describeAll(results)}, ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes`);
    return results.every(({ problems }) => problems.length === 0) ? 0 : 1;
  } finally {
    await lanes.stop();
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
