import { commands } from "../../../cli/commands";
import { main } from "../../../cli/main";
import { captureContext } from "../../support/captured-context";
import { expectDocument } from "../../support/documents";

/** What each command is asked for, that it cannot do without asking anybody. */
const impossible: Readonly<Record<string, readonly string[]>> = {
  demo: ["--bogus"],
  emulator: ["add-tenant"],
  new: ["x"],
  deployer: ["-s", "nowhere", "--github", "a/b"],
  preflight: ["-s", "dev", "--as", "nobody"],
  "sign-in": ["-s", "nowhere"],
  roles: ["-s", "nowhere"],
  insights: ["datasets", "-s", "nowhere"],
  diff: ["--fail-on", "nothing"],
  up: ["-s", "nowhere"],
  rotate: ["-s", "nowhere"],
  token: ["--vault", "https://v.vault.azure.net"],
  verify: ["-s", "nowhere"],
  status: [],
  credentials: ["-s", "nowhere"],
  recover: ["-s", "nowhere"],
  stop: ["-s", "nowhere"],
  resume: ["-s", "nowhere"],
  drift: [],
  catalog: ["refresh", "-s", "nowhere", "--api", "00000003-0000-0ff1-ce00-000000000000"],
  comment: ["--base", "main"],
  approved: ["--base", "nowhere"],
  "drift-issue": ["--documents", "/nowhere"],
  stacks: ["--bogus"],
  init: ["--update"],
  "ci apply-list": [],
  "ci rotation-turn": [],
  "ci operate": [],
  "ci show-request": [],
  "ci install-pulumi": [],
};

async function run(argv: readonly string[]) {
  const captured = captureContext();
  const code = await main(argv, captured.context);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

describe("a command that cannot run ends with exit code 2", () => {
  it("is tried for every command there is", () => {
    expect(Object.keys(impossible).sort()).toEqual(commands.map(({ name }) => name).sort());
  });

  it.each(Object.entries(impossible))(
    "%s: nothing on standard output, the reason on standard error",
    async (name, words) => {
      const { code, stdout, stderr } = await run([...name.split(" "), ...words]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/\S.*\n$/s);
      // A person reads it: no stack of ours.
      expect(stderr).not.toMatch(/^ +at /m);
    },
  );

  const documented = commands.filter(({ options }) => options.some(({ flags }) => flags === "--json"));
  it.each(documented.map(({ name }) => [name, impossible[name] ?? []] as const))(
    "%s --json: its document and nothing else on standard output",
    async (name, words) => {
      const { code, stdout } = await run([...name.split(" "), ...words, "--json"]);
      expect(code).toBe(2);
      const document = JSON.parse(stdout);
      expectDocument(document);
      expect(document).toMatchObject({ schema: `partner-access/${name}/1`, ok: false, stacks: [] });
      expect(document.problems.length).toBeGreaterThan(0);
    },
  );
});
