import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { administratorScript } from "../../../cli/onboard/administrator-script";
import { readPipeline } from "../../../cli/onboard/pipelines";
import { azureRights, graphRights } from "../../../cli/onboard/rights";
import { vaultOwnerScript } from "../../../cli/onboard/vault-owner-script";
import { readStackFromFiles } from "../../../configuration/read-stack";
import type { StackConfiguration } from "../../../configuration/stack-configuration";
import { builtInRoles, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { onlyTheseRoles } from "../../../offline/emulator/services/resource-manager/conditions";
import { microsoftGraphAppId, partnerCenterAppId } from "../../../offline/emulator/world/microsoft-applications";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { bareTenants } from "./bare-tenants";
import { type FakeAz, type ScriptResult, startFakeAz } from "./fake-az";

const project = resolve(__dirname, "../../..");
const graph = { graph: "https://graph.microsoft.com" };
const github = readPipeline("dev", { github: "fabrikam@12/partner-access@34" });
const issuer = "https://token.actions.githubusercontent.com";
const subjectOf = (environment: string) => `repo:fabrikam@12/partner-access@34:environment:${environment}`;
const dev = readStackFromFiles(project, "dev");
const configuration: StackConfiguration = {
  ...dev,
  reportingUser: { userPrincipalName: "reports@contoso.example", assignedBy: "admin" },
};

// Dozens of small processes, beside whatever else runs on the machine.

let emulator: TestEmulator;
let az: FakeAz;

beforeAll(async () => {
  emulator = await startTestEmulator();
  az = await startFakeAz(emulator);
});
beforeEach(() => {
  emulator.reset();
  emulator.forgetTokens();
  bareTenants(emulator);
});
afterAll(async () => {
  await az?.stop();
  await emulator?.stop();
});

const tenantOf = ({ id }: { readonly id: string }) => emulator.world.tenants.get(id)!;

const identityNamed = (name: string) => {
  const { applications, servicePrincipals, assignments } = tenantOf(partnerTenant);
  const application = applications.all().find(({ properties }) => properties["displayName"] === name);
  const principal = servicePrincipals.all().find(({ appId }) => appId === application?.appId);
  const graphPrincipal = servicePrincipals.all().find(({ appId }) => appId === microsoftGraphAppId);
  const held = assignments
    .all()
    .filter(({ principalId, resourceId }) => principalId === principal?.id && resourceId === graphPrincipal?.id);
  return { application, principal, held: held.map(({ appRoleId }) => appRoleId).sort() };
};
const rightsOf = (identity: string) =>
  graphRights(configuration)
    .filter((right) => right.identity === identity)
    .map(({ id }) => id)
    .sort();
const expectDone = ({ code, stderr }: ScriptResult) =>
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
const writes = ({ calls }: ScriptResult) =>
  calls.filter((words) => /\b(create|delete)\b/.test(words.slice(0, 4).join(" ")) || words.includes("post"));

describe("the administrator's script, run by a shell against the emulator", () => {
  const script = administratorScript(configuration, github, graph);

  it("makes deployer and rotator with their trust and exactly their rights, and says which ids to write down", async () => {
    const result = await az.run(script, "partner");
    expectDone(result);
    for (const [identity, environment] of [
      ["deployer", "apply-dev"],
      ["rotator", "rotate-dev"],
    ] as const) {
      const { application, principal, held } = identityNamed(`partner-access ${identity}`);
      expect(held).toEqual(rightsOf(identity));
      expect(application?.federatedCredentials).toMatchObject([
        { name: environment, issuer, subject: subjectOf(environment), audiences: ["api://AzureADTokenExchange"] },
      ]);
      expect(application?.passwordCredentials).toEqual([]);
      expect(result.stdout).toContain(`    - ${principal?.id} # ${identity}\n`);
      expect(result.stdout).toContain(`${application?.appId} ${identity === "deployer" ? "deploys" : "rotates"}`);
    }
    const principals = tenantOf(partnerTenant).servicePrincipals.all();
    expect(principals.some(({ appId }) => appId === partnerCenterAppId)).toBe(true);
  });

  it("changes nothing when it is run again, and assigns the reporting user once the application is there", async () => {
    const first = await az.run(script, "partner");
    expect(first.stderr).toContain("Run this once more after the first update of dev");
    const again = await az.run(script, "partner");
    expectDone(again);
    expect(writes(again)).toEqual([]);
    const displayName = configuration.application.displayName;
    const created = await emulator.call("POST", "/v1.0/applications", {
      as: "partner-administrator",
      body: { displayName },
    });
    await emulator.call("POST", "/v1.0/servicePrincipals", {
      as: "partner-administrator",
      body: { appId: created.body.appId },
    });
    expectDone(await az.run(script, "partner"));
    const { principal } = identityNamed(displayName);
    const assigned = tenantOf(partnerTenant)
      .assignments.all()
      .filter(({ resourceId }) => resourceId === principal?.id);
    expect(assigned.map(({ principalId }) => principalId)).toEqual([partnerTenant.reportingUser.objectId]);
    expect(writes(await az.run(script, "partner"))).toEqual([]);
  });

  it("takes everything back, but an identity that another stack's pipeline still uses", async () => {
    await az.run(script, "partner");
    const other = administratorScript(
      { ...configuration, stack: "second" },
      readPipeline("second", { github: "fabrikam/partner-access" }),
      graph,
    );
    expectDone(await az.run(other, "partner"));
    expect(identityNamed("partner-access deployer").application?.federatedCredentials).toHaveLength(2);
    expectDone(await az.run(script, "partner", { arguments: ["--take-back"] }));
    const left = identityNamed("partner-access deployer").application?.federatedCredentials;
    expect(left?.map(({ name }) => name)).toEqual(["apply-second"]);
    expectDone(await az.run(other, "partner", { arguments: ["--take-back"] }));
    for (const name of ["partner-access deployer", "partner-access rotator"]) {
      expect(identityNamed(name)).toEqual({ application: undefined, principal: undefined, held: [] });
    }
    expectDone(await az.run(other, "partner", { arguments: ["--take-back"] }));
  });

  it("stops in another tenant before it writes anything", async () => {
    const result = await az.run(script, "home");
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`az login --tenant ${partnerTenant.id}`);
    expect(result.calls).toHaveLength(1);
  });

  it("stops when two applications have the identity's name", async () => {
    for (const _ of [1, 2]) {
      const body = { displayName: "partner-access deployer" };
      await emulator.call("POST", "/v1.0/applications", { as: "partner-administrator", body });
    }
    const result = await az.run(script, "partner");
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain("More than one application has displayName eq 'partner-access deployer'");
  });
});

