import { resolve } from "node:path";
import { type AzureRight, azureRights, graphRights } from "../../../cli/onboard/rights";
import { readCloudEndpoints } from "../../../clients/entra/clouds";
import { readStackFromFiles } from "../../../configuration/read-stack";
import type { StackConfiguration } from "../../../configuration/stack-configuration";
import program from "../../../index";
import { dayOf } from "../../../model/day";
import { homeSubscription, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { onlyTheseRoles } from "../../../offline/emulator/services/resource-manager/conditions";
import { graphRoleId } from "../../../offline/emulator/world/graph-permissions";
import { microsoftGraphAppId } from "../../../offline/emulator/world/microsoft-applications";
import { azureNative } from "../../../offline/providers/azure-native/provider";
import { azuread } from "../../../offline/providers/azuread/provider";
import { drivenDependencies } from "../../support/driver/driven-dependencies";
import { emulatorFetch } from "../../support/driver/emulator-fetch";
import { startVirtualTime, type VirtualTime } from "../../support/driver/virtual-time";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";
import { type DriverRun, InProcessDriver } from "../../support/in-process-driver";

/**
 * The rights that `deployer` hands out, held against the real program: with exactly these it goes through, and with any one of them gone
 * something is refused. The stand-in providers and the emulator stand for Microsoft.
 */
const dev = readStackFromFiles(resolve(__dirname, "../../.."), "dev");
const owners = [partnerTenant.deployer.objectId, partnerTenant.rotator.objectId];
const configured = (assignedBy: "admin" | "deployer"): StackConfiguration => ({
  ...dev,
  application: { ...dev.application, owners },
  reportingUser: { userPrincipalName: partnerTenant.reportingUser.userPrincipalName, assignedBy },
});
const byAdmin = configured("admin");
const byDeployer = configured("deployer");

let emulator: TestEmulator;
let time: VirtualTime;
let wire: ReturnType<typeof emulatorFetch>;

beforeAll(async () => {
  time = startVirtualTime();
  emulator = await startTestEmulator();
  wire = emulatorFetch(emulator);
});
afterAll(async () => {
  wire?.stop();
  time?.restore();
  await emulator?.stop();
});

const tenantOf = (id: string) => emulator.world.tenants.get(id)!;

interface Grants {
  readonly graph: Readonly<Record<"deployer" | "rotator", readonly string[]>>;
  readonly azure: readonly Pick<AzureRight, "role" | "on" | "mayGive">[];
}

/** Exactly what the two scripts give. */
function grantsOf(configuration: StackConfiguration): Grants {
  const rights = graphRights(configuration);
  const permissions = (name: string) => rights.filter(({ identity }) => identity === name).map((it) => it.permission);
  return {
    graph: { deployer: permissions("deployer"), rotator: permissions("rotator") },
    azure: azureRights(configuration),
  };
}

const without = (grants: Grants, gone: string): Grants => ({
  graph: {
    deployer: grants.graph.deployer.filter((name) => `deployer ${name}` !== gone),
    rotator: grants.graph.rotator.filter((name) => `rotator ${name}` !== gone),
  },
  azure: grants.azure.filter(({ role }) => role.id !== gone),
});

/** Both tenants as after the scripts: nothing else in the hands of the three identities. */
async function begin(grants: Grants): Promise<void> {
  emulator.reset();
  // What the administrator's script creates beside the rights.
  const body = { appId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd" };
  emulator.forgetTokens();
  await emulator.call("POST", "/v1.0/servicePrincipals", { as: "partner-administrator", body });
  give(grants);
}

function give({ graph, azure }: Grants): void {
  const partner = tenantOf(partnerTenant.id);
  const graphPrincipal = partner.servicePrincipals.all().find(({ appId }) => appId === microsoftGraphAppId)!;
  for (const identity of ["deployer", "rotator"] as const) {
    const { objectId } = partnerTenant[identity];
    for (const held of partner.assignments.all()) {
      if (held.principalId === objectId) partner.assignments.remove(held.id);
    }
    for (const permission of graph[identity]) {
      partner.assignments.put({
        id: `${objectId}-${permission}`,
        appRoleId: graphRoleId(permission),
        principalId: objectId,
        principalType: "ServicePrincipal",
        resourceId: graphPrincipal.id,
        createdDateTime: "2026-01-01T00:00:00Z",
      });
    }
  }
  const home = tenantOf(homeTenant.id);
  const group = `/subscriptions/${homeSubscription.id}/resourcegroups/${homeSubscription.resourceGroup}`;
  const scopes = { group, vault: `${group}/providers/microsoft.keyvault/vaults/${homeSubscription.vault}` };
  for (const held of home.roleAssignments.all()) {
    if (held.principalId === homeTenant.deployer.objectId) home.roleAssignments.remove(held.id);
  }
  for (const { role, on, mayGive } of azure) {
    const isLimited = mayGive.length > 0;
    const name = `0000000${on.length}${role.id.slice(8)}`;
    home.roleAssignments.put({
      id: `${scopes[on]}/providers/microsoft.authorization/roleassignments/${name}`,
      name,
      scope: scopes[on],
      roleDefinitionId: role.id,
      principalId: homeTenant.deployer.objectId,
      principalType: "ServicePrincipal",
      description: null,
      condition: isLimited ? onlyTheseRoles(mayGive.map(({ id }) => id)) : null,
      conditionVersion: isLimited ? "2.0" : null,
      createdOn: "2026-01-01T00:00:00Z",
    });
  }
  emulator.forgetTokens();
}

/** Runs of one stack whose state lasts, as one of the two identities. */
async function stackOf(configuration: StackConfiguration) {
  const metadataHost = emulator.env["ARM_METADATA_HOSTNAME"];
  const endpoints = await readCloudEndpoints({ cloud: "public", metadataHost, fetch: wire.fetch });
  const { ARM_CLIENT_SECRET: deployerSecret = "", ...env } = emulator.env;
  let who: Readonly<Record<string, string>> = {};
  const context = {
    get environment() {
      return { ...env, ...who };
    },
    log: () => undefined,
    fetch: wire.fetch,
    waits: time.waits,
  };
  const driver = new InProcessDriver([azuread, azureNative], context);
  return async (identity: "deployer" | "rotator", days = 0): Promise<DriverRun> => {
    const { clock } = emulator.world;
    clock.set(new Date(clock.now().getTime() + days * 86_400_000));
    time.skip(days * 86_400_000);
    emulator.forgetTokens();
    who = identity === "deployer" ? { ARM_CLIENT_SECRET: deployerSecret } : await rotatorEnvironment();
    const facts = { configuration, today: dayOf(clock.now()), rollback: undefined };
    const stateOutputs = driver.outputsOf.bind(driver);
    const outside = drivenDependencies(facts, { endpoints, fetch: wire.fetch, time, deployerSecret, stateOutputs });
    return driver.up(() => program(async () => outside));
  };
}

/** One token of the pipeline for both sign-ins, as in production. */
async function rotatorEnvironment(): Promise<Record<string, string>> {
  const token = await emulator.issuePipelineToken("repo:contoso/partner-access:environment:rotate");
  const home = tenantOf(homeTenant.id).applications;
  const vaults = home.all().find(({ appId }) => appId === homeTenant.deployer.clientId)!;
  const [trust] = vaults.federatedCredentials;
  home.put({
    ...vaults,
    federatedCredentials: [
      trust!,
      { ...trust!, id: "rotate", name: "rotate", subject: "repo:contoso/partner-access:environment:rotate" },
    ],
  });
  return { ARM_CLIENT_ID: partnerTenant.rotator.clientId, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: token };
}

const firstUpdate = async (configuration: StackConfiguration, grants: Grants) => {
  await begin(grants);
  return (await stackOf(configuration))("deployer");
};

describe("with exactly the rights that the scripts give", () => {
  it.each([
    ["an administrator assigns the user", byAdmin],
    ["the deployer assigns the user", byDeployer],
  ])("the first update goes through when %s", async (_, configuration) => {
    expect(await firstUpdate(configuration, grantsOf(configuration))).toMatchObject({ ok: true, error: undefined });
  });

  it("the rotator rotates on a due day", async () => {
    await begin(grantsOf(byAdmin));
    const run = await stackOf(byAdmin);
    expect(await run("deployer")).toMatchObject({ ok: true });
    const rotation = await run("rotator", 95);
    expect(rotation).toMatchObject({ ok: true, error: undefined });
    expect(rotation.steps).toEqual(["create partner-secret-b", "update partner-client-secret"]);
  });

  it("the rotator needs no right to consent, to assign or to look users up", () => {
    expect(grantsOf(byDeployer).graph.rotator).toEqual(["Application.ReadWrite.OwnedBy", "Policy.Read.All"]);
  });
});

const needed: readonly (readonly [string, StackConfiguration, RegExp])[] = [
  ["deployer Application.ReadWrite.OwnedBy", byAdmin, /POST \/applications: .*Authorization_RequestDenied/],
  ["deployer DelegatedPermissionGrant.ReadWrite.All", byAdmin, /Authorization_RequestDenied/],
  ["deployer Directory.Read.All", byAdmin, /may not look up reports@contoso\.example/],
  ["deployer AppRoleAssignment.ReadWrite.All", byDeployer, /Authorization_RequestDenied/],
  ["f25e0fa2-a7c8-4377-a976-54943a77a395", byAdmin, /AuthorizationFailed.*vaults\/secrets\/(read|write)/s],
  ["f58310d9-a9f6-439a-9e8d-f62e7b41a168", byAdmin, /AuthorizationFailed.*roleAssignments\/write/s],
];

describe("without one of them", () => {
  it.each(needed)("%s: the first update is refused", async (gone, configuration, refusal) => {
    const grants = grantsOf(configuration);
    expect(without(grants, gone)).not.toEqual(grants);
    const run = await firstUpdate(configuration, without(grants, gone));
    expect(run.ok).toBe(false);
    expect(run.error).toMatch(refusal);
  });

  it.each([
    ["Application.ReadWrite.OwnedBy", () => give(without(grantsOf(byAdmin), "rotator Application.ReadWrite.OwnedBy"))],
    [
      "ownership of the application",
      () => {
        const { applications } = tenantOf(partnerTenant.id);
        const ours = applications.all().find(({ owners: them }) => them.includes(partnerTenant.rotator.objectId))!;
        applications.put({ ...ours, owners: [partnerTenant.deployer.objectId] });
      },
    ],
  ])("%s: the rotator cannot rotate", async (_, take) => {
    await begin(grantsOf(byAdmin));
    const run = await stackOf(byAdmin);
    expect(await run("deployer")).toMatchObject({ ok: true });
    take();
    const rotation = await run("rotator", 95);
    expect(rotation.ok).toBe(false);
    expect(rotation.error).toMatch(/Authorization_RequestDenied|other-changes|owners/);
  });

  it("Key Vault Secrets Officer: an update still works, and nobody can list what it wrote", async () => {
    await begin(grantsOf(byAdmin));
    const run = await stackOf(byAdmin);
    expect(await run("deployer")).toMatchObject({ ok: true });
    const list = () =>
      emulator.call("GET", `https://${homeSubscription.vault}.vault.emulator.test/secrets?api-version=7.4`, {
        as: "home-deployer",
      });
    expect((await list()).status).toBe(200);
    give(without(grantsOf(byAdmin), "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"));
    expect((await list()).status).toBe(403);
  });

  it("Policy.Read.All: nothing is refused, and a policy that forbids the secret's life is not seen", async () => {
    const forbid = () => {
      const policy = tenantOf(partnerTenant.id).policies;
      const [standard] = policy.all();
      const rule = { restrictionType: "passwordLifetime", state: "enabled", maxLifetime: "P30D" };
      const applicationRestrictions = { passwordCredentials: [rule], keyCredentials: [] };
      policy.put({ ...standard!, properties: { ...standard!.properties, isEnabled: true, applicationRestrictions } });
    };
    await begin(grantsOf(byAdmin));
    forbid();
    const seen = await (await stackOf(byAdmin))("deployer");
    expect(seen.error).toMatch(/allows client secrets of at most 30 days/);
    await begin(without(grantsOf(byAdmin), "deployer Policy.Read.All"));
    forbid();
    const blind = await (await stackOf(byAdmin))("deployer");
    expect(blind.error).toMatch(/CredentialInvalidLifetimeAsPerAppPolicy/);
    expect(await firstUpdate(byAdmin, without(grantsOf(byAdmin), "deployer Policy.Read.All"))).toMatchObject({
      ok: true,
    });
  });

  it("every right is in one of these tests", () => {
    const inTests = [
      ...needed.map(([gone]) => gone),
      "deployer Policy.Read.All",
      "rotator Policy.Read.All",
      "rotator Application.ReadWrite.OwnedBy",
      "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    ];
    const { graph, azure } = grantsOf(byDeployer);
    const all = [
      ...(["deployer", "rotator"] as const).flatMap((name) => graph[name].map((permission) => `${name} ${permission}`)),
      ...azure.map(({ role }) => role.id),
    ];
    expect([...inTests].sort()).toEqual([...all].sort());
  });
});
