import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operationIn, operationNames, withSummary } from "../../../cli/ci/operate";
import { commands } from "../../../cli/commands";
import { createProgram } from "../../../cli/main";
import { captureContext } from "../../support/captured-context";
import { callCommand } from "../../support/command-call";

const words = (variables: Readonly<Record<string, string>>) =>
  operationIn({ STACK: "contoso", IDENTITY: "rotator", ...variables });

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
  ])("is, for %s, exactly one command", (COMMAND, expected) => {
    expect(words({ COMMAND, REASON: "laptop stolen", LOCK: "runner@host:12" })).toEqual(expected);
  });

  it("breaks no lock when none is named, and a blank names none", () => {
    expect(words({ COMMAND: "recover", LOCK: " " })).toEqual(["recover", "-s", "contoso"]);
  });

  it("recovers what was approved when the digest is named, with and without a lock", () => {
    const DIGEST = ` sha256:${"5".repeat(64)}`;
    const expected = `--expect-digest=${DIGEST.trim()}`;
    const recovery = (COMMAND: string, LOCK: string) => words({ COMMAND, LOCK, DIGEST });
    expect(recovery("recover", " ")).toEqual(["recover", "-s", "contoso", expected]);
    expect(recovery("recover", "r@h:1")).toEqual(["recover", "-s", "contoso", "--lock=r@h:1", expected]);
    expect(recovery("recover-lost-state", " ")).toEqual(["recover", "-s", "contoso", "--lost-state", expected]);
    expect(() => words({ COMMAND: "recover", DIGEST: "::add-path::/x" })).toThrow("a log would obey");
  });

  it.each(["'; touch pwned; $(touch pwned) `touch pwned` \" \\ *", "--plan", "-", "é ☃"])(
    "hands a reason over as one word: %s",
    (REASON) => {
      expect(words({ COMMAND: "compromised", REASON })).toEqual(["rotate", "-s", "contoso", `--compromised=${REASON}`]);
    },
  );

  it.each(["x ##vso[task.setvariable variable=PATH]/x", "::add-path::/x", "x\n::add-path::/x", "x\r::add-path::/x"])(
    "refuses a reason that a log would obey: %j",
    async (REASON) => {
      const env = { STACK: "contoso", COMMAND: "rollback", REASON };
      const { code, stdout, stderr } = await callCommand(["ci", "operate"], env);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("Write it without.");
      expect(stderr).not.toContain("add-path");
    },
  );

  it.each(operationNames)("is, for %s, a command line that is declared", (COMMAND) => {
    const { context } = captureContext();
    const program = createProgram(context, () => undefined);
    for (const command of program.commands) command.action(() => undefined);
    expect(() => program.parse(words({ COMMAND, REASON: "a reason", LOCK: "a lock" }), { from: "user" })).not.toThrow();
  });

  it.each(operationNames)("writes, for %s, a summary exactly where the command has one", (COMMAND) => {
    const line = words({ COMMAND, REASON: "a reason", LOCK: "a lock" });
    const declared = commands.find(({ name }) => name === line[0])?.options.some(({ name }) => name === "markdown");
    expect(withSummary(line, "/tmp/summary.md")).toEqual(declared ? [...line, "--markdown=/tmp/summary.md"] : line);
    expect(withSummary(line, undefined)).toEqual(line);
  });

  it.each([
    ["GitHub", (folder: string) => ({ GITHUB_STEP_SUMMARY: join(folder, "operate.md") }), ""],
    [
      "Azure DevOps",
      (folder: string) => ({ TF_BUILD: "True", AGENT_TEMPDIRECTORY: folder }),
      "##vso[task.uploadsummary]FOLDER/operate.md\n",
    ],
  ])("adds it to the job on %s, whatever the outcome", async (_, variables, line) => {
    const folder = mkdtempSync(join(tmpdir(), "partner-access-operate-"));
    try {
      const env = { ...variables(folder), STACK: "dev", COMMAND: "status", ARM_METADATA_HOSTNAME: "localhost:1" };
      const { code, stdout } = await callCommand(["ci", "operate"], env);
      expect(code).toBe(1);
      expect(readFileSync(join(folder, "operate.md"), "utf8")).toContain("| Stack |");
      expect(stdout.endsWith(line.replace("FOLDER", folder))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([["destroy"], ["constructor"], [""]])("is nothing else: %j", (COMMAND) => {
    expect(() => words({ COMMAND })).toThrow("COMMAND is");
    expect(() => words({ COMMAND: "status", STACK: "" })).toThrow("STACK names no stack");
  });

  it("names everything that cannot be, at once", () => {
    const all = () => words({ STACK: "", COMMAND: "x", REASON: "a\nb" });
    for (const name of ["STACK names", "COMMAND is", "REASON holds"]) expect(all).toThrow(name);
  });

  it("runs in this process, with the exit code of the command", async () => {
    const env = { STACK: "nowhere", COMMAND: "status" };
    const { code, stderr } = await callCommand(["ci", "operate"], env);
    expect(code).toBe(2);
    expect(stderr).toContain("Pulumi.nowhere.yaml");
  });
});