describe("the vault owner's script, run by a shell against the emulator", () => {
  const script = vaultOwnerScript(configuration, github);
  const held = () =>
    tenantOf(homeTenant)
      .roleAssignments.all()
      .filter(({ principalId }) => principalId === homeTenant.deployer.objectId);

  it("gives the vault's identity exactly its roles, on the vault and nothing above it", async () => {
    const result = await az.run(script, "home");
    expectDone(result);
    expect(
      held()
        .map(({ roleDefinitionId }) => roleDefinitionId)
        .sort(),
    ).toEqual(
      azureRights(configuration)
        .map(({ role }) => role.id)
        .sort(),
    );
    for (const { scope } of held()) expect(scope.toLowerCase()).toMatch(/\/vaults\/fabrikam-partner-access$/);
    expect(writes(await az.run(script, "home"))).toEqual([]);
  });

  it("limits the right to give roles to reading secrets", async () => {
    const { calls } = await az.run(script, "home");
    const given = calls.find((words) => words.includes("--condition")) ?? [];
    expect(given[given.indexOf("--role") + 1]).toBe(builtInRoles.rbacAdministrator);
    const condition = given[given.indexOf("--condition") + 1] ?? "";
    expect(condition.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g)).toEqual([
      builtInRoles.keyVaultSecretsUser,
      builtInRoles.keyVaultSecretsUser,
    ]);
    const limited = held().filter((it) => it.condition !== null);
    expect(limited).toMatchObject([
      { roleDefinitionId: builtInRoles.rbacAdministrator, condition, conditionVersion: "2.0" },
    ]);
    expect(condition).toBe(onlyTheseRoles([builtInRoles.keyVaultSecretsUser]));
  });

  it("lets the identity trust both pipelines, and takes trust and roles back", async () => {
    await az.run(script, "home");
    const application = () =>
      tenantOf(homeTenant)
        .applications.all()
        .find(({ appId }) => appId === homeTenant.deployer.clientId);
    const subjects = application()?.federatedCredentials.map(({ subject }) => subject);
    expect(subjects).toEqual(expect.arrayContaining([subjectOf("apply-dev"), subjectOf("rotate-dev")]));
    await emulator.call(
      "DELETE",
      `/v1.0/applications(appId='${homeTenant.deployer.clientId}')/federatedIdentityCredentials/pipeline`,
      { as: "home-administrator" },
    );
    expectDone(await az.run(script, "home", { arguments: ["--take-back"] }));
    expect(application()?.federatedCredentials).toEqual([]);
    expect(held()).toEqual([]);
  });
});

