import { dirname } from "node:path";
import type { StackRun } from "../../clients/pulumi/stacks";
import { runCommand } from "../support/command-process";
import { expectSuccess, type Journey, refusalOf, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";
import { readState } from "./tenant-view";

jest.setTimeout(600_000);
let journey: Journey;

beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
  expectSuccess(await journey.stacks.up("dev"));
});
afterAll(() => journey?.stop());

/** A run that must end by itself, fail, and leave the tenant as it was; answers what the engine said. */
async function stopped(run: () => Promise<StackRun>): Promise<string> {
  const before = { ...(await readState(journey)), now: "" };
  const { result, writes } = await journey.during(run);
  const said = refusalOf(result);
  expect(result.exitCode).not.toBe(0);
  expect(result.changes.filter(({ operation }) => operation.startsWith("delete"))).toEqual([]);
  expect(writes).toEqual([]);
  expect({ ...(await readState(journey)), now: "" }).toEqual(before);
  return said;
}

/** Every other await is in tests/components/partner-access/waiting.test.ts, without the engine. */
describe("a look-up that hangs, over a living deployment", () => {
  it("deletes nothing when nothing is left that could answer, where the engine would delete what was not declared", async () => {
    const [original, hanging] = ["readOpenId({ authority, domain: tenant.domain })", "new Promise(() => undefined)"];
    await journey.edit("components/partner-access/dependencies.ts", (text) => text.replace(original, hanging));
    const question = "Cannot tell which tenant has the domain contoso.example; nothing was deleted: ";
    expect(await stopped(() => journey.stacks.preview("dev"))).toContain(question);
    expect(await stopped(() => journey.stacks.up("dev"))).toContain(question);
    expect(await stopped(() => journey.stacks.destroy("dev", { arguments: ["--run-program"] }))).toContain(question);
    const env = { ...journey.env, PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}` };
    const command = await runCommand(["up", "-s", "dev", "--json"], env, journey.directory);
    expect([command.code, JSON.stringify(command.document.problems)]).toEqual([1, expect.stringContaining(question)]);
    await journey.edit("components/partner-access/dependencies.ts", (text) => text.replace(hanging, original));
  });

  it("ends by its time limit when the provider waits for a service", async () => {
    await journey.edit("components/waiting.ts", (text) => text.replace("LOOK_UP_MINUTES = 5", "LOOK_UP_MINUTES = 0.2"));
    const fault = { service: "arm", method: "GET", path: "**/secrets/*-client-secret", when: "before", action: "hang" };
    await journey.emulator.control("POST", "faults", [fault]);
    expect(await stopped(() => journey.stacks.up("dev"))).toContain(
      "Cannot tell what the vault's entry partner-insights-contoso-client-secret holds; nothing was changed: no answer within 0.2 minutes",
    );
    await journey.emulator.control("POST", "faults", []);
    expectSuccess(await journey.stacks.up("dev"));
  });
});
