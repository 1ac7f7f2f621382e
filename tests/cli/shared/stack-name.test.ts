import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { main } from "../../../cli/main";
import { readStackName } from "../../../cli/shared/stack-name";
import { createStacks } from "../../../clients/pulumi/stacks";
import { version } from "../../../package.json";
import { captureContext } from "../../support/captured-context";

const owner = "organization/partner-insights-access";

describe("a stack's name", () => {
  it.each([
    ["dev", { stack: "dev", owner: undefined }],
    ["organization/dev", { stack: "dev", owner }],
    [`${owner}/dev`, { stack: "dev", owner }],
    ["fabrikam/partner-insights-access/con.to_so", { stack: "con.to_so", owner: "fabrikam/partner-insights-access" }],
  ])("is read as Pulumi writes it: %s", (text, name) => {
    expect(readStackName(text, () => "partner-insights-access")).toEqual(name);
  });

  it.each([
    ["organization/other/dev", 'names a stack of the project "other", this one is partner-insights-access'],
    [`${owner}/`, "must be a stack's name"],
    ["/dev", "must be a stack's name"],
    [`x/${owner}/dev`, "must be a stack's name"],
  ])("is refused as %s", (text, why) => {
    expect(() => readStackName(text, () => "partner-insights-access")).toThrow(why);
  });

  it("with organization and project finds the stack's file, in a command that never starts pulumi", async () => {
    const { context, stdout } = captureContext();
    const options = { ...context, projectDirectory: resolve(__dirname, "../../..") };
    const argv = ["deployer", "--github", "fabrikam/access", "--for", "administrator"];
    expect(await main([...argv, "-s", `${owner}/dev`], options)).toBe(0);
    expect(stdout()).toContain("Stack dev.\n");
    const json = captureContext();
    expect(await main(["preflight", "-s", "a/b/dev", "--json"], { ...options, stdout: json.context.stdout })).toBe(2);
    expect(JSON.parse(json.stdout()).problems[0].code).toBe("invalid-option");
  });

  it("reaches pulumi whole, wherever it is handed one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "partner-access-stacks-"));
    try {
      const pulumi = join(folder, "pulumi");
      writeFileSync(pulumi, `#!/bin/sh\necho "$*" >> '${folder}/calls'\necho '{"version":3,"deployment":{}}'\n`);
      chmodSync(pulumi, 0o755);
      const stacks = createStacks({ pulumi, projectDirectory: folder, env: process.env, stackOwner: owner });
      await stacks.state("dev").catch(() => undefined);
      await stacks.preview("dev");
      await stacks.breakLocks("dev");
      const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
      expect(calls).toHaveLength(3);
      for (const call of calls) expect(call).toContain(`--stack ${owner}/dev`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that the store does not have fails in the CLI\'s words, without its "error:" twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), "partner-access-stacks-"));
    try {
      const pulumi = join(folder, "pulumi");
      writeFileSync(pulumi, "#!/bin/sh\necho \"error: no stack named 'dev' found\" >&2\nexit 255\n");
      chmodSync(pulumi, 0o755);
      const stacks = createStacks({ pulumi, projectDirectory: folder, env: process.env });
      const { diagnostics } = await stacks.preview("dev");
      expect(diagnostics).toEqual([{ severity: "error", message: "no stack named 'dev' found" }]);
      await expect(stacks.outputs("dev")).rejects.toThrow("pulumi stack output failed: no stack named 'dev' found");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it("prints its version, which is the package's, on standard output", async () => {
  const { context, stdout } = captureContext();
  expect(await main(["--version"], context)).toBe(0);
  expect(stdout()).toBe(`${version}\n`);
});
