import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callCommand } from "../../support/command-call";

describe("a request that was written into the stack's file", () => {
  let folder: string;
  const inFolder = (name: string) => join(folder, name);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...words: string[]) => spawnSync("git", words, { cwd: folder, encoding: "utf8" });
  const show = () =>
    callCommand(
      ["ci", "show-request"],
      { STACK: "contoso", GITHUB_STEP_SUMMARY: inFolder("summary") },
      { projectDirectory: folder },
    );
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "partner-access-request-"));
    git("init", "--quiet");
    writeFileSync(inFolder("Pulumi.contoso.yaml"), "config: {}\n");
    git("add", ".");
  });

  it("is shown in the log and in the summary, so that a person can commit it, and no text ends the summary's block", async () => {
    writeFileSync(inFolder("Pulumi.contoso.yaml"), 'config: { request: "```" }\n');
    const { code, stdout } = await show();
    expect(code).toBe(0);
    expect(stdout).toContain("Commit this change of Pulumi.contoso.yaml");
    expect(stdout).toContain('\n+config: { request: "```" }\n');
    expect(readFileSync(inFolder("summary"), "utf8")).toContain('\n    +config: { request: "```" }\n');
  });

  it("is not spoken of when there is none", async () => {
    expect(await show()).toMatchObject({ code: 0, stdout: "" });
    expect(existsSync(inFolder("summary"))).toBe(false);
  });
});
