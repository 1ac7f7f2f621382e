import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { homeTenant } from "../../offline/emulator/seed/constants";
import { type CommandResult, runCommand } from "../support/command-process";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";
import { publishedValue, readState, viewOf } from "./tenant-view";

const ENTRY = "partner-insights-contoso-client-secret";
const ADDRESS = `https://fabrikam-partner-access.vault.emulator.test/secrets/${ENTRY}`;
let journey: Journey;

jest.setTimeout(900_000);
beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
  expectSuccess(await journey.withEnv(await environment()).up("dev"));
});
afterAll(() => journey?.stop());

async function environment(): Promise<Record<string, string>> {
  const { now } = await readState(journey);
  return { ...journey.env, PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}`, PARTNER_ACCESS_NOW: now };
}
const run = async (...argv: string[]): Promise<CommandResult> =>
  runCommand([...argv, "-s", "dev", "--json"], await environment(), journey.directory);
const codes = ({ document }: CommandResult) => document.problems.map(({ code }: { code: string }) => code);
const keyIds = async () => viewOf(await readState(journey)).keyIds;
const latest = () =>
  journey.emulator.world.tenants.get(homeTenant.id)?.secrets.get(`fabrikam-partner-access/${ENTRY}`)?.versions.at(-1);

/** What a person does in the vault: other tags on the latest version, or a version of their own. */
async function byHand(method: "PATCH" | "PUT", body: object): Promise<void> {
  const answer = await journey.emulator.call(method, `${ADDRESS}?api-version=7.4`, { as: "home-deployer", body });
  expect(answer.status).toBe(200);
}

async function expectConsumersServed(): Promise<void> {
  const { status } = await journey.emulator.requestToken({
    client_id: latest()?.tags["clientId"] ?? "",
    client_secret: publishedValue(journey, ENTRY),
    grant_type: "client_credentials",
    scope: `${journey.emulator.origin}/.default`,
  });
  expect(status).toBe(200);
}

// One deployment, in order. The table of tags and changes is in tests/rotation/proofs/tampered.
describe("a published entry that somebody changed by hand, through the real engine", () => {
  it("is named by every command, and recover publishes the right record again without another secret", async () => {
    const [before, keys] = [latest()?.tags ?? {}, await keyIds()];
    const slot = { ...JSON.parse(before["slotA"] ?? ""), end: "2031-01-01" };
    await byHand("PATCH", { tags: { ...before, slotA: JSON.stringify(slot), costCenter: "4711" } });
    const { result, writes } = await journey.during(async () => ({
      status: await run("status"),
      rotate: await run("rotate"),
      preflight: await run("preflight"),
      up: await run("up", "--yes"),
    }));
    expect(writes).toEqual([]);
    expect([result.status.code, codes(result.status)]).toEqual([1, ["unreadable-record"]]);
    expect([result.rotate.code, codes(result.rotate)]).toEqual([1, ["unreadable-record"]]);
    expect([result.preflight.code, codes(result.preflight)]).toEqual([1, ["published-secret"]]);
    expect(result.up.code).toBe(1);
    for (const { document } of Object.values(result)) {
      expect(JSON.stringify(document.problems)).toContain("npm run partner-access -- recover -s dev");
    }

    const { code, document } = await run("recover");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0]).toMatchObject({ repaired: "record", value: { result: "accepted" } });
    expect([await keyIds(), latest()?.tags]).toMatchObject([keys, { slotA: before["slotA"], costCenter: "4711" }]);
    expect((await run("status")).code).toBe(0);
    const again = await journey.during(() => run("recover"));
    expect([again.result.document.stacks[0].outcome, again.writes]).toEqual(["nothing-to-do", []]);
  });

  it("with a value that Entra refuses below right tags, is no success of any command, and recover mends it", async () => {
    const [right, keys] = [publishedValue(journey, ENTRY), await keyIds()];
    await byHand("PUT", { value: `${right}\n`, tags: latest()?.tags });
    expect(codes(await run("status"))).toContain("value-refused");
    expect(codes(await run("rotate"))).toEqual(["value-refused"]);
    expect(codes(await run("preflight"))).toEqual(["published-secret"]);
    const { code, document } = await run("recover");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0]).toMatchObject({ repaired: "value", value: { result: "accepted" } });
    expect([publishedValue(journey, ENTRY), await keyIds()]).toEqual([right, keys]);
  });

  it("without tags stands in no emergency's way", async () => {
    await byHand("PUT", { value: "typed by hand" });
    expect(codes(await run("rotate"))).toEqual(["unreadable-record"]);
    const before = await keyIds();
    const { code, document } = await run("rotate", "--compromised", "a value typed by hand");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0]).toMatchObject({ outcome: "rotated", reason: "compromised", before: before[0] });
    expect(await keyIds()).toEqual([document.stacks[0].after]);
    await expectConsumersServed();
    expect((await run("status")).code).toBe(0);
  });

  it("without tags, and with the state lost too, is rebuilt from an older version", async () => {
    const [right, keys] = [publishedValue(journey, ENTRY), await keyIds()];
    await byHand("PUT", { value: "typed by hand again" });
    await rm(join(journey.leftovers, "state/.pulumi"), { recursive: true });
    const { code, document } = await run("recover", "--lost-state");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0]).toMatchObject({ repaired: "record", value: { result: "accepted" } });
    expect([publishedValue(journey, ENTRY), await keyIds()]).toEqual([right, keys]);
    await expectConsumersServed();
  });

  it("is not what is wrong where the application was deleted: nothing reports success until it is restored", async () => {
    const { objectId } = viewOf(await readState(journey));
    const answer = await journey.emulator.call("DELETE", `/v1.0/applications/${objectId}`, {
      as: "partner-administrator",
    });
    expect(answer.status).toBe(204);
    for (const command of ["rotate", "recover"]) {
      const result = await run(command);
      expect([result.code, codes(result)]).toEqual([1, ["application-missing"]]);
    }
  });
});