describe("an application that trusts as many pipelines as Entra allows", () => {
  const application = () =>
    tenantOf(homeTenant)
      .applications.all()
      .find(({ appId }) => appId === homeTenant.deployer.clientId)!;
  const credentials = () => application().federatedCredentials.map(({ name }) => name);
  const fill = async (count: number) => {
    for (let place = credentials().length; place < count; place += 1) {
      await emulator.call(
        "POST",
        `/v1.0/applications(appId='${homeTenant.deployer.clientId}')/federatedIdentityCredentials`,
        {
          as: "home-administrator",
          body: {
            name: `other-${place}`,
            issuer,
            subject: subjectOf(`other-${place}`),
            audiences: ["api://AzureADTokenExchange"],
          },
        },
      );
    }
    expect(credentials()).toHaveLength(count);
  };

  it("is left as it is, with one sentence that says the limit, the number and the way out", async () => {
    await fill(19);
    const result = await az.run(vaultOwnerScript(configuration, github), "home");
    expect(result.code).toBe(1);
    expect(result.stderr).toBe(
      `An application can hold 20 federated credentials; ${homeTenant.deployer.clientId} has 19 and needs 2 more. ` +
        "Make another application, name it as vault.clientId in this stack's file, and print this again: " +
        "one serves 10 stacks on GitHub, 9 on Azure DevOps.\n",
    );
    expect(writes(result)).toEqual([]);
  });

  it("takes what fits, and a stack that it trusts already may run its script again", async () => {
    await fill(18);
    const script = vaultOwnerScript(configuration, github);
    expectDone(await az.run(script, "home"));
    expect(credentials().slice(-2)).toEqual(["apply-dev", "rotate-dev"]);
    const again = await az.run(script, "home");
    expectDone(again);
    expect(writes(again)).toEqual([]);
  });
});

describe("pipelines on Azure DevOps", () => {
  const devops = readPipeline("dev", { azureDevops: "fabrikam/access/partner-access" });

  it("are trusted with the issuer and the subject that the connection shows", async () => {
    const script = administratorScript(configuration, devops, graph);
    const env = {
      APPLY_ISSUER: `https://login.microsoftonline.com/${partnerTenant.id}/v2.0`,
      APPLY_SUBJECT: "/eid1/c/pub/t/abc/a/def/sc/1/2",
      ROTATE_ISSUER: "https://vstoken.dev.azure.com/1",
      ROTATE_SUBJECT: "sc://fabrikam/access/partner-access-rotate-dev",
    };
    expectDone(await az.run(script, "partner", { env }));
    const trusts = (name: string) => identityNamed(`partner-access ${name}`).application?.federatedCredentials ?? [];
    expect(trusts("deployer")).toMatchObject([
      { name: "apply-dev", subject: env.APPLY_SUBJECT, issuer: env.APPLY_ISSUER },
    ]);
    expect(trusts("rotator")).toMatchObject([{ name: "rotate-dev", subject: env.ROTATE_SUBJECT }]);
    expect(vaultOwnerScript(configuration, devops)).toContain("trust \"$client\" 'vault'");
  });

  it("keep the connection to the vault until the last stack is taken back", async () => {
    const connection = (role: string) => ({
      [`${role}_ISSUER`]: "https://vstoken.dev.azure.com/1",
      [`${role}_SUBJECT`]: `sc://fabrikam/access/${role}`,
    });
    const env = { ...connection("VAULT"), ...connection("APPLY"), ...connection("ROTATE") };
    const other = { ...env, APPLY_SUBJECT: "sc://a", ROTATE_SUBJECT: "sc://b" };
    const script = vaultOwnerScript(configuration, devops);
    const second = vaultOwnerScript(
      { ...configuration, stack: "second" },
      readPipeline("second", { azureDevops: "fabrikam/access/partner-access" }),
    );
    await emulator.call(
      "DELETE",
      `/v1.0/applications(appId='${homeTenant.deployer.clientId}')/federatedIdentityCredentials/pipeline`,
      { as: "home-administrator" },
    );
    const trusts = () =>
      tenantOf(homeTenant)
        .applications.all()
        .find(({ appId }) => appId === homeTenant.deployer.clientId)
        ?.federatedCredentials.map(({ name }) => name);
    expectDone(await az.run(script, "home", { env }));
    expectDone(await az.run(second, "home", { env: other }));
    expect(trusts()).toEqual(["vault", "apply-dev", "rotate-dev", "apply-second", "rotate-second"]);
    expectDone(await az.run(script, "home", { arguments: ["--take-back"] }));
    expect(trusts()).toEqual(["vault", "apply-second", "rotate-second"]);
    expectDone(await az.run(second, "home", { arguments: ["--take-back"] }));
    expect(trusts()).toEqual([]);
    expectDone(await az.run(second, "home", { arguments: ["--take-back"] }));
  });

  it.each([{}, { APPLY_ISSUER: "https://x", APPLY_SUBJECT: '","subject":"*' }])(
    "are not trusted with a missing or a strange subject",
    async (env) => {
      const result = await az.run(administratorScript(configuration, devops, graph), "partner", { env });
      expect(result.code).not.toBe(0);
      expect(result.stderr).toMatch(/Hand in the issuer and the subject|is not usable/);
      expect(identityNamed("partner-access deployer").application?.federatedCredentials).toEqual([]);
    },
  );
});

