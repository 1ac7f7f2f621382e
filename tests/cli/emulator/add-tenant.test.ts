import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../../cli/main";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { homeSubscription, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { captureContext } from "../../support/captured-context";
import { callCommand } from "../../support/command-call";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

let emulator: TestEmulator;
let projectDirectory: string;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  await emulator.control("POST", "reset");
  projectDirectory = mkdtempSync(join(tmpdir(), "partner-access-add-tenant-"));
});
afterEach(() => rmSync(projectDirectory, { recursive: true, force: true }));

const addTenant = (...argv: string[]) => callCommand(["emulator", "add-tenant", ...argv], emulator.env);
const domains = () => emulator.tenants.map(({ domain }) => domain);

describe("emulator add-tenant", () => {
  it("adds a partner to the emulator of this shell, and prints what comes next, each as it is typed", async () => {
    const { code, stdout, stderr } = await addTenant("adatum");
    expect({ code, domains: domains() }).toEqual({
      code: 0,
      domains: ["contoso.example", "fabrikam.example", "adatum.example"],
    });
    const { id, deployer } = emulator.tenants[2]!;
    expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([
      `export ARM_CLIENT_ID=${deployer.clientId} ARM_TENANT_ID=${id}`,
      `npm run partner-access -- new adatum --tenant-id ${id} --domain adatum.example --user reports@adatum.example --assigned-by deployer --vault-tenant-id ${homeTenant.id} --subscription-id ${homeSubscription.id} --vault-client-id ${homeTenant.deployer.clientId} --resource-group partner-insights --vault-name fabrikam-partner-access`,
      "pulumi stack init adatum",
      "npm run partner-access -- up -s adatum --yes",
      "npm run partner-access -- sign-in -s adatum",
      "npm run partner-access -- verify -s adatum",
      "npm run partner-access -- token -s adatum --header",
      "npm run partner-access -- status -s adatum",
      `export ARM_CLIENT_ID=${partnerTenant.deployer.clientId} ARM_TENANT_ID=${partnerTenant.id}`,
    ]);
    expect(stderr).toBe(`The emulator at ${emulator.origin} has the new tenant adatum.example. In this shell:\n`);
  });

  it("adds it once: a second run says that it is there, changes nothing and prints the same", async () => {
    const first = (await addTenant("adatum", "--json")).document.stacks[0];
    const before = await emulator.control("GET", "state");
    const again = (await addTenant("adatum", "--json")).document.stacks[0];
    expect([first.isNew, again.isNew]).toEqual([true, false]);
    expect(again).toEqual({ ...first, isNew: false });
    expect((await emulator.control("GET", "state")).tenants).toEqual(before.tenants);
    expect((await addTenant("adatum")).stderr).toContain("already has the tenant adatum.example; nothing was changed");
  });

  it("prints a `new` whose file passes every check", async () => {
    const { commands } = (await addTenant("adatum", "--json")).document.stacks[0];
    const words: string[] = commands[1].command.replace("npm run partner-access -- ", "").split(" ");
    const { context } = captureContext({ projectDirectory });
    expect(await main(words, context)).toBe(0);
    const { tenant, vault } = readStackFromFiles(projectDirectory, "adatum");
    expect([tenant.domain, vault.name]).toEqual(["adatum.example", homeSubscription.vault]);
  });

  it.each([
    ["without an emulator", { ARM_METADATA_HOSTNAME: undefined }, "this shell has no emulator"],
    ["in a shell of a real cloud", { ARM_METADATA_HOSTNAME: "login.microsoftonline.com" }, "is not this machine"],
    ["when the emulator has ended", { ARM_METADATA_HOSTNAME: "localhost:1" }, "does not answer"],
  ])("says %s how to get one", async (_what, env, sentence) => {
    const answer = await callCommand(["emulator", "add-tenant", "adatum", "--json"], { ...emulator.env, ...env });
    expect(answer.code).toBe(2);
    expect(answer.document.problems).toEqual([
      {
        code: "no-emulator",
        message: expect.stringContaining(sentence),
        fix: "Start one and use the shell that it prints: npm run partner-access -- demo --keep",
      },
    ]);
  });

  it.each([
    ["a name that no stack can have", ["add-tenant", "Adatum!"], "lower-case"],
    ["a domain", ["add-tenant", "adatum.example"], "lower-case"],
    ["the vault's own tenant", ["add-tenant", "fabrikam"], "not as a partner tenant"],
    ["no name", ["add-tenant"], "needs the name of the partner"],
    ["another action", ["remove-tenant", "adatum"], 'got "remove-tenant"'],
    ["a port", ["add-tenant", "adatum", "--port", "8443"], "does not start an emulator"],
  ])("refuses %s, and adds nothing", async (_what, argv, sentence) => {
    const { code, document } = await callCommand(["emulator", ...argv, "--json"], emulator.env);
    expect({ code, message: document.problems[0].message }).toEqual({
      code: 2,
      message: expect.stringContaining(sentence),
    });
    expect(domains()).toEqual(["contoso.example", "fabrikam.example"]);
  });
});

describe("emulator --help", () => {
  it("lists every control route that the emulator answers", async () => {
    const { context, stdout } = captureContext();
    await main(["emulator", "--help"], context);
    const listed = [...stdout().matchAll(/^ {2}(GET|POST) +(\/_emulator\/\S+) +\S/gm)].map(
      ([, method, path]) => `${method} ${path}`,
    );
    const { body } = await emulator.call("GET", "/_emulator/nothing");
    expect(body.error.problems[0]).toBe(`GET /_emulator/nothing is no control route; there are ${listed.join(", ")}`);
    expect(listed).toContain("POST /_emulator/clock");
    for (const route of listed) {
      const [method = "", path = ""] = route.split(" ");
      expect({ route, status: (await emulator.call(method, path, { body: { surprise: 1 } })).status }).toEqual({
        route,
        status: method === "GET" ? 200 : 400,
      });
    }
  });
});
