import { resolve } from "node:path";
import fc from "fast-check";
import { administratorScript } from "../../../cli/onboard/administrator-script";
import { readPipeline } from "../../../cli/onboard/pipelines";
import { vaultOwnerScript } from "../../../cli/onboard/vault-owner-script";
import { readStackFromFiles } from "../../../configuration/read-stack";
import type { StackConfiguration } from "../../../configuration/stack-configuration";
import { builtInRoles, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { onlyTheseRoles } from "../../../offline/emulator/services/resource-manager/conditions";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { bareTenants } from "./bare-tenants";
import { type FakeAz, type RunOptions, type ScriptResult, startFakeAz } from "./fake-az";

// Dozens of small processes, beside whatever else runs on the machine.

const project = resolve(__dirname, "../../..");
const graph = { graph: "https://graph.microsoft.com" };
const dev: StackConfiguration = {
  ...readStackFromFiles(project, "dev"),
  reportingUser: { userPrincipalName: "reports@contoso.example", assignedBy: "admin" },
};
const onGitHub = (stack: string, repository = "fabrikam/access") => readPipeline(stack, { github: repository });
const takeBack: RunOptions = { arguments: ["--take-back"] };

let emulator: TestEmulator;
let az: FakeAz;

beforeAll(async () => {
  emulator = await startTestEmulator();
  az = await startFakeAz(emulator);
});
beforeEach(async () => {
  emulator.reset();
  emulator.forgetTokens();
  bareTenants(emulator);
  // The seeded trust is another stack's, and a take-back would keep the roles for it.
  await emulator.call("DELETE", `${vaultCredentials}/pipeline`, { as: "home-administrator" });
});
afterAll(async () => {
  await az?.stop();
  await emulator?.stop();
});

const vaultCredentials = `/v1.0/applications(appId='${homeTenant.deployer.clientId}')/federatedIdentityCredentials`;
const world = ({ id }: { readonly id: string }) => emulator.world.tenants.get(id)!;
const applicationsNamed = (name: string) =>
  world(partnerTenant)
    .applications.all()
    .filter(({ properties }) => properties["displayName"] === name);
const deployerTrusts = () => applicationsNamed("partner-access deployer")[0]?.federatedCredentials ?? [];
const vaultTrusts = () =>
  world(homeTenant)
    .applications.all()
    .find(({ appId }) => appId === homeTenant.deployer.clientId)?.federatedCredentials ?? [];
const vaultRoles = () =>
  world(homeTenant)
    .roleAssignments.all()
    .filter(({ principalId }) => principalId === homeTenant.deployer.objectId);
const done = (result: ScriptResult) => {
  expect({ code: result.code, stderr: result.code === 0 ? "" : result.stderr }).toEqual({ code: 0, stderr: "" });
  return result;
};
const administrator = (script: string, options?: RunOptions) => az.run(script, "partner", options);
const owner = (script: string, options?: RunOptions) => az.run(script, "home", options);

describe("the name of a trust", () => {
  it("belongs to one stack only, whatever its name holds", () => {
    const stack = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/);
    const names = (name: string) => onGitHub(name).vault.map((trust) => trust.name);
    fc.assert(
      fc.property(stack, stack, (one, other) => {
        fc.pre(one !== other);
        expect(names(one)).not.toEqual(expect.arrayContaining(names(other)));
        for (const name of names(one)) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{2,119}$/);
      }),
      { seed: 11, numRuns: 500 },
    );
    const spelled = [
      "contoso.eu",
      "contoso-eu",
      "contoso_eu",
      "contoso_peu",
      "contoso__eu",
      "contoso._eu",
      "contoso_.eu",
    ];
    expect(new Set(spelled.flatMap(names)).size).toBe(2 * spelled.length);
    expect(names("contoso.eu")).toEqual(["apply-contoso_peu", "rotate-contoso_peu"]);
    expect(names("dev")).toEqual(["apply-dev", "rotate-dev"]);
  });

  it("is refused where it would have to be cut", () => {
    expect(() => onGitHub(`aa${".".repeat(98)}`)).toThrow(/would have 204 characters/);
    expect(onGitHub(`a${"b".repeat(99)}`).vault).toHaveLength(2);
  });

  it("leaves stacks with a dot and a dash both trusted, and takes each back alone", async () => {
    const [dot, dash] = (["contoso.eu", "contoso-eu"] as const).map((stack) => ({
      administrator: administratorScript({ ...dev, stack }, onGitHub(stack), graph),
      owner: vaultOwnerScript({ ...dev, stack }, onGitHub(stack)),
    }));
    for (const it of [dot!, dash!]) {
      done(await administrator(it.administrator));
      done(await owner(it.owner));
    }
    const subjects = (environment: string) =>
      ["contoso.eu", "contoso-eu"].map((stack) => `repo:fabrikam/access:environment:${environment}-${stack}`);
    expect(deployerTrusts().map(({ subject }) => subject)).toEqual(subjects("apply"));
    expect(vaultTrusts()).toHaveLength(4);
    done(await administrator(dash!.administrator, takeBack));
    done(await owner(dash!.owner, takeBack));
    expect(deployerTrusts().map(({ subject }) => subject)).toEqual(subjects("apply").slice(0, 1));
    expect(vaultTrusts()).toHaveLength(2);
    expect(vaultRoles()).not.toEqual([]);
  });
});

