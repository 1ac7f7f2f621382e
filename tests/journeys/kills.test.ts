import { describeAll, describeResult, type KillLanes, openKillLanes } from "../kills/lanes";
import { choosePoints, everyPoint, isWrite } from "../kills/points";

// All points take an hour and more: `npm run test:kills`. Here those after each write's commit, and a few others.
const count = 9;
const seed = Number(process.env["PARTNER_ACCESS_KILL_SEED"] ?? 1);

let lanes: KillLanes;
beforeAll(async () => {
  lanes = await openKillLanes(2, seed);
}, 600_000);
afterAll(() => lanes?.stop());

it("mints, publishes and removes once each in an undisturbed rotation", () => {
  const writes = lanes.calls.filter(isWrite);
  expect(writes.map((call) => `${call.split(" ")[1]} ${call.split("/").at(-1)}`)).toEqual([
    "POST addPassword",
    "PUT partner-insights-contoso-client-secret",
    "POST removePassword",
  ]);
});

it("keeps every promise after a kill anywhere and one recover", async () => {
  const results = await lanes.tryAll(choosePoints(lanes.calls, count, seed));
  const report = results.map(describeResult).join("\n");
  process.stderr.write(`${report}\n${describeAll(results)} of ${everyPoint(lanes.calls).length}, seed ${seed}\n`);
  expect(results).toHaveLength(count);
  expect(results.filter(({ problems }) => problems.length > 0).map(describeResult)).toEqual([]);
}, 1_800_000);
