import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../../cli/main";
import { demandProject } from "../../../cli/shared/current-project";
import { findProject } from "../../../configuration/project-files";
import { version } from "../../../package.json";
import { captureContext } from "../../support/captured-context";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "partner-access-project-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(argv: readonly string[]) {
  const projectDirectory = findProject(folder) ?? folder;
  const captured = captureContext({
    ...{ workingDirectory: folder, projectDirectory },
    demandProject: () => demandProject(projectDirectory),
  });
  const code = await main(argv, captured.context);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

describe("the project of a command", () => {
  it("is the nearest folder upward with a Pulumi.yaml, as for pulumi", () => {
    const inner = join(folder, "a", "b");
    mkdirSync(inner, { recursive: true });
    expect(findProject(inner)).toBeUndefined();
    writeFileSync(join(folder, "Pulumi.yaml"), "name: outer");
    expect([findProject(inner), findProject(folder)]).toEqual([folder, folder]);
    writeFileSync(join(folder, "a", "Pulumi.yml"), "name: inner");
    expect(findProject(inner)).toBe(join(folder, "a"));
  });

  it("is missed aloud by a command that works on one, and by no other", async () => {
    for (const argv of [["stacks"], ["status", "-s", "contoso"], ["token", "-s", "contoso"]]) {
      expect(await run(argv)).toEqual({
        code: 2,
        stdout: "",
        stderr:
          `${folder} has no Pulumi.yaml, and neither has any folder above it\n` +
          "  Start the command in the folder of the project.\n",
      });
    }
    const { stdout } = await run(["stacks", "--json"]);
    expect(JSON.parse(stdout).problems).toEqual([expect.objectContaining({ code: "no-project" })]);
    const withoutProject = [
      ["token", "--vault", "https://v.vault.azure.net"],
      ["status", "--from-vault", "http://not.https"],
      ["emulator", "remove-tenant"],
    ];
    for (const argv of withoutProject) expect((await run(argv)).stderr).not.toContain("Pulumi.yaml");
  });

  it("is refused when it is another kind of project", async () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: billing\nruntime: python\n");
    expect(await run(["stacks"])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(
        `${folder}/Pulumi.yaml is another kind of project: it declares no configuration key "tenant"`,
      ),
    });
  });

  it("is refused when its lock file pins another version than the one that runs", async () => {
    const lock = (pinned: string) =>
      writeFileSync(
        join(folder, "package-lock.json"),
        JSON.stringify({ packages: { "node_modules/partner-insights-access": { version: pinned } } }),
      );
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: partner-insights-access\nruntime: nodejs\nconfig:\n  tenant:\n    type: object\n",
    );
    lock("9.9.9");
    expect(await run(["stacks"])).toEqual({
      code: 2,
      stdout: "",
      stderr: `this is partner-insights-access ${version}, and package-lock.json in ${folder} pins 9.9.9\n  Install what is pinned: npm ci\n`,
    });
    lock(version);
    expect((await run(["stacks"])).stderr).not.toContain("pins");
  });
});
