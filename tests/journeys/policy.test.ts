import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { homeTenant } from "../../offline/emulator/seed/constants";
import { type Journey, startJourney } from "../support/journey";

const run = promisify(execFile);
let journey: Journey;

beforeAll(async () => {
  journey = await startJourney();
});
afterAll(() => journey?.stop());
jest.setTimeout(240_000);

/** What `pulumi preview --policy-pack policy` says, with the pack that stands beside the program. */
async function preview(...more: readonly string[]) {
  const before = (await journey.writes()).length;
  const argv = [
    "preview",
    "--stack",
    "dev",
    "--non-interactive",
    "--color",
    "never",
    "--policy-pack",
    "policy",
    ...more,
  ];
  const { stdout, stderr, failed } = await run(journey.pulumi, argv, {
    cwd: journey.directory,
    env: journey.env,
    maxBuffer: 50_000_000,
  }).then(
    (done) => ({ ...done, failed: false }),
    (error: { stdout: string; stderr: string }) => ({ ...error, failed: true }),
  );
  return { said: `${stdout}\n${stderr}`, isRefused: failed, writes: (await journey.writes()).length - before };
}

describe("the policy pack, run by the real engine", () => {
  it("lets the program pass as it is", async () => {
    const { said, isRefused, writes } = await preview();
    expect({ isRefused, writes, said: isRefused ? said : "" }).toEqual({ isRefused: false, writes: 0, said: "" });
    expect(said).toMatch(/partner-insights-access@v0\.1\.0/);
    expect(said).not.toMatch(/can't be known|could not be evaluated/);
  });

  it("allows a permission of an API that api-catalog.yaml adds, where access-policy.yaml does", async () => {
    const api = { name: "Woodgrove Reports", clientId: "c0ffee00-0000-4000-8000-0000000000e1" };
    const scope = { name: "Reports.Read", id: "c0ffee00-0000-4000-8000-0000000000e2", kind: "delegated" };
    const added = { ...api, permissions: [{ ...scope, lets: "Read reports.", adminConsent: false }] };
    await writeFile(join(journey.directory, "api-catalog.yaml"), JSON.stringify({ apis: [added] }));
    const allowed = { api: api.name, kind: "delegated", permission: scope.name, reason: "The weekly report." };
    await journey.edit("access-policy.yaml", (text) =>
      text.replace("permissions: []", `permissions: ${JSON.stringify([allowed])}`),
    );
    const wanted = { api: api.name, delegated: [scope.name], reason: "The weekly report." };
    await journey.configure(["permissions"], [wanted]);
    const { said, isRefused } = await preview();
    expect({ isRefused, said: isRefused ? said : "" }).toEqual({ isRefused: false, said: "" });
  });

  it("lets a created vault's writer write where access-policy.yaml names it for this vault, all of it known in a first preview", async () => {
    await journey.configure(["vault", "mode"], "create");
    await journey.configure(["vault", "name"], "fabrikam-new-vault");
    const refused = await preview();
    expect(refused.isRefused).toBe(true);
    expect(refused.said).toContain('name it among the writers of access-policy.yaml with "vault: fabrikam-new-vault"');
    const writer = { principalId: homeTenant.deployer.objectId, vault: "fabrikam-new-vault", reason: "It is created." };
    await journey.edit("access-policy.yaml", (text) =>
      text.replace("writers:\n", `writers:\n  - ${JSON.stringify(writer)}\n`),
    );
    const { said, isRefused } = await preview();
    expect({ isRefused, said: isRefused ? said : "" }).toEqual({ isRefused: false, said: "" });
    await journey.configure(["vault", "mode"], "existing");
    await journey.configure(["vault", "name"], "fabrikam-partner-access");
  });

  it("allows secrets a longer life where its own settings say so", async () => {
    await journey.configure(["rotation", "lifetimeDays"], 365);
    const settings = join(journey.leftovers, "policy.json");
    await writeFile(settings, JSON.stringify({ "secret-lifetime": { longestLifetimeDays: 365 } }));
    const { said, isRefused } = await preview("--policy-pack-config", settings);
    expect({ isRefused, said: isRefused ? said : "" }).toEqual({ isRefused: false, said: "" });
  });

  it("blocks a program whose code grants, reads, adopts or opens more, in one preview, and names each rule", async () => {
    await journey.edit("components/api-permission-grants.ts", (text) =>
      text.replace("claimValues: [...delegated].sort(),", 'claimValues: [...delegated, "Invented.Scope"].sort(),'),
    );
    await journey.edit("components/partner-application.ts", (text) =>
      text.replace(/signInAudience: "AzureADMyOrg"/, 'signInAudience: "AzureADandPersonalMicrosoftAccount"'),
    );
    await journey.edit("components/credential-vault.ts", (text) =>
      text.replace("principalId: reader.objectId,", 'principalId: "c0ffee00-0000-4000-8000-0000000000ee",'),
    );
    await journey.edit("components/api-permission-grants.ts", (text) =>
      text.replace("userObjectId: grantedTo.objectId", "userObjectId: undefined as unknown as string"),
    );
    await journey.edit("components/api-permission-grants.ts", (text) =>
      text.replace("{ parent: this, retainOnDelete: true }", "{}"),
    );
    await journey.edit("components/partner-application.ts", (text) =>
      text.replace("appRoleId: DEFAULT_ACCESS", "appRoleId: principal.objectId.apply(() => DEFAULT_ACCESS)"),
    );
    const { said, isRefused, writes } = await preview();
    expect({ isRefused, writes }).toEqual({ isRefused: true, writes: 0 });
    expect(said).toContain("its appRoleId is not known yet, and this rule needs it");
    expect(said).toContain("it grants the delegated permission Invented.Scope, which is not allowed");
    expect(said).toContain("it lets AzureADandPersonalMicrosoftAccount sign in");
    expect(said).toContain("may not read the client secret");
    expect(said).toContain("it gives consent for everyone in the tenant without a consent.reason");
    expect(said).toMatch(/partner-api-\S+: it belongs to another publisher's API and destroy would delete it/);
    expect(said).toMatch(/partner\S*: its client secrets live 365 days, and at most 180 are allowed/);
    expect(said).toMatch(/it ends in 3\d\d days, and at most 180 are allowed/);
    const rules = ["allowed-permissions", "no-personal-accounts", "allowed-readers", "secret-lifetime"];
    for (const rule of [...rules, "api-principals-are-retained", "tenant-wide-consent-needs-a-reason"])
      expect(said).toContain(rule);
    expect(said).toMatch(/\[mandatory\]/);
  });
});
