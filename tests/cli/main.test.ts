import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Option } from "commander";
import { commands } from "../../cli/commands";
import { main } from "../../cli/main";
import { captureContext } from "../support/captured-context";
import { runCommand } from "../support/command-process";
import { expectDocument } from "../support/documents";
import { expectGolden } from "../support/golden";

async function run(...argv: string[]) {
  const captured = captureContext();
  const code = await main(argv, captured.context);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

describe("the command line", () => {
  it("shows every command in its help", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    expectGolden("help/partner-access.txt", stdout);
  });

  it.each(commands.map(({ name }) => name))("explains %s with an example", async (name) => {
    const { code, stdout } = await run(...name.split(" "), "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`npm run partner-access -- ${name}`);
    expectGolden(`help/${name.replace(" ", "-")}.txt`, stdout);
  });

  it("gives every command its options under the names that the parser gives them", () => {
    const named = commands.flatMap(({ name: command, options }) =>
      options.map(({ name, flags }) => [`${command} ${name}`, `${command} ${new Option(flags).attributeName()}`]),
    );
    expect(named.map(([declared]) => declared)).toEqual(named.map(([, parsed]) => parsed));
  });

  it("answers 2 for a command that does not exist, and names the near one", async () => {
    const { code, stdout, stderr } = await run("emulater");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("unknown command 'emulater'");
    expect(stderr).toContain("emulator");
  });

  it("answers 2 for an option that does not exist", async () => {
    const { code, stderr } = await run("demo", "--kepp");
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--kepp'");
  });

  it("answers 2 when a required option is missing", async () => {
    const { code, stderr } = await run("up");
    expect(code).toBe(2);
    expect(stderr).toContain("required option '-s, --stack <name>' not specified");
  });

  it("answers a wrong command line with a document where documents are read", async () => {
    const { code, stdout, stderr } = await run("status", "--json", "--bogus", "-s", "dev");
    expect(code).toBe(2);
    expectDocument(JSON.parse(stdout));
    expect(JSON.parse(stdout).problems).toEqual([
      {
        code: "invalid-option",
        message: "unknown option '--bogus'",
        fix: "See: npm run partner-access -- status --help",
      },
    ]);
    expect(stderr).toContain("unknown option '--bogus'");
  });

  it("takes no option for the value of another one: a forgotten reason must not turn a plan into a rotation", async () => {
    const { code, stderr } = await run("rotate", "-s", "dev", "--compromised", "--plan");
    expect(code).toBe(2);
    expect(stderr).toContain("option '--compromised <reason>' argument '--plan' is invalid");
    expect(stderr).toContain("the value before it is missing");
    expect((await run("rotate", "-s", "--all")).code).toBe(2);
    expect((await run("rotate", "--all", "--renew-every", "-1")).stderr).toContain("got -1");
  });

  it("refuses a port that is none, with the value received", async () => {
    const { code, stderr } = await run("emulator", "--port", "70000");
    expect(code).toBe(2);
    expect(stderr).toContain("--port must be a whole number from 1 to 65535, got 70000");
  });
});

describe("a command in a job of Azure DevOps", () => {
  it("says in one sentence that the relay of its tokens cannot listen, as a document too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "partner-access-relay-"));
    try {
      const preload = join(folder, "no-listening.js");
      writeFileSync(
        preload,
        `require("node:net").Server.prototype.listen = function () {
          setImmediate(() => this.emit("error", Object.assign(new Error("listen EACCES"), { code: "EACCES" })));
          return this;
        };`,
      );
      const { code, document, stderr } = await runCommand(["stacks", "--json"], {
        ...{
          NODE_OPTIONS: `-r ${preload}`,
          ARM_USE_OIDC: "true",
          ARM_CLIENT_ID: "c0ffee00-0000-4000-8000-00000000d001",
        },
        ...{ ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "connection", SYSTEM_ACCESSTOKEN: "job-token" },
        SYSTEM_OIDCREQUESTURI: "https://dev.azure.com/org/_apis/oidctoken",
      });
      expect(code).toBe(2);
      expect(document.problems).toEqual([
        {
          code: "no-relay",
          message:
            "Azure DevOps was not asked: tokens for this job. The relay that hands them to the engine cannot listen on 127.0.0.1 (EACCES).",
          fix: "Let this agent's processes listen on loopback.",
        },
      ]);
      expect(stderr).not.toMatch(/^ +at /m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
