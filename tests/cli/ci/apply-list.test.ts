import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { azureLines, azureName, planApply, readPart } from "../../../cli/ci/apply-list";
import { callCommand } from "../../support/command-call";

const pipelines = resolve(__dirname, "../../../azure-pipelines");

describe("what a merge applies", () => {
  const tenantId = "11111111-1111-4111-8111-111111111111";
  const vaultTenantId = "22222222-2222-4222-8222-222222222222";
  const vaultClientId = "33333333-3333-4333-8333-333333333333";
  const identities = { tenantId, vaultTenantId, vaultClientId };
  const digest = `sha256:${"a".repeat(64)}`;
  const stack = (name: string) => ({
    stack: name,
    ...identities,
    domain: "contoso.com",
    digest,
    reason: "grants-change",
  });
  const approved = (stacks: readonly object[]) => ({
    schema: "partner-access/approved/1",
    ok: true,
    digest,
    stacks,
    problems: [],
  });

  it("is every approved stack of a real tenant, with its digest and nothing else", () => {
    const emulated = { ...stack("dev"), domain: "contoso.example" };
    // One person runs it, and no pipeline may.
    const alone = { ...stack("alone"), vaultClientId: null, solo: true };
    expect(planApply(approved([stack("adatum"), emulated, alone]))).toEqual({
      stacks: [{ stack: "adatum", ...identities, digest }],
      left: [],
    });
  });

  it("comes in parts of 256, and each says what the others do", () => {
    const document = approved(Array.from({ length: 600 }, (_, place) => stack(`tenant-${place}`)));
    const parts = ["", "2", "3"].map((part) => planApply(document, { part: readPart(part) }));
    expect(parts.map(({ stacks }) => stacks.length)).toEqual([256, 256, 88]);
    expect(new Set(parts.flatMap(({ stacks }) => stacks.map((it) => it.stack))).size).toBe(600);
    for (const { stacks, left } of parts) expect(stacks.length + left.length).toBe(600);
    expect(() => readPart("0; id")).toThrow("--part must be");
  });

  it("is nothing when nothing was approved, or a name or digest could be more than that", () => {
    expect(() => planApply({ ...approved([]), ok: false })).toThrow("nothing was approved");
    expect(() => planApply({ schema: "partner-access/up/1", ok: true, digest, stacks: [] })).toThrow(
      "nothing was approved",
    );
    expect(() => planApply(approved([stack('x"; curl evil')]))).toThrow("other characters");
    expect(() => planApply(approved([{ ...stack("x"), digest: "$(id)" }]))).toThrow("no digest");
    expect(() => planApply(approved([{ ...stack("x"), tenantId: "$(id)" }]))).toThrow("x: tenantId is no GUID");
    for (const field of ["vaultTenantId", "vaultClientId"]) {
      expect(() => planApply(approved([{ ...stack("x"), [field]: "$(id)" }]))).toThrow(`x: ${field} is no GUID`);
    }
  });

  it("becomes one variable a stack in an Azure pipeline, which must have been compiled with it", () => {
    const plan = planApply(approved([stack("con-to.so")]));
    expect(azureLines(plan, ["con-to.so"])).toEqual([
      `##vso[task.setvariable variable=digest_con_dto_pso;isOutput=true]${digest}`,
    ]);
    expect(() => azureLines(plan, ["adatum"])).toThrow("not compiled with con-to.so");
  });

  it("names a stage and a variable for each stack alone, and the pipelines' templates spell them the same", () => {
    const stackName = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/);
    // What replace(replace(replace(stack, 'a', 'b'), …) means in a template.
    const expressions = readdirSync(pipelines).flatMap((file) =>
      [...readFileSync(resolve(pipelines, file), "utf8").matchAll(/\$\{\{ ((?:replace\()+stack,[^}]*\)) \}\}/g)].map(
        ([, it = ""]) => it,
      ),
    );
    expect(expressions).toHaveLength(6);
    const spelled = (expression: string, stack: string) =>
      [...expression.matchAll(/'([^']*)', '([^']*)'/g)].reduce(
        (text, [, from = "", to = ""]) => text.replaceAll(from, to),
        stack,
      );
    fc.assert(
      fc.property(stackName, stackName, (one, other) => {
        fc.pre(one !== other);
        expect(azureName(one)).not.toBe(azureName(other));
        expect(azureName(one)).toMatch(/^\w+$/);
        for (const expression of expressions) expect(spelled(expression, one)).toBe(azureName(one));
      }),
      { seed: 11, numRuns: 500 },
    );
    expect(new Set(["contoso.eu", "contoso-eu", "contoso_eu", "contoso_peu", "contoso_deu"].map(azureName)).size).toBe(
      5,
    );
  });

  it("is refused for two stacks whose names differ in capitals only: Azure and GitHub take them for one", () => {
    expect(() => planApply(approved([stack("contoso"), stack("Contoso")]))).toThrow("differ in capitals only");
  });

  it("is printed as lines for GITHUB_OUTPUT, or as variables of an Azure pipeline", async () => {
    const input = JSON.stringify(approved([stack("contoso")]));
    const entry = { stack: "contoso", ...identities, digest };
    expect(await callCommand(["ci", "apply-list", "--part="], {}, { input })).toMatchObject({
      code: 0,
      stdout: `stacks=${JSON.stringify([entry])}\nleft=\n`,
    });
    const azure = await callCommand(["ci", "apply-list", "--azure-stacks=adatum contoso"], {}, { input });
    expect(azure.stdout).toBe(`##vso[task.setvariable variable=digest_contoso;isOutput=true]${digest}\n`);
    const missing = await callCommand(["ci", "apply-list", "--azure-stacks=adatum"], {}, { input });
    expect(missing).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("contoso") });
  });
});
