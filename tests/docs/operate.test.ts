import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./workflow-files";

let folder: string;
const inFolder = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "partner-access-operate-"));
  mkdirSync(inFolder("bin"));
  // In place of node: notes the words that it was given.
  writeFileSync(inFolder("bin/node"), `#!/bin/sh\nprintf '%s\\0' "$@" >> '${inFolder("words")}'\n`);
  chmodSync(inFolder("bin/node"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string, variables: Readonly<Record<string, string>>) {
  const env = {
    PATH: `${inFolder("bin")}:${process.env["PATH"]}`,
    STACK: "contoso",
    IDENTITY: "rotator",
    ...variables,
  };
  const { status, stdout, stderr } = spawnSync("bash", [join(root, ".ci", script)], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  const words = existsSync(inFolder("words")) ? readFileSync(inFolder("words"), "utf8").split("\0").slice(0, -1) : [];
  return { status, stdout, stderr, words };
}

describe("what a person may run through the workflow operate", () => {
  it.each([
    ["preflight", ["preflight", "-s", "contoso", "--as", "rotator"]],
    ["preview", ["up", "-s", "contoso", "--preview"]],
    ["status", ["status", "-s", "contoso"]],
    ["verify", ["verify", "-s", "contoso"]],
    ["credentials", ["credentials", "-s", "contoso"]],
    ["retire-orphans", ["credentials", "-s", "contoso", "--retire-orphans"]],
    ["recover", ["recover", "-s", "contoso", "--lock=runner@host:12"]],
    ["recover-lost-state", ["recover", "-s", "contoso", "--lost-state"]],
    ["compromised", ["rotate", "-s", "contoso", "--compromised=laptop stolen"]],
    ["rollback", ["rotate", "-s", "contoso", "--rollback=laptop stolen"]],
    ["stop", ["stop", "-s", "contoso", "--yes"]],
    ["resume", ["resume", "-s", "contoso", "--yes"]],
  ])("is, for %s, exactly one command", (command, words) => {
    const result = run("operate", { COMMAND: command, REASON: "laptop stolen", LOCK: "runner@host:12" });
    expect(result).toMatchObject({ status: 0, words: ["bin/partner-access.js", ...words] });
  });

  it("breaks no lock when none is named, and a blank names none", () => {
    expect(run("operate", { COMMAND: "recover", LOCK: " " }).words.slice(1)).toEqual(["recover", "-s", "contoso"]);
  });

  it("recovers what was approved when the digest is named, with and without a lock", () => {
    const DIGEST = ` sha256:${"5".repeat(64)}`;
    const expected = `--expect-digest=${DIGEST.trim()}`;
    const words = (command: string, LOCK: string) => run("operate", { COMMAND: command, LOCK, DIGEST }).words.slice(1);
    expect(words("recover", " ")).toEqual(["recover", "-s", "contoso", expected]);
    rmSync(inFolder("words"));
    expect(words("recover", "r@h:1")).toEqual(["recover", "-s", "contoso", "--lock=r@h:1", expected]);
    rmSync(inFolder("words"));
    expect(words("recover-lost-state", " ")).toEqual(["recover", "-s", "contoso", "--lost-state", expected]);
    rmSync(inFolder("words"));
    expect(run("operate", { COMMAND: "recover", DIGEST: "::add-path::/x" })).toMatchObject({ status: 2, words: [] });
  });

  it.each(["'; touch pwned; $(touch pwned) `touch pwned` \" \\ *", "--plan", "-", "é ☃"])(
    "hands a reason over as one word: %s",
    (reason) => {
      const { words } = run("operate", { COMMAND: "compromised", REASON: reason });
      expect(words.slice(3)).toEqual(["contoso", `--compromised=${reason}`]);
      expect(existsSync(inFolder("pwned"))).toBe(false);
    },
  );

  it.each(["x ##vso[task.setvariable variable=PATH]/x", "::add-path::/x", "x\n::add-path::/x"])(
    "refuses a reason that a log would obey: %j",
    (reason) => {
      const { status, words, stderr } = run("operate", { COMMAND: "rollback", REASON: reason });
      expect([status, words]).toEqual([2, []]);
      expect(stderr).toContain("Write it without.");
    },
  );

  it("is nothing else", () => {
    expect(run("operate", { COMMAND: "destroy" })).toMatchObject({ status: 2, words: [] });
  });
});

describe("a request that was written into the stack's file", () => {
  const git = (...words: string[]) => spawnSync("git", words, { cwd: folder, encoding: "utf8" });
  beforeEach(() => {
    git("init", "--quiet");
    writeFileSync(inFolder("Pulumi.contoso.yaml"), "config: {}\n");
    git("add", ".");
  });

  it("is shown in the log and in the summary, so that a person can commit it, and no text ends the summary's block", () => {
    writeFileSync(inFolder("Pulumi.contoso.yaml"), 'config: { request: "```" }\n');
    const { status, stdout } = run("show-request", { GITHUB_STEP_SUMMARY: inFolder("summary") });
    expect(status).toBe(0);
    expect(stdout).toContain("Commit this change of Pulumi.contoso.yaml");
    expect(stdout).toContain('\n+config: { request: "```" }\n');
    expect(readFileSync(inFolder("summary"), "utf8")).toContain('\n    +config: { request: "```" }\n');
  });

  it("is not spoken of when there is none", () => {
    expect(run("show-request", { GITHUB_STEP_SUMMARY: inFolder("summary") })).toMatchObject({ status: 0, stdout: "" });
    expect(existsSync(inFolder("summary"))).toBe(false);
  });
});
