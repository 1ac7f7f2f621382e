import { listDifferences, planTurn } from "../../../cli/ci/rotation-turn";
import { callCommand } from "../../support/command-call";

const tenantId = "11111111-1111-4111-8111-111111111111";
const vaultTenantId = "22222222-2222-4222-8222-222222222222";
const vaultClientId = "33333333-3333-4333-8333-333333333333";
const identities = { tenantId, vaultTenantId, vaultClientId };
const valid = (stack: string) => ({ stack, ok: true, ...identities, domain: "contoso.com", vault: "fabrikam" });
const broken = (stack: string) => ({ stack, ok: false, tenantId: null, domain: null });
const day = 86_400_000;

describe("whose turn it is", () => {
  it("takes every valid stack of a real tenant, and names the broken ones apart", () => {
    const emulated = { ...valid("dev"), domain: "contoso.example" };
    const alone = { ...valid("alone"), vaultClientId: null, solo: true };
    expect(planTurn({ stacks: [valid("adatum"), broken("fabrikam"), emulated, alone] })).toEqual({
      stacks: [{ stack: "adatum", ...identities }],
      invalid: ["fabrikam"],
    });
  });

  it("visits each of 1,000 stacks once in four days, never more than 256 a day", () => {
    const stacks = Array.from({ length: 1000 }, (_, place) => valid(`tenant-${place}`));
    const turns = [0, 1, 2, 3].map((later) => planTurn({ stacks }, { today: 20_000 * day + later * day }).stacks);
    expect(turns.map((turn) => turn.length)).toEqual([250, 250, 250, 250]);
    expect(new Set(turns.flat().map(({ stack }) => stack)).size).toBe(1000);
  });

  it("takes all of 256 stacks every day, and turns from 257 on", () => {
    const stacks = Array.from({ length: 257 }, (_, place) => valid(`tenant-${place}`));
    expect(planTurn({ stacks: stacks.slice(1) }).stacks).toHaveLength(256);
    expect(planTurn({ stacks }).stacks.length).toBeLessThanOrEqual(129);
  });

  it("takes the one that is asked for, and refuses a name that is none", () => {
    const stacks = [valid("adatum"), valid("contoso")];
    expect(planTurn({ stacks }, { only: "contoso" }).stacks).toEqual([{ stack: "contoso", ...identities }]);
    expect(() => planTurn({ stacks }, { only: "contoso; id" })).toThrow("--only must name a valid stack");
  });

  it("refuses names that could become more than names", () => {
    expect(() => planTurn({ stacks: [valid('x"; curl evil')] })).toThrow("other characters");
    expect(() => planTurn({ stacks: [broken("a\nstacks=[]")] })).toThrow("other characters");
    for (const field of Object.keys(identities)) {
      expect(() => planTurn({ stacks: [{ ...valid("contoso"), [field]: "$(id)" }] })).toThrow(`${field} is no GUID`);
    }
  });

  it("refuses an empty list, which is a command that could not run", () => {
    expect(() => planTurn({ stacks: [], problems: [{ code: "unexpected" }] })).toThrow("unexpected");
  });

  it("says of a solo stack that it is one, where a pipeline still names it", () => {
    const document = { stacks: [{ ...valid("adatum"), solo: true }] };
    expect(listDifferences(document, [])).toEqual([]);
    expect(listDifferences(document, ["adatum"])).toEqual(["adatum is solo: take it out of the parameter stacks"]);
  });

  it("finds a tenant that a pipeline forgot, and one that is gone", () => {
    const document = { stacks: [valid("adatum"), broken("fabrikam"), { ...valid("dev"), domain: "contoso.example" }] };
    expect(listDifferences(document, ["adatum", "fabrikam"])).toEqual([]);
    expect(listDifferences(document, ["adatum", "contoso"])).toEqual([
      expect.stringContaining("fabrikam is never rotated"),
      expect.stringContaining("contoso has no stack file"),
    ]);
  });

  it("prints lines for GITHUB_OUTPUT from what the command prints", async () => {
    const input = JSON.stringify({ stacks: [valid("adatum"), broken("fabrikam")] });
    const run = await callCommand(["ci", "rotation-turn"], {}, { input });
    expect(run.stdout).toBe(`stacks=${JSON.stringify([{ stack: "adatum", ...identities }])}\ninvalid=fabrikam\n`);
    expect(run.code).toBe(0);
  });

  it("compares a pipeline's own list with the project's, and refuses what is no document", async () => {
    const input = JSON.stringify({ stacks: [valid("adatum")] });
    const compare = (names: string, text = input) =>
      callCommand(["ci", "rotation-turn", `--azure-stacks=${names}`], {}, { input: text });
    expect(await compare("adatum")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await compare("")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("adatum is never"),
    });
    expect(await compare("adatum", "oops")).toMatchObject({ code: 2, stderr: expect.stringContaining("no JSON") });
  });
});
