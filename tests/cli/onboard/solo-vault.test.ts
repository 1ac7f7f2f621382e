import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { azureRoles } from "../../../model/azure-roles";
import { homeSubscription, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { administratorId } from "../../../offline/emulator/seed/seed-azure";
import { type SignedInCli, signInToCli } from "../../support/azure-cli";
import { callCommand } from "../../support/command-call";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

let emulator: TestEmulator;
let cli: SignedInCli;
let projectDirectory: string;
const path = process.env["PATH"];

beforeAll(async () => {
  emulator = await startTestEmulator();
});
beforeEach(async () => {
  emulator.reset();
  cli = await signInToCli(emulator);
  projectDirectory = mkdtempSync(join(tmpdir(), "partner-access-new-"));
  // Microsoft's library starts the CLI with this process's own environment.
  process.env["PATH"] = [cli.folder, path].join(delimiter);
});
afterEach(() => {
  process.env["PATH"] = path;
  cli.remove();
  rmSync(projectDirectory, { recursive: true, force: true });
});
afterAll(() => emulator.stop());

const answers = [
  ...["--tenant-id", partnerTenant.id, "--domain", partnerTenant.domain, "--user", `reports@${partnerTenant.domain}`],
  ...["--vault-tenant-id", homeTenant.id, "--subscription-id", homeSubscription.id],
  ...["--resource-group", "alone", "--vault-name", "alone-vault"],
];
const isTold = ([name]: [string, unknown]) => !/^(ARM|AZURE)_(CLIENT|TENANT|OIDC)/.test(name);

async function newSolo(...argv: string[]) {
  const env = Object.fromEntries(Object.entries(emulator.env).filter(isTold));
  const before = (await emulator.control("GET", "journal")).length;
  const result = await callCommand(["new", "alone", "--solo", "--json", ...argv], env, { projectDirectory });
  const calls = (await emulator.control("GET", "journal")).slice(before) as { method: string; path: string }[];
  return { ...result, writes: calls.filter(({ method }) => method === "PUT").map((it) => it.path.split("/").at(-2)) };
}

const home = () => emulator.world.tenants.get(homeTenant.id)!;
const person = administratorId(homeTenant.id);
const made = () => ({
  groups: home()
    .resourceGroups.all()
    .map(({ name, location }) => [name, location]),
  vaults: home()
    .vaults.all()
    .map(({ name }) => name),
  roles: home()
    .roleAssignments.all()
    .filter(({ scope, principalId }) => scope.endsWith("/alone-vault") && principalId === person)
    .map(({ roleDefinitionId, principalType }) => [roleDefinitionId.split("/").at(-1), principalType]),
});

describe("new --solo", () => {
  it("writes a stack without a pipeline's identity, and makes group, vault and the person's role", async () => {
    const before = made();
    const { code, document, stderr } = await newSolo(...answers, "--location", "northeurope", "--yes");
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(document.stacks[0].created).toEqual([
      "create resource group alone in northeurope",
      "create vault alone-vault in northeurope",
      "give you Key Vault Secrets Officer on vault alone-vault",
    ]);
    const configuration = readStackFromFiles(projectDirectory, "alone");
    expect(configuration).toMatchObject({
      solo: true,
      vault: { clientId: undefined, mode: "existing", name: "alone-vault" },
      reportingUser: { assignedBy: "deployer" },
    });
    expect(made()).toEqual({
      groups: [...before.groups, ["alone", "northeurope"]],
      vaults: [...before.vaults, "alone-vault"],
      roles: [[azureRoles.secretsOfficer.id, "User"]],
    });
    const vault = home()
      .vaults.all()
      .find(({ name }) => name === "alone-vault");
    expect(vault?.properties).toMatchObject({
      tenantId: homeTenant.id,
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
    });
    expect(stderr).toContain("pulumi stack init alone\n");
    expect(stderr).toContain("npm run partner-access -- up -s alone --preflight\n");
    expect(stderr).not.toContain("deployer");
  });

  it("makes nothing twice, and goes on after any failure with the file that it wrote", async () => {
    const steps = ["**/resourceGroups/alone", "**/vaults/alone-vault", "**/roleAssignments/*"];
    for (const step of steps) {
      const fault = { path: step, method: "PUT", times: 1, when: "before", action: "status", status: 403 };
      await emulator.control("POST", "faults", [fault]);
      const argv = step === steps[0] ? [...answers, "--yes"] : ["--yes"];
      expect((await newSolo(...argv)).code).not.toBe(0);
    }
    const text = readFileSync(join(projectDirectory, "Pulumi.alone.yaml"), "utf8");
    expect((await newSolo("--yes")).document.stacks[0].created).toEqual([
      "give you Key Vault Secrets Officer on vault alone-vault",
    ]);
    const after = made();
    const again = await newSolo("--yes");
    expect([again.code, again.writes, made()]).toEqual([0, [], after]);
    expect(readFileSync(join(projectDirectory, "Pulumi.alone.yaml"), "utf8")).toBe(text);
  });

  it("creates nothing that nobody agreed to, and says what it would", async () => {
    const { code, document, stderr, writes } = await newSolo(...answers);
    expect([code, writes, document.problems.map(({ code }: { code: string }) => code)]).toEqual([1, [], ["declined"]]);
    expect(stderr).toContain("create vault alone-vault in westeurope: the credentials are kept there");
  });

  it("has a script for the administrator, on the way to a pipeline, and none for an identity that it does not have", async () => {
    await newSolo(...answers, "--yes");
    const deployer = (...argv: string[]) =>
      callCommand(["deployer", "-s", "alone", "--github", "o/r", "--json", ...argv], {}, { projectDirectory });
    const { code, document } = await deployer("--for", "administrator");
    expect([code, document.stacks[0].scripts.map((it: { for: string }) => it.for)]).toEqual([0, ["administrator"]]);
    expect((await deployer()).document.problems).toMatchObject([{ code: "solo" }]);
  });

  it.each([
    ["--vault-client-id", "c0ffee00-0000-4000-8000-00000000d002"],
    ["--vault-mode", "create"],
  ])("refuses %s: the person writes the vault", async (...argv) => {
    const { code, document } = await newSolo(...answers, ...argv);
    expect([code, document.problems[0].message]).toEqual([2, expect.stringContaining("do not go with --solo")]);
  });
});