describe("a trust that is there already", () => {
  const devops = readPipeline("dev", { azureDevops: "fabrikam/access/partner-access" });
  const script = administratorScript(dev, devops, graph);
  const env = {
    APPLY_ISSUER: "https://vstoken.dev.azure.com/1",
    APPLY_SUBJECT: "sc://fabrikam/access/apply",
    ROTATE_ISSUER: "https://vstoken.dev.azure.com/1",
    ROTATE_SUBJECT: "sc://fabrikam/access/rotate",
  };

  it.each([
    ["issuer", { APPLY_ISSUER: "https://login.microsoftonline.com/1/v2.0" }],
    ["subject", { APPLY_SUBJECT: "sc://fabrikam/access/corrected" }],
  ])("gets a corrected %s, and is never missing meanwhile", async (property, corrected) => {
    done(await administrator(script, { env }));
    const result = done(await administrator(script, { env: { ...env, ...corrected } }));
    expect(deployerTrusts()).toMatchObject([{ name: "apply-dev", [property]: Object.values(corrected)[0] }]);
    expect(result.calls.filter((words) => words.includes("delete"))).toEqual([]);
  });

  it("gets the right audience where somebody wrote another", async () => {
    const github = administratorScript(dev, onGitHub("dev"), graph);
    done(await administrator(github));
    const [application] = applicationsNamed("partner-access deployer");
    const path = `/v1.0/applications/${application!.id}/federatedIdentityCredentials/apply-dev`;
    await emulator.call("PATCH", path, { as: "partner-administrator", body: { audiences: ["api://other"] } });
    done(await administrator(github));
    expect(deployerTrusts()).toMatchObject([{ audiences: ["api://AzureADTokenExchange"] }]);
  });

  it.each([
    ["another repository", onGitHub("dev", "fabrikam/other"), {}],
    ["another system", devops, env],
  ])("and was made for %s stops the script, stays as it is, and is not taken back", async (_, pipeline, variables) => {
    done(await administrator(administratorScript(dev, onGitHub("dev"), graph)));
    const before = deployerTrusts();
    const other = administratorScript(dev, pipeline, graph);
    const result = await administrator(other, { env: variables });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      "apply-dev of application " +
        `${applicationsNamed("partner-access deployer")[0]!.appId} was made for jobs of the environment apply-dev in fabrikam/access, and not for `,
    );
    expect(result.stderr).toMatch(
      /\n {2}az ad app federated-credential delete --id \S+ --federated-credential-id apply-dev\n$/,
    );
    expect(deployerTrusts()).toEqual(before);
    const back = done(await administrator(other, takeBack));
    expect(back.stderr).toContain(
      "apply-dev stays: it was made for jobs of the environment apply-dev in fabrikam/access.",
    );
    expect(deployerTrusts()).toEqual(before);
  });

  it("and says nothing of what it was made for is somebody else's: it stops the script, and is not taken back", async () => {
    const script = administratorScript(dev, onGitHub("dev"), graph);
    done(await administrator(script));
    const [application] = applicationsNamed("partner-access deployer");
    const path = `/v1.0/applications/${application!.id}/federatedIdentityCredentials/apply-dev`;
    const body = { description: "", subject: "repo:attacker/access:environment:apply-dev" };
    await emulator.call("PATCH", path, { as: "partner-administrator", body });
    const before = deployerTrusts();
    const result = await administrator(script);
    expect([result.code, result.stderr]).toEqual([
      1,
      expect.stringContaining("something that its description does not say"),
    ]);
    done(await administrator(script, takeBack));
    expect(deployerTrusts()).toEqual(before);
  });

  it("is the same when GitHub begins to write ids into its subjects, or the repository is spelled with other capitals", async () => {
    done(await administrator(administratorScript(dev, onGitHub("dev"), graph)));
    const withIds = administratorScript(dev, onGitHub("dev", "Fabrikam@12/Access@34"), graph);
    done(await administrator(withIds));
    expect(deployerTrusts()).toMatchObject([{ subject: "repo:Fabrikam@12/Access@34:environment:apply-dev" }]);
  });
});

