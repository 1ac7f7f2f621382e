import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../../cli/main";
import { recoverStack } from "../../../cli/recover/recover-stack";
import { engineProblems } from "../../../cli/shared/engine-problems";
import { missingStack } from "../../../cli/shared/missing-stack";
import type { Tenant } from "../../../cli/shared/tenant";
import type { StackRun, Stacks } from "../../../clients/pulumi/stacks";
import { captureContext } from "../../support/captured-context";
import { expectDocument } from "../../support/documents";
import { partOf } from "../../support/part-of";

let projectDirectory: string;
beforeEach(() => {
  projectDirectory = mkdtempSync(join(tmpdir(), "partner-access-missing-"));
});
afterEach(() => rmSync(projectDirectory, { recursive: true, force: true }));

const key = "azurekeyvault://keys.vault.azure.net/keys/pulumi";
const emulated = { ARM_METADATA_HOSTNAME: "localhost:8443" };
const initLine = (fix: string) => /`(pulumi stack init [^`]+)`/.exec(fix)?.[1];

describe("a stack that the store does not have", () => {
  it.each([
    [
      "with the key that its file names",
      `secretsprovider: ${key}\n`,
      {},
      `pulumi stack init contoso --secrets-provider ${key}`,
    ],
    [
      "with the file's key on the emulator too",
      `secretsprovider: ${key}\n`,
      emulated,
      `pulumi stack init contoso --secrets-provider ${key}`,
    ],
    [
      "with a key to fill in where the file names none",
      "",
      {},
      "pulumi stack init contoso --secrets-provider azurekeyvault://VAULT.vault.azure.net/keys/KEY",
    ],
    ["with none on the emulator", "", emulated, "pulumi stack init contoso"],
  ])("is answered with its `pulumi stack init`, %s", (_how, settings, env, line) => {
    writeFileSync(join(projectDirectory, "Pulumi.contoso.yaml"), `${settings}config: {}\n`);
    const { code, fix } = missingStack("contoso", { projectDirectory, env });
    expect([code, initLine(fix)]).toEqual(["no-state", line]);
    expect(fix).toContain("`npm run partner-access -- recover -s contoso --lost-state`");
    expect(fix).toContain("`pulumi whoami --verbose`");
  });

  it("has no key to fill in where one person runs it", () => {
    const file = "config: { partner-insights-access:solo: true }\n";
    writeFileSync(join(projectDirectory, "Pulumi.contoso.yaml"), file);
    expect(initLine(missingStack("contoso", { projectDirectory, env: {} }).fix)).toBe("pulumi stack init contoso");
  });

  it("is named with its organization where the command line did so", () => {
    const place = { projectDirectory, env: emulated, stackOwner: "fabrikam/partner-insights-access" };
    expect(initLine(missingStack("dev", place).fix)).toBe("pulumi stack init fabrikam/partner-insights-access/dev");
  });

  const run = (message: string): StackRun => ({
    ...{ ok: false, exitCode: 255, changes: [], counts: {}, seconds: 1 },
    diagnostics: [{ severity: "error", message }],
  });

  it("is told from other errors of the engine, which keep the engine's words", () => {
    const place = { projectDirectory, env: emulated };
    expect(engineProblems("dev", run("no stack named 'dev' found"), "preview-failed", place)).toEqual([
      missingStack("dev", place),
    ]);
    expect(engineProblems("dev", run("no such host"), "preview-failed", place)).toEqual([
      { code: "preview-failed", message: "no such host", fix: "" },
    ]);
  });

  it("ends a recovery with it", async () => {
    const { context } = captureContext({ projectDirectory, env: emulated });
    const stacks = partOf<Stacks>({ state: async () => undefined });
    const tools = { stacks, named: undefined, context, onProgress: () => undefined, isStateLost: false };
    const { problems } = await recoverStack(partOf<Tenant>({ stack: "dev" }), tools);
    expect(problems).toEqual([missingStack("dev", { projectDirectory, env: emulated })]);
  });
});

/** A Pulumi CLI that answers one thing to whatever it is asked but its version. */
function writePulumi(answer: string): { readonly PATH: string } {
  const file = join(projectDirectory, "pulumi");
  writeFileSync(file, `#!/bin/sh\n[ "$1" = version ] && { echo v3.259.0; exit 0; }\n${answer}\n`);
  chmodSync(file, 0o755);
  return { PATH: `${projectDirectory}:${process.env["PATH"]}` };
}

describe("up", () => {
  const up = async (answer: string, ...argv: string[]) => {
    const env = { ...emulated, ...writePulumi(answer) };
    const { context, stdout, stderr } = captureContext({ env });
    const code = await main(["up", "-s", "dev", ...argv], context);
    return { code, stdout: stdout(), stderr: stderr() };
  };
  const noStack = "echo \"error: no stack named 'dev' found\" >&2; exit 255";

  it("says how a stack comes into the store, in its document and to a person, and its error once", async () => {
    const { code, stdout, stderr } = await up(noStack, "--yes", "--json");
    const document = JSON.parse(stdout);
    expectDocument(document);
    expect(code).toBe(1);
    expect(document.problems).toMatchObject([{ code: "no-state", message: "the state store has no stack dev" }]);
    expect(initLine(document.problems[0].fix)).toBe("pulumi stack init dev");
    expect(stderr.match(/no stack/g)).toHaveLength(1);
    const told = await up(noStack, "--yes");
    expect(told.stdout).toBe("dev: failed\n");
    expect(told.stderr).toContain("`pulumi stack init dev`");
  });

  it("prints what would change and its outcome on standard output, and what the program said beside it", async () => {
    const urn = "urn:pulumi:dev::p::azuread:index/application:Application::partner-application";
    const events = [
      { diagnosticEvent: { message: "said by the program", severity: "info", color: "never", prefix: "" } },
      { resourcePreEvent: { metadata: { op: "create", urn, type: "azuread:index/application:Application" } } },
    ].map((event, sequence) => JSON.stringify({ sequence, timestamp: 0, ...event }));
    // Nothing was deployed, so there is no drift to look for.
    const preview = `[ "$1" = preview ] || { ${noStack}; }
while [ $# -gt 0 ]; do [ "$1" = --event-log ] && log=$2; shift; done
cat > "$log" <<'END'
${events.join("\n")}
END`;
    const { code, stdout, stderr } = await up(preview, "--preview");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "  would create azuread:index/application:Application partner-application\ndev: previewed\n",
    });
    expect(stderr).toContain("said by the program\n");
    const document = await up(preview, "--preview", "--json");
    expect(JSON.parse(document.stdout).stacks[0].outcome).toBe("previewed");
  });
});