describe("hostile values", () => {
  const evil = "'; touch pwned; $(touch pwned) `touch pwned` \"\\\n touch pwned #";
  const hostile: StackConfiguration = {
    ...configuration,
    tenant: { ...configuration.tenant, domain: evil },
    application: { ...configuration.application, displayName: evil },
    reportingUser: { userPrincipalName: `a\`touch$IFS'pwned'\`$(touch pwned)@x`, assignedBy: "admin" },
    permissions: configuration.permissions.map((entry) => ({
      ...entry,
      api: { ...entry.api, name: evil },
      reason: evil,
    })),
    vault: { ...configuration.vault, resourceGroup: evil, name: evil, clientId: evil, subscriptionId: evil },
  };

  it("reach az as single words and never become commands", async () => {
    const administrator = await az.run(administratorScript(hostile, github, graph), "partner");
    const words = administrator.calls.flat();
    expect(words).toContain(`displayName eq '${evil.replaceAll("'", "''")}'`);
    const owner = await az.run(vaultOwnerScript(hostile, github), "home");
    expect(owner.calls.flat()).toContain(`appId eq '${evil.replaceAll("'", "''")}'`);
    const shell = await az.run("ls", "partner");
    expect(shell.stdout.split("\n").sort()).toEqual(["", "az", "inbox", "sleep"]);
    expect(administrator.stderr + owner.stderr).not.toMatch(/not found|syntax error/i);
  });

  it.each(["a b", "x;y", "$(x)", "é", "..", "-a", ""])("are refused as the name of a stack: %j", (stack) => {
    expect(() => readPipeline(stack, { github: "fabrikam/partner-access" })).toThrow(/environment's name/);
  });

  it.each(["fabrikam", "a/b/c", "fabrikam/x y", "fab'rikam/x", "fabrikam/$(x)", "-a/b"])(
    "are refused as a repository: %s",
    (repository) => {
      expect(() => readPipeline("dev", { github: repository })).toThrow(/OWNER\/REPO/);
    },
  );

  it("names both ways when neither or both are given", () => {
    expect(() => readPipeline("dev", {})).toThrow(/one of --github/);
    expect(() => readPipeline("dev", { github: "a/b", azureDevops: "a/b/c" })).toThrow(/one of --github/);
  });

  it("tells how to find the ids that newer repositories have in their subject", () => {
    const script = administratorScript(
      configuration,
      readPipeline("dev", { github: "fabrikam/partner-access" }),
      graph,
    );
    expect(script).toContain("gh api repos/fabrikam/partner-access");
    expect(administratorScript(configuration, github, graph)).not.toContain("gh api");
  });
});

describe("what must be limited before anybody runs a script", () => {
  it.each([
    [
      github,
      "# Before this is run, the environments apply-dev and rotate-dev must exist and be limited to the default branch.\n",
    ],
    [
      readPipeline("dev", { azureDevops: "fabrikam/access/partner-access" }),
      "# Before this is run, each connection must be open to these pipelines only and have the check Branch control for the default branch:\n",
    ],
  ])("is said at the top of both scripts", (pipeline, sentence) => {
    expect(administratorScript(configuration, pipeline, graph)).toContain(sentence);
    expect(vaultOwnerScript(configuration, pipeline)).toContain(sentence);
  });
});

it("leaves nothing in the project", () => {
  expect(readdirSync(project)).not.toContain("pwned");
});
