import { homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { pipelineSubjects } from "../../offline/emulator/seed/seed";
import { expectSuccess, type Journey, startJourney } from "../support/journey";
import { entriesOf, entryReaders, publishedValue, readState, type State, viewOf } from "./tenant-view";

const names = {
  clientId: "partner-insights-contoso-client-id",
  clientSecret: "partner-insights-contoso-client-secret",
  refreshToken: "partner-insights-contoso-refresh-token",
};
const partnerCenterAppId = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
const requestedByDev = [
  "Microsoft Graph: offline_access (Scope)",
  "Microsoft Graph: openid (Scope)",
  "Microsoft Graph: profile (Scope)",
  "Microsoft Partner Center: user_impersonation (Scope)",
];
const grantedByDev = [
  "Microsoft Graph: offline_access openid profile for reports@contoso.example",
  "Microsoft Partner Center: user_impersonation for reports@contoso.example",
];

let journey: Journey;
/** The tenants before the first update. */
let untouched: State;

beforeAll(async () => {
  journey = await startJourney();
  untouched = await readState(journey);
});
afterAll(() => journey?.stop());
jest.setTimeout(240_000);

const partnerOf = (state: State) => state.tenants[partnerTenant.id];
const homeOf = (state: State) => state.tenants[homeTenant.id];
const redeem = (clientId: string, secret: string) =>
  journey.emulator.requestToken({
    client_id: clientId,
    client_secret: secret,
    grant_type: "client_credentials",
    scope: `${journey.emulator.origin}/.default`,
  });
/** An administrator's change by hand, which must have worked. */
async function byHand(...[method, path, options]: Parameters<Journey["emulator"]["call"]>) {
  const answer = await journey.emulator.call(method, path, { as: "partner-administrator", ...options });
  expect({ path, status: answer.status, isDone: answer.status < 300 }).toMatchObject({ isDone: true });
  return answer.body;
}

// One deployment, in order: each update by the real engine costs ten seconds and more.
describe("the updates of a stack", () => {
  it("begins with the application, its grants, its secret and the vault's entries", async () => {
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    const state = await readState(journey);
    const view = viewOf(state);
    expect(view).toMatchObject({ requested: requestedByDev, granted: grantedByDev, roles: [] });
    expect(view.assignedUsers).toEqual(["reports@contoso.example"]);
    expect(view.keyIds).toHaveLength(1);
    const principal = partnerOf(state).servicePrincipals.find((it: State) => it.id === view.principalId);
    expect(principal.appRoleAssignmentRequired).toBe(true);
    const owners = [partnerTenant.deployer.objectId, partnerTenant.rotator.objectId];
    expect([...principal.owners].sort()).toEqual(owners);
    expect([...partnerOf(state).applications.find((it: State) => it.id === view.objectId).owners].sort()).toEqual(
      owners,
    );

    const entries = entriesOf(state);
    expect(Object.keys(entries).sort()).toEqual(Object.values(names).sort());
    expect(entries[names.refreshToken].versions.map((it: State) => it.enabled)).toEqual([false]);
    expect(entries[names.clientSecret].versions).toMatchObject([
      { enabled: true, tags: { tenantId: partnerTenant.id, clientId: view.clientId, current: "a" } },
    ]);
    expect(publishedValue(journey, names.clientId)).toBe(view.clientId);
    expect(entryReaders(state)).toEqual([
      `${homeTenant.reader.objectId} on ${names.clientId}`,
      `${homeTenant.reader.objectId} on ${names.clientSecret}`,
      `${homeTenant.renewer.objectId} on ${names.refreshToken}`,
    ]);
    // The API's principal was missing: it was made once.
    expect(partnerOf(state).servicePrincipals.filter((it: State) => it.appId === partnerCenterAppId)).toHaveLength(1);
    expect(writes.filter(({ path }) => path === "/v1.0/servicePrincipals")).toHaveLength(2);
  });

  it("lets the reader, and nobody else, read a secret that Entra accepts", async () => {
    const { clientId } = viewOf(await readState(journey));
    const address = (name: string) =>
      `https://fabrikam-partner-access.vault.emulator.test/secrets/${name}?api-version=7.5`;
    const read = await journey.emulator.call("GET", address(names.clientSecret), { as: "reader" });
    expect(read.status).toBe(200);
    expect((await redeem(clientId, read.body.value)).status).toBe(200);
    expect((await redeem(clientId, `${read.body.value}x`)).status).toBe(401);
    const statuses = [
      await journey.emulator.call("GET", address(names.clientSecret), { as: "renewer" }),
      await journey.emulator.call("GET", address(names.refreshToken), { as: "reader" }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([403, 403]);
  });

  it("shows outputs without a secret", async () => {
    const outputs = await journey.stacks.outputs("dev");
    expect(outputs).toMatchObject({
      tenantId: partnerTenant.id,
      vaultUri: "https://fabrikam-partner-access.vault.emulator.test/",
      secretNames: names,
    });
    expect(JSON.stringify(outputs)).not.toContain(publishedValue(journey, names.clientSecret));
    expect(JSON.stringify(outputs)).not.toContain("[secret]");
  });

  it("changes nothing when it is run again", async () => {
    const before = await readState(journey);
    const { result, writes, calls } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    expect(result.changes).toEqual([]);
    expect(writes).toEqual([]);
    expect(calls.length).toBeGreaterThan(0);
    expect({ ...(await readState(journey)), now: "" }).toEqual({ ...before, now: "" });
  });

  it("follows added permissions, requested and granted, and writes nothing else", async () => {
    const { objectId } = viewOf(await readState(journey));
    const partnerEntry = `permissions:
  - api: Microsoft Graph
    kind: application
    permission: PartnerBilling.Read.All
    reason: Finance builds its invoice report from it.`;
    await journey.edit("access-policy.yaml", (text) => text.replace("permissions: []", partnerEntry));
    await journey.configure(["permissions", 1, "delegated"], ["openid", "profile", "offline_access", "User.Read"]);
    await journey.configure(["permissions", 1, "application"], ["PartnerBilling.Read.All"]);
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    const view = viewOf(await readState(journey));
    expect(view.requested).toEqual(
      [
        ...requestedByDev,
        "Microsoft Graph: PartnerBilling.Read.All (Role)",
        "Microsoft Graph: User.Read (Scope)",
      ].sort(),
    );
    expect(view.granted).toEqual([
      "Microsoft Graph: User.Read offline_access openid profile for reports@contoso.example",
      grantedByDev[1],
    ]);
    expect(view.roles).toEqual(["Microsoft Graph: PartnerBilling.Read.All"]);
    expect(placesOf(writes)).toEqual([
      `PATCH /v1.0/applications/${objectId}`,
      "PATCH /v1.0/oauth2PermissionGrants/*",
      "POST /v1.0/servicePrincipals/*/appRoleAssignedTo",
    ]);
  });

  it("follows removed permissions, and writes nothing else", async () => {
    const { objectId } = viewOf(await readState(journey));
    await journey.configure(["permissions", 1, "delegated"], ["openid", "profile", "offline_access"]);
    await journey.configure(["permissions", 1, "application"], undefined);
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    expect(viewOf(await readState(journey))).toMatchObject({
      requested: requestedByDev,
      granted: grantedByDev,
      roles: [],
    });
    expect(placesOf(writes)).toEqual([
      "DELETE /v1.0/servicePrincipals/*/appRoleAssignedTo/*",
      `PATCH /v1.0/applications/${objectId}`,
      "PATCH /v1.0/oauth2PermissionGrants/*",
    ]);
  });

  it("follows an edit of index.ts and of a file it imports in the next run", async () => {
    await journey.edit("index.ts", (text) =>
      text.replace(
        "partnerAccessArgs(configuration)",
        '{ ...partnerAccessArgs(configuration), displayName: "Edited in index.ts" }',
      ),
    );
    await journey.edit("components/partner-access/outputs.ts", (text) =>
      text.replace("const nextRotationOn: Day =", "return { generation: 4711 };\n  const nextRotationOn: Day ="),
    );
    const { result, writes } = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(result);
    const { objectId } = viewOf(await readState(journey), "Edited in index.ts");
    expect(placesOf(writes)).toEqual([`PATCH /v1.0/applications/${objectId}`]);
    expect(await journey.stacks.outputs("dev")).toMatchObject({ rotation: { generation: 4711 } });
  });

  it("shows what an administrator changed by hand, and puts it right", async () => {
    const state = await readState(journey);
    const { objectId, principalId } = viewOf(state, "Edited in index.ts");
    const [grant] = partnerOf(state).grants.filter(({ scope }: State) => scope.includes("user_impersonation"));
    await byHand("PATCH", `/v1.0/oauth2PermissionGrants/${grant.id}`, { body: { scope: "user_impersonation openid" } });
    await byHand("PATCH", `/v1.0/applications/${objectId}`, { body: { requiredResourceAccess: [] } });
    const assignment = partnerOf(state).assignments.find(({ resourceId }: State) => resourceId === principalId);
    await byHand("DELETE", `/v1.0/servicePrincipals/${principalId}/appRoleAssignedTo/${assignment.id}`);
    const reader = homeOf(state).roleAssignments.find(
      (it: State) => it.principalId === homeTenant.reader.objectId && it.scope.endsWith(names.clientSecret),
    );
    await byHand("DELETE", `${reader.id}?api-version=2022-04-01`, { as: "home-administrator" });

    const preview = await journey.during(() => journey.stacks.preview("dev", { arguments: ["--refresh"] }));
    expectSuccess(preview.result);
    expect(preview.writes).toEqual([]);
    expect(preview.result.changes.map(({ operation, name }) => `${operation} ${name}`).sort()).toEqual([
      "create partner-client-secret-reader-report-builder",
      "create partner-reporting-user",
      "update partner-application",
      "update partner-delegated-fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
    ]);

    const refresh = await journey.during(() => journey.stacks.refresh("dev"));
    expectSuccess(refresh.result);
    expect(refresh.writes).toEqual([]);
    expect(refresh.result.counts).toMatchObject({ update: 2, delete: 2 });

    const repair = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(repair.result);
    expect(viewOf(await readState(journey), "Edited in index.ts")).toMatchObject({
      requested: requestedByDev,
      granted: grantedByDev,
      assignedUsers: ["reports@contoso.example"],
    });
    expect(entryReaders(await readState(journey))).toEqual(entryReaders(state));
    expect(placesOf(repair.writes)).toHaveLength(4);
  });

  it("shows no difference to the rotator, who may neither consent nor assign", async () => {
    // In production one pipeline token proves both sign-ins: the vault's identity trusts the rotation pipeline too.
    const trust = {
      name: "rotation",
      issuer: `${journey.emulator.origin}/_issuer`,
      subject: pipelineSubjects.rotator,
      audiences: ["api://AzureADTokenExchange"],
    };
    const application = `/v1.0/applications(appId='${homeTenant.deployer.clientId}')`;
    await byHand("POST", `${application}/federatedIdentityCredentials`, { as: "home-administrator", body: trust });
    const rotator = journey.withEnv({
      ARM_CLIENT_ID: partnerTenant.rotator.clientId,
      ARM_CLIENT_SECRET: undefined,
      ARM_USE_OIDC: "true",
      ARM_OIDC_TOKEN: await journey.emulator.issuePipelineToken(pipelineSubjects.rotator),
    });
    const { result, calls, writes } = await journey.during(() => rotator.preview("dev"));
    expectSuccess(result);
    expect(result.changes).toEqual([]);
    expect(writes).toEqual([]);
    const callers = new Set(calls.filter(({ service }) => service === "graph").map(({ caller }) => caller));
    expect([...callers]).toEqual([partnerTenant.rotator.clientId]);
  });

  it("ends with nothing of ours left, and everything else as it was", async () => {
    const foreign = await addForeignObjects();
    const { result } = await journey.during(() => journey.stacks.destroy("dev"));
    expectSuccess(result);
    const state = await readState(journey);

    const [partner, before] = [partnerOf(state), partnerOf(untouched)];
    const idsOf = (list: readonly State[]) => list.map(({ id }) => id).sort();
    const api = partner.servicePrincipals.find((it: State) => it.appId === partnerCenterAppId);
    expect(idsOf(partner.applications)).toEqual([...idsOf(before.applications), foreign.application.id].sort());
    expect(idsOf(partner.servicePrincipals)).toEqual(
      [...idsOf(before.servicePrincipals), api.id, foreign.principal.id].sort(),
    );
    expect(partner.grants).toEqual([...before.grants, expect.objectContaining({ id: foreign.grant.id })]);
    expect(idsOf(partner.assignments)).toEqual(idsOf(before.assignments));
    expect(partner.users).toEqual(before.users);

    const [vault] = homeOf(state).vaults;
    const [vaultBefore] = homeOf(untouched).vaults;
    expect({ ...vault, secrets: [] }).toEqual({ ...vaultBefore, secrets: [] });
    expect(Object.keys(entriesOf(state))).toEqual(["foreign-entry"]);
    expect(idsOf(homeOf(state).roleAssignments)).toEqual(idsOf(homeOf(untouched).roleAssignments));

    const deployment = JSON.parse(await journey.stacks.run(["stack", "export", "--stack", "dev"])).deployment;
    expect(deployment.resources ?? []).toEqual([]);
  });

  it("begins again while the old names are soft-deleted", async () => {
    const deleted = (await readState(journey)).deleted;
    expect(deleted[homeTenant.id].secrets.map(({ name }: State) => name).sort()).toEqual(Object.values(names).sort());
    const [old] = deleted[partnerTenant.id].applications;
    expect(old.displayName).toBe("Edited in index.ts");

    expectSuccess(await journey.stacks.up("dev"));
    const state = await readState(journey);
    const view = viewOf(state, "Edited in index.ts");
    expect(view.clientId).not.toBe(old.appId);
    expect(view).toMatchObject({ requested: requestedByDev, granted: grantedByDev });
    expect(Object.keys(entriesOf(state)).sort()).toEqual(["foreign-entry", ...Object.values(names)].sort());
    expect(entriesOf(state)[names.clientSecret].versions.at(-1)).toMatchObject({
      enabled: true,
      tags: { clientId: view.clientId, current: "a" },
    });
    expect(publishedValue(journey, names.clientId)).toBe(view.clientId);
    expect((await redeem(view.clientId, publishedValue(journey, names.clientSecret))).status).toBe(200);
    expect(entryReaders(state)).toHaveLength(3);
    expect(partnerOf(state).servicePrincipals.filter((it: State) => it.appId === partnerCenterAppId)).toHaveLength(1);

    const again = await journey.during(() => journey.stacks.up("dev"));
    expectSuccess(again.result);
    expect(again.writes).toEqual([]);
  });
});

/** What other people keep in the same tenants: an application granted the same API, and an entry in the same vault. */
async function addForeignObjects() {
  const { servicePrincipals } = partnerOf(await readState(journey));
  const api = servicePrincipals.find((it: State) => it.appId === partnerCenterAppId);
  const application = await byHand("POST", "/v1.0/applications", { body: { displayName: "Somebody else's" } });
  const principal = await byHand("POST", "/v1.0/servicePrincipals", { body: { appId: application.appId } });
  const grant = await byHand("POST", "/v1.0/oauth2PermissionGrants", {
    body: {
      clientId: principal.id,
      consentType: "AllPrincipals",
      resourceId: api.id,
      scope: "user_impersonation",
    },
  });
  const entry = "https://fabrikam-partner-access.vault.emulator.test/secrets/foreign-entry?api-version=7.5";
  await byHand("PUT", entry, { as: "home-administrator", body: { value: "not ours" } });
  return { application, principal, grant };
}

/** Methods and paths, with the ids of grants, assignments and principals left out. */
function placesOf(writes: readonly { readonly method: string; readonly path: string }[]): string[] {
  return writes
    .map(({ method, path }) => `${method} ${path}`)
    .map((text) => text.replace(/(oauth2PermissionGrants|servicePrincipals|appRoleAssignedTo)\/[^/]+/g, "$1/*"))
    .sort();
}
