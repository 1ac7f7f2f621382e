import { commands } from "../../cli/commands";
import { main } from "../../cli/main";
import { expectDocument } from "../support/documents";
import { expectGolden } from "../support/golden";
import { captureSurroundings } from "../support/surroundings";

async function run(...argv: string[]) {
  const captured = captureSurroundings();
  const code = await main(argv, captured.surroundings);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

describe("the command line", () => {
  it("shows every command in its help", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    expectGolden("help/partner-access.txt", stdout);
  });

  it.each(commands.map(({ name }) => name))("explains %s with an example", async (name) => {
    const { code, stdout } = await run(name, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`npm run partner-access -- ${name}`);
    expectGolden(`help/${name}.txt`, stdout);
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
        fix: "What it takes: npm run partner-access -- status --help",
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
