import { describeAll, describeResult, type KillLanes, openKillLanes } from "../kills/lanes";
import { choosePoints, everyPoint, isWrite, type KillPoint } from "../kills/points";

// All points take an hour and more: `npm run test:kills`. Here those after each write's commit, and a few others.
const count = 8;
const recoveryCount = 2;
const seed = Number(process.env["PARTNER_ACCESS_KILL_SEED"] ?? 1);

// One lane: the test runner has another file on the second processor.
let lanes: KillLanes;
beforeAll(async () => {
  lanes = await openKillLanes(1, seed);
}, 600_000);
afterAll(() => lanes?.stop());
jest.setTimeout(1_800_000);

/** Tries points, prints what became of each, and answers the broken promises. */
async function failuresAt(points: readonly KillPoint[], all: number, first?: KillPoint): Promise<readonly string[]> {
  const results = await lanes.tryAll(points, { first });
  const report = results.map(describeResult).join("\n");
  process.stderr.write(`${report}\n${describeAll(results)} of ${all}, seed ${seed}\n`);
  expect(results).toHaveLength(points.length);
  return results.filter(({ problems }) => problems.length > 0).map(describeResult);
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
  expect(await failuresAt(choosePoints(lanes.calls, count, seed), everyPoint(lanes.calls).length)).toEqual([]);
});

it("keeps them when the recovery is killed too, and another one follows", async () => {
  const minted = lanes.calls.findIndex((call) => call.endsWith("/addPassword"));
  const first: KillPoint = { n: minted + 1, station: "committed" };
  const calls = await lanes.recoveryCalls(first);
  const points = choosePoints(calls, recoveryCount, seed);
  expect(await failuresAt(points, everyPoint(calls).length, first)).toEqual([]);
});
