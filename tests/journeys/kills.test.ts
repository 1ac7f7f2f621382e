import { describeAll, describeResult, type KillLanes, openKillLanes } from "../kills/lanes";
import { choosePoints, everyPoint, isWrite, type KillPoint } from "../kills/points";

// All points take the better part of an hour: `npm run test:kills`. Here a third, those after each write's commit among them.
const part = 1 / 3;
const recoveryCount = 2;
const seed = Number(process.env["PARTNER_ACCESS_KILL_SEED"] ?? 1);

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
  expect(await failuresAt(choosePoints(lanes.calls, Math.ceil(all * part), seed), all)).toEqual([]);
});

it("keeps them when the recovery is killed too, and another one follows", async () => {
  const minted = lanes.calls.findIndex((call) => call.endsWith("/addPassword"));
  const first: KillPoint = { n: minted + 1, station: "committed" };
  const calls = await lanes.recoveryCalls(first);
  const points = choosePoints(calls, recoveryCount, seed);
  expect(await failuresAt(points, everyPoint(calls).length, first)).toEqual([]);
});