describe("a right that is there already", () => {
  const script = vaultOwnerScript(dev, onGitHub("dev"));
  const administratorRole = () =>
    vaultRoles().find(({ roleDefinitionId }) => roleDefinitionId === builtInRoles.rbacAdministrator);
  const spoil = async (properties: Readonly<Record<string, unknown>>) => {
    const { id, scope, roleDefinitionId, principalId } = administratorRole()!;
    const { subscriptionId } = dev.vault;
    world(homeTenant).roleAssignments.remove(id);
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`;
    const definition = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleDefinitionId}`;
    const body = {
      properties: { roleDefinitionId: definition, principalId, principalType: "ServicePrincipal", ...properties },
    };
    const answer = await emulator.call("PUT", path, { as: "home-administrator", body });
    expect(answer.status).toBe(201);
  };

  it.each([
    ["no condition", {}],
    [
      "another condition",
      {
        condition: onlyTheseRoles([builtInRoles.keyVaultSecretsUser, builtInRoles.keyVaultSecretsOfficer]),
        conditionVersion: "2.0",
      },
    ],
  ])("with %s is replaced by the one that was asked for, once", async (_, properties) => {
    done(await owner(script));
    const wanted = administratorRole()?.condition;
    expect(wanted).toContain(builtInRoles.keyVaultSecretsUser);
    await spoil(properties);
    done(await owner(script));
    expect(administratorRole()).toMatchObject({
      condition: wanted,
      conditionVersion: "2.0",
      principalType: "ServicePrincipal",
    });
    const again = done(await owner(script));
    expect(again.calls.filter((words) => /\b(create|delete|update)\b/.test(words.slice(0, 4).join(" ")))).toEqual([]);
  });
});

describe("--take-back", () => {
  const kinds = {
    administrator: { script: administratorScript(dev, onGitHub("dev"), graph), run: administrator, deletions: 4 },
    owner: { script: vaultOwnerScript(dev, onGitHub("dev")), run: owner, deletions: 5 },
  };
  it.each(["administrator", "owner"] as const)(
    "of the %s goes on from wherever it was killed, and may be repeated",
    async (who) => {
      const { script, run, deletions } = kinds[who];
      done(await run(script));
      // Killed again and again, each time at the first thing it removes: every state between all and nothing is met.
      for (let number = 1; number <= deletions; number += 1) {
        for (const when of ["before", "after"] as const) {
          const killed = await run(script, { ...takeBack, killAtDelete: when });
          expect({ number, when, code: killed.code }).toEqual({ number, when, code: null });
        }
      }
      if (who === "administrator") {
        for (const name of ["deployer", "rotator"]) expect(applicationsNamed(`partner-access ${name}`)).toEqual([]);
      } else {
        expect(vaultTrusts()).toEqual([]);
        expect(vaultRoles()).toEqual([]);
      }
      const last = done(await run(script, takeBack));
      expect(last.calls.filter((words) => words.includes("delete"))).toEqual([]);
    },
  );

  it("says that roles stay while other pipelines sign in with the identity", async () => {
    done(await owner(kinds.owner.script));
    done(await owner(vaultOwnerScript({ ...dev, stack: "second" }, onGitHub("second"))));
    const result = done(await owner(kinds.owner.script, takeBack));
    expect(result.stderr).toBe(`Other pipelines sign in with ${homeTenant.deployer.clientId}: its roles stay.\n`);
    expect(vaultRoles()).not.toEqual([]);
  });

  it("says what may be left where the application itself is gone", async () => {
    done(await owner(kinds.owner.script));
    const { clientId } = homeTenant.deployer;
    await emulator.call("DELETE", `/v1.0/applications(appId='${clientId}')`, { as: "home-administrator" });
    const result = await owner(kinds.owner.script, takeBack);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`There is no application ${clientId} here any more`);
  });

  it.each([["--takeback"], ["--take-back", "now"], ["-h"]])(
    "misspelled as %s gives and takes nothing",
    async (...words) => {
      const result = await administrator(kinds.administrator.script, { arguments: words });
      expect(result).toMatchObject({ code: 2, stderr: "Usage: sh FILE [--take-back]\n", calls: [] });
    },
  );
});

