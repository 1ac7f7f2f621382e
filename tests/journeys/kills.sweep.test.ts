import { describeAll, describeResult, type KillLanes, openKillLanes } from "../kills/lanes";
import { choosePoints, everyPoint, isWrite, type KillPoint } from "../kills/points";
import { sweepSeed as seed, sweepCount } from "../support/sweep";

// A part always has the points after each write's commit. `npm run test:kills` takes single ones.
const recoveryCount = 2;

let lanes: KillLanes;
beforeAll(async () => {
  lanes = await openKillLanes(2, seed);
}, 600_000);
afterAll(() => lanes?.stop());
jest.setTimeout(3_600_000);

/** Tries points, prints what became of each, and answers the broken promises. */
async function failuresAt(points: readonly KillPoint[], all: number, first?: KillPoint): Promise<readonly string[]> {
  const results = await lanes.tryAll(points, { first, onResult: (result) => say(describeResult(result)) });
  say(`${describeAll(results)} of ${all}, seed ${seed}`);
  expect(results).toHaveLength(points.length);
  return results.filter(({ problems }) => problems.length > 0).map(describeResult);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

it("mints, publishes and removes once each in an undisturbed rotation", () => {
  const writes = lanes.calls.filter(isWrite);
  expect(writes.map((call) => `${call.split(" ")[1]} ${call.split("/").at(-1)}`)).toEqual([
    "POST addPassword",
    "PUT partner-insights-contoso-client-secret",
    "POST removePassword",
  ]);
});

it("keeps every promise after a kill anywhere and one recover", async () => {
  const all = everyPoint(lanes.calls).length;
  expect(await failuresAt(choosePoints(lanes.calls, sweepCount(all), seed), all)).toEqual([]);
});

it("keeps them when the recovery is killed too, and another one follows", async () => {
  const minted = lanes.calls.findIndex((call) => call.endsWith("/addPassword"));
  const first: KillPoint = { n: minted + 1, station: "committed" };
  const calls = await lanes.recoveryCalls(first);
  const points = choosePoints(calls, recoveryCount, seed);
  expect(await failuresAt(points, everyPoint(calls).length, first)).toEqual([]);
});
