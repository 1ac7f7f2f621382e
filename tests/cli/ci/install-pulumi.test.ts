import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callCommand } from "../../support/command-call";

const archive = "pulumi-v3.259.0-linux-x64.tar.gz";
const checksums = "pulumi-3.259.0-checksums.txt";
let folder: string;
const inFolder = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "partner-access-install-"));
  for (const name of ["bin", "release/pulumi", "job"]) mkdirSync(inFolder(name), { recursive: true });
  writeFileSync(inFolder("release/pulumi/pulumi"), "the command line tool");
  execFileSync("tar", ["-czf", inFolder(`release/${archive}`), "-C", inFolder("release"), "pulumi"]);
  const hash = createHash("sha256")
    .update(readFileSync(inFolder(`release/${archive}`)))
    .digest("hex");
  writeFileSync(inFolder(`release/${checksums}`), `${"0".repeat(64)}  other.tar.gz\n${hash}  ${archive}\n`);
  standIn("uname", "echo x86_64");
  // In place of the release's address: the folder beside.
  standIn(
    "curl",
    `while [ $# -gt 1 ]; do [ "$1" = --output ] && out="$2"; shift; done
     case "$1" in https://github.com/pulumi/pulumi/releases/download/v3.259.0/*) ;; *) exit 6 ;; esac
     cp "${inFolder("release")}/$(basename "$1")" "$out"`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function standIn(name: string, script: string): void {
  writeFileSync(inFolder(`bin/${name}`), `#!/bin/sh\n${script}\n`);
  chmodSync(inFolder(`bin/${name}`), 0o755);
}

function install(variables: Readonly<Record<string, string>>) {
  const env = { PATH: `${inFolder("bin")}:${process.env["PATH"]}`, PULUMI_VERSION: "3.259.0", ...variables };
  return callCommand(["ci", "install-pulumi"], env);
}

describe("the installation of Pulumi in a job", () => {
  it("puts a CLI with the stated checksum on the path of the next steps on GitHub", async () => {
    const { code } = await install({ RUNNER_TEMP: inFolder("job"), GITHUB_PATH: inFolder("path") });
    expect(code).toBe(0);
    expect(readFileSync(inFolder("path"), "utf8")).toBe(`${inFolder("job/pulumi")}\n`);
    expect(readFileSync(inFolder("job/pulumi/pulumi"), "utf8")).toBe("the command line tool");
  });

  it("does so on Azure DevOps", async () => {
    const { code, stdout } = await install({ AGENT_TEMPDIRECTORY: inFolder("job") });
    expect([code, stdout]).toEqual([0, `##vso[task.prependpath]${inFolder("job/pulumi")}\n`]);
  });

  it.each([
    ["an archive that is not the published one", () => writeFileSync(inFolder(`release/${archive}`), "something else")],
    [
      "a list of checksums that does not name it",
      () => writeFileSync(inFolder(`release/${checksums}`), `${"0".repeat(64)}  other.tar.gz\n`),
    ],
    ["an empty list of checksums", () => writeFileSync(inFolder(`release/${checksums}`), "")],
    ["a list of checksums that cannot be fetched", () => rmSync(inFolder(`release/${checksums}`))],
  ])("installs nothing from %s", async (_what, change) => {
    change();
    const { code, stdout } = await install({ RUNNER_TEMP: inFolder("job"), GITHUB_PATH: inFolder("path") });
    expect([code === 0, stdout]).toEqual([false, ""]);
    expect([existsSync(inFolder("path")), existsSync(inFolder("job/pulumi"))]).toEqual([false, false]);
  });

  it("names the variable that is missing", async () => {
    expect((await install({ PULUMI_VERSION: "", RUNNER_TEMP: inFolder("job") })).stderr).toContain("PULUMI_VERSION");
    expect((await install({})).stderr).toContain("neither RUNNER_TEMP nor AGENT_TEMPDIRECTORY is set");
  });
});
