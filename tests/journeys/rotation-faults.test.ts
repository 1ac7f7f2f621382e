import { dirname } from "node:path";
import type { Fault } from "../../offline/emulator/http/faults";
import { runCommand } from "../support/command-process";
import { expectSuccess, type Journey, refusalOf, startJourney } from "../support/journey";
import { shortenProof } from "../support/shorten-proof";

jest.setTimeout(900_000);
let journey: Journey;

beforeAll(async () => {
  journey = await startJourney();
  await shortenProof(journey);
  expectSuccess(await up());
  await journey.emulator.control("POST", "clock", { advance: "P90D" });
});
afterAll(() => journey.stop());

async function up() {
  const { now } = await journey.emulator.control("GET", "state");
  return journey.withEnv({ PARTNER_ACCESS_NOW: now }).up("dev");
}

const faults = (...list: Partial<Fault>[]) => journey.emulator.control("POST", "faults", list);
const policy = (passwordCredentials: readonly object[]) =>
  journey.emulator.call("PATCH", "/v1.0/policies/defaultAppManagementPolicy", {
    as: "partner-administrator",
    body: { isEnabled: true, applicationRestrictions: { passwordCredentials } },
  });
const entry = (method: string, kind: string, action = "") =>
  journey.emulator.call(
    method,
    `https://fabrikam-partner-access.vault.emulator.test/${kind}/partner-insights-contoso-client-secret${action}?api-version=7.4`,
    { as: "home-deployer" },
  );

/** Through the real engine and with the sign-ins of a real run; every other fault is in tests/rotation/proofs. */
describe("a due rotation through the real engine", () => {
  it("is refused before the first write when the tenant's policy forbids the secret's life", async () => {
    expect((await policy([{ restrictionType: "passwordLifetime", maxLifetime: "P60D" }])).status).toBe(204);
    const { result, writes } = await journey.during(up);
    expect(refusalOf(result)).toMatch(
      /rotation\.lifetimeDays is 180, and the app management policy .* at most 60 days/,
    );
    expect(writes).toEqual([]);
    await policy([]);
  });

  it("is refused before the first write when the published entry was deleted, and says how to recover it", async () => {
    expect((await entry("DELETE", "secrets")).status).toBe(200);
    // Nobody may look at deleted entries: the state still knows that one was published.
    await faults({ service: "vault", path: "**/deletedsecrets/*", when: "before", action: "status", status: 403 });
    const blind = await journey.during(up);
    expect(refusalOf(blind.result)).toMatch(/this stack published .* it is not known whether it was deleted \(.*403/);
    expect(blind.writes).toEqual([]);
    await faults();
    const { result, writes } = await journey.during(up);
    expect(refusalOf(result)).toMatch(/entry partner-insights-contoso-client-secret was deleted on 20\d\d-/);
    expect(refusalOf(result)).toContain("az keyvault secret recover --vault-name fabrikam-partner-access");
    expect(writes).toEqual([]);
    expect((await entry("POST", "deletedsecrets", "/recover")).status).toBe(200);
  });

  it("is refused by name when the vault says 403, and goes through afterwards with the same credential", async () => {
    const publish = { service: "arm", method: "PUT", path: "**/secrets/*-client-secret" } as const;
    await faults({ ...publish, when: "before", action: "status", status: 403 });
    const denied = await journey.during(up);
    expect(refusalOf(denied.result)).toContain("Status=403");
    expect(denied.writes.filter(({ path }) => path.endsWith("/addPassword"))).toHaveLength(1);

    // The vault publishes and answers an error: the engine's provider asks again, and the text is the same.
    await faults({ ...publish, when: "after", action: "status", status: 503, times: 1 });
    const { result, writes } = await journey.during(up);
    expectSuccess(result);
    expect(writes.filter(({ path }) => path.endsWith("/addPassword"))).toEqual([]);
    await faults();
    expectSuccess(await up());
  });

  it("whose removal is done and answered with an error names the recovery, which ends it", async () => {
    await journey.emulator.control("POST", "clock", { advance: "P8D" });
    await faults({
      service: "graph",
      path: "**/removePassword",
      when: "after",
      action: "status",
      status: 503,
      times: 1,
    });
    const { now } = await journey.emulator.control("GET", "state");
    const env = { ...journey.env, PARTNER_ACCESS_NOW: now, PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}` };
    const run = (...argv: string[]) => runCommand([...argv, "-s", "dev", "--json"], env, journey.directory);
    const failed = await run("rotate");
    expect(failed.document.stacks[0]).toMatchObject({ outcome: "failed", reason: "removed-secret" });
    expect(failed.document.problems[0].fix).toBe("npm run partner-access -- recover -s dev");
    await faults();
    const { code, document } = await run("recover");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0].changes).toMatchObject([{ operation: "forget" }]);
    expectSuccess(await up());
  });

  it.each([["up", "--yes"], ["rotate"]])(
    "whose publish is done and answered with an error is taken over by the same %s",
    async (...argv) => {
      await journey.emulator.control("POST", "clock", { advance: "P90D" });
      const { now } = await journey.emulator.control("GET", "state");
      const env = {
        ...journey.env,
        PARTNER_ACCESS_NOW: now,
        PATH: `${dirname(journey.pulumi)}:${journey.env["PATH"]}`,
      };
      const run = () => runCommand([...argv, "-s", "dev", "--json"], env, journey.directory);
      const publish = { service: "arm", method: "PUT", path: "**/secrets/*-client-secret" } as const;
      await faults({ ...publish, when: "after", action: "status", status: 400, times: 1 });
      const { result, writes } = await journey.during(run);
      expect({ code: result.code, problems: result.document.problems }).toEqual({ code: 0, problems: [] });
      expect(writes.filter(({ path }) => path.endsWith("/addPassword"))).toHaveLength(1);
      await faults();
      const again = await journey.during(up);
      expectSuccess(again.result);
      expect(again.writes).toEqual([]);
    },
  );
});