describe("a reporting user with an apostrophe", () => {
  it("is found and assigned", async () => {
    const name = "miles.o'brien@contoso.example";
    const user = world(partnerTenant)
      .users.all()
      .find(({ id }) => id === partnerTenant.reportingUser.objectId)!;
    world(partnerTenant).users.put({ ...user, userPrincipalName: name });
    const stack: StackConfiguration = { ...dev, reportingUser: { userPrincipalName: name, assignedBy: "admin" } };
    const application = await emulator.call("POST", "/v1.0/applications", {
      as: "partner-administrator",
      body: { displayName: dev.application.displayName },
    });
    done(await administrator(administratorScript(stack, onGitHub("dev"), graph)));
    const principal = world(partnerTenant)
      .servicePrincipals.all()
      .find(({ appId }) => appId === application.body.appId);
    const assigned = world(partnerTenant)
      .assignments.all()
      .filter(({ resourceId }) => resourceId === principal?.id);
    expect(assigned.map(({ principalId }) => principalId)).toEqual([partnerTenant.reportingUser.objectId]);
  });
});

describe("a repository", () => {
  it.each([
    "a/b.git",
    "a/B.GIT",
    "a@1/b",
    "a/b@2",
    "a@1/b.git@2",
    "a/.",
    "a/..",
    "a/..@1",
    "a@0/b@1",
    "a@1/b@0",
    "a/b/",
    "a /b",
  ])("that GitHub cannot have is refused: %s", (repository) => {
    expect(() => onGitHub("dev", repository)).toThrow(
      `--github must be OWNER/REPO or OWNER@ID/REPO@ID, got "${repository}"`,
    );
  });

  it.each([
    ["fabrikam/access", "https://token.actions.githubusercontent.com"],
    ["github.fabrikam.example/fabrikam/access", "https://github.fabrikam.example/_services/token"],
    ["https://GitHub.Fabrikam.Example/fabrikam/access", "https://github.fabrikam.example/_services/token"],
    ["fabrikam.ghe.com/fabrikam/access", "https://token.actions.fabrikam.ghe.com"],
  ])("trusts the server that signs the tokens of %s", (repository, issuer) => {
    const { deployer, rotator, notes } = onGitHub("contoso", repository);
    expect([...deployer, ...rotator].map(({ source }) => source)).toEqual(
      ["apply", "rotate"].map((role) => ({
        kind: "known",
        issuer,
        subject: `repo:fabrikam/access:environment:${role}-contoso`,
      })),
    );
    // Two servers may hold a repository of one name, and a script knows its own trust by these words.
    expect(deployer[0]?.from).toContain(repository.toLowerCase().replace("https://", ""));
    expect(notes.join("\n").includes("reachable from the internet")).toBe(repository !== "fabrikam/access");
  });

  it.each([
    "https://fabrikam/access",
    "http://github.fabrikam.example/a/b",
    "github.fabrikam.example:8443/a/b",
    "x.y/a/b/c",
  ])("refuses %s, which names no server and repository", (repository) => {
    expect(() => onGitHub("contoso", repository)).toThrow("--github must be OWNER/REPO");
  });

  it.each(["a/b", "a@1/b@2", "a/b.github", "a/.github", "a/git", "octo_fabrikam/b", "https://github.com/a/b"])(
    "that it can have is taken: %s",
    (repository) => {
      expect(onGitHub("dev", repository).deployer).toHaveLength(1);
    },
  );
});
