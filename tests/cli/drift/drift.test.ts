import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { graphRights } from "../../../cli/onboard/rights";
import { homeSubscription, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { addIdentity } from "../../../offline/emulator/seed/seed-identity";
import { callCommand } from "../../support/command-call";
import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";

let driven: DrivenTenant;
beforeAll(async () => {
  driven = await startDrivenTenant();
});
afterAll(() => driven?.stop());
beforeEach(async () => {
  driven.restart();
  expect(await driven.up()).toMatchObject({ ok: true });
});

const vaultScope = `/subscriptions/${homeSubscription.id}/resourceGroups/${homeSubscription.resourceGroup}/providers/Microsoft.KeyVault/vaults/${homeSubscription.vault}`;
const graphAppId = "00000003-0000-0000-c000-000000000000";
const noRole = "00000000-0000-0000-0000-000000000000";
const secretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

const drift = (changes: Record<string, string> = {}) =>
  callCommand(["drift", "-s", "dev", "--json"], {
    ...driven.emulator.env,
    PARTNER_ACCESS_NOW: driven.emulator.world.clock.now().toISOString(),
    ...changes,
  });

/** Somebody with every right, in the portal. */
async function byHand(method: string, path: string, body?: unknown) {
  const answer = await driven.emulator.call(method, `/v1.0${path}`, { as: "partner-administrator", body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}
async function inAzure(method: string, path: string, body?: unknown) {
  const answer = await driven.emulator.call(method, `${path}?api-version=2022-04-01`, {
    as: "home-administrator",
    body,
  });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}
const ours = () => {
  const tenant = driven.emulator.world.tenants.get(partnerTenant.id)!;
  const application = tenant.applications
    .all()
    .find((it) => it.properties["displayName"] === driven.configuration.application.displayName)!;
  const principal = tenant.servicePrincipals.all().find(({ appId }) => appId === application.appId)!;
  const graph = tenant.servicePrincipals.all().find(({ appId }) => appId === graphAppId)!;
  return { tenant, application, principal, graph };
};
const told = (document: { stacks: { differences: Record<string, string>[] }[] }) =>
  document.stacks[0]!.differences.map(({ kind, code, risk, message }) => `${kind} ${code} ${risk}: ${message}`).sort();

describe("partner-access drift", () => {
  it("finds nothing after an update, and writes nothing", async () => {
    const before = await driven.callsSoFar();
    const { code, document } = await drift();
    expect({ code, document }).toEqual({
      code: 0,
      document: {
        schema: "partner-access/drift/1",
        ok: true,
        stacks: [{ stack: "dev", outcome: "as-declared", differences: [], problems: [] }],
        problems: [],
      },
    });
    expect((await driven.writesSince(before)).filter((call) => !call.includes("token"))).toEqual([]);
  });

  it("lists what somebody did in the portal: consent, permissions, settings, owners, users, credentials, roles", async () => {
    const { tenant, application, principal, graph } = ours();
    const path = `/applications/${application.id}`;
    await byHand("POST", "/oauth2PermissionGrants", {
      clientId: principal.id,
      consentType: "AllPrincipals",
      resourceId: graph.id,
      scope: "User.Read.All",
    });
    const grants = await byHand("GET", `/servicePrincipals/${principal.id}/oauth2PermissionGrants`);
    const mine = grants.value.find(
      (it: { resourceId: string; consentType: string }) => it.resourceId === graph.id && it.consentType === "Principal",
    );
    await byHand("PATCH", `/oauth2PermissionGrants/${mine.id}`, { scope: `${mine.scope} email` });
    const role = (graph.properties["appRoles"] as { id: string; value: string }[]).find(
      ({ value }) => value === "Directory.Read.All",
    )!;
    await byHand("POST", `/servicePrincipals/${principal.id}/appRoleAssignments`, {
      principalId: principal.id,
      resourceId: graph.id,
      appRoleId: role.id,
    });
    const admin = tenant.users.all().find(({ userPrincipalName }) => userPrincipalName.startsWith("admin@"))!;
    await byHand("POST", `/servicePrincipals/${principal.id}/appRoleAssignedTo`, {
      principalId: admin.id,
      resourceId: principal.id,
      appRoleId: noRole,
    });
    const { web } = application.properties as { web: { redirectUris: string[] } };
    await byHand("PATCH", path, {
      isFallbackPublicClient: true,
      web: { redirectUris: [...web.redirectUris, "https://evil.example/"] },
      requiredResourceAccess: [
        ...(application.properties["requiredResourceAccess"] as { resourceAppId: string }[]),
        {
          resourceAppId: "4990cffe-04e8-4e8b-808a-1175604b879f",
          resourceAccess: [{ id: "eabf9ef3-1f9e-f3da-19a1-bcd60d080567", type: "Scope" }],
        },
      ],
    });
    await byHand("POST", `${path}/owners/$ref`, {
      "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${admin.id}`,
    });
    const { keyId } = await byHand("POST", `${path}/addPassword`, { passwordCredential: { displayName: "for me" } });
    await byHand("POST", `${path}/federatedIdentityCredentials`, {
      name: "mine",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:evil/evil:ref:refs/heads/main",
      audiences: ["api://AzureADTokenExchange"],
    });
    await byHand("PATCH", `/servicePrincipals/${principal.id}`, { appRoleAssignmentRequired: false });
    const { notes, displayName } = application.properties;
    const owners = {
      "owners@odata.bind": [`https://graph.microsoft.com/v1.0/directoryObjects/${application.owners[0]}`],
    };
    const extra = await byHand("POST", "/applications", { displayName, notes, ...owners });
    tenant.servicePrincipals.put({
      ...tenant.servicePrincipals.get(principal.id)!,
      roles: ["Application Administrator"],
    });

    const { code, document } = await drift();
    expect(code).toBe(1);
    const lines = told(document);
    expect(lines.filter((line) => line.includes("credential critical"))).toEqual([expect.stringContaining(keyId)]);
    expect(
      lines.map((line) => line.replace(/ [0-9a-f-]{36} called/, " KEY called").replace(/until .*/, "until DAY")),
    ).toEqual([
      'changed assignment-required high: turns off "only assigned users may sign in" for "partner-application"',
      'changed public-client high: turns on "public client flows" for "partner-application"',
      'undeclared assignment medium: assigns "admin@contoso.example" to "partner-application" ("may sign in")',
      'undeclared credential critical: the application has a client secret KEY called "for me", valid until DAY',
      `undeclared extra-application medium: another application names this deployment in its notes, object id "${extra.id}"`,
      'undeclared granted high: is granted "Directory.Read.All" of "Microsoft Graph" (application), held by "partner-application"',
      'undeclared granted high: is granted "User.Read.All" of "Microsoft Graph" (delegated) for everyone who signs in',
      'undeclared granted low: is granted "email" of "Microsoft Graph" (delegated) for "reports@contoso.example"',
      'undeclared membership critical: the application is a member of "the directory role Application Administrator"',
      `undeclared owner high: makes "${admin.id}" an owner of the application`,
      'undeclared redirect-uri high: lets sign-in return to "web: https://evil.example/"',
      'undeclared requested high: requests "user_impersonation" of "Microsoft Partner" (delegated)',
      'undeclared trust critical: the application has a federated credential "mine: repo:evil/evil:ref:refs/heads/main of https://token.actions.githubusercontent.com"',
    ]);
  });

  it("lists what somebody did around the vault, and not what its owner is known to have done", async () => {
    const entry = `${vaultScope}/secrets/partner-insights-contoso-refresh-token`;
    const mine = "0f0f0f0f-0000-4000-8000-00000000000f";
    await inAzure("PUT", `${entry}/providers/Microsoft.Authorization/roleAssignments/${mine}`, {
      properties: {
        principalId: homeTenant.reader.objectId,
        principalType: "ServicePrincipal",
        roleDefinitionId: `/subscriptions/${homeSubscription.id}/providers/Microsoft.Authorization/roleDefinitions/${secretsOfficer}`,
      },
    });
    const address = "https://fabrikam-partner-access.vault.emulator.test/secrets";
    const put = (name: string, body: object) =>
      driven.emulator.call("PUT", `${address}/${name}?api-version=7.6`, { as: "home-administrator", body });
    expect((await put("partner-insights-contoso-spare", { value: "x" })).status).toBe(200);
    const attributes = { enabled: false };
    const secret = `${address}/partner-insights-contoso-client-id?api-version=7.6`;
    const answer = await driven.emulator.call("PATCH", secret, { as: "home-administrator", body: { attributes } });
    expect(answer.status).toBe(200);
    const { code, document } = await drift();
    expect(code).toBe(1);
    expect(told(document)).toEqual([
      expect.stringMatching(
        /^changed entry-setting low: changes "the entry can be read" for the entry "partner-insights-contoso-client-id"/,
      ),
      `undeclared reader critical: lets "${homeTenant.reader.objectId}" reach the entry "partner-insights-contoso-refresh-token" of the vault "fabrikam-partner-access" as "Key Vault Secrets Officer, ServicePrincipal"`,
      'undeclared vault-entry medium: writes the entry "partner-insights-contoso-spare" of the vault "fabrikam-partner-access"',
    ]);
  });

  it("lists what is declared and gone, and a principal that was disabled by hand", async () => {
    const { tenant, principal } = ours();
    const [keyId] = driven.keyIds();
    await byHand("POST", `/applications/${ours().application.id}/removePassword`, { keyId });
    const grant = tenant.grants
      .all()
      .find((it) => it.clientId === principal.id && it.scope.includes("user_impersonation"))!;
    await byHand("DELETE", `/oauth2PermissionGrants/${grant.id}`);
    await byHand("PATCH", `/servicePrincipals/${principal.id}`, { accountEnabled: false });
    const home = driven.emulator.world.tenants.get(homeTenant.id)!;
    const role = home.roleAssignments.all().find((it) => it.principalId === homeTenant.renewer.objectId)!;
    await inAzure("DELETE", role.id);
    const { code, document } = await drift();
    expect(code).toBe(1);
    expect(told(document)).toEqual([
      'changed enabled low: turns off "sign-in with the application" for "partner-application"',
      "missing credential high: the client secret that the vault publishes is not on the application",
      'missing granted low: is no longer granted "user_impersonation" of "Microsoft Partner Center" (delegated) for "reports@contoso.example"',
      expect.stringContaining(
        'missing reader low: no longer lets "token-renewer" reach the entry "partner-insights-contoso-refresh-token"',
      ),
    ]);
  });

  it("cannot tell when a look-up fails, whichever it is, and never takes that for nothing there", async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["-r", "./bin/transpile.js", "tests/cli/drift/every-look-fails.ts"],
      {
        cwd: resolve(__dirname, "../../.."),
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...driven.emulator.env },
      },
    );
    const { paths, unnoticed } = JSON.parse(stdout);
    expect(paths.length).toBeGreaterThan(15);
    expect(unnoticed).toEqual([]);

    const path = "/v1.0/servicePrincipals/*/transitiveMemberOf";
    await driven.emulator.control("POST", "faults", [{ path, when: "before", action: "status", status: 403 }]);
    const { code, document } = await drift();
    await driven.emulator.control("POST", "faults", []);
    expect({ code, document }).toMatchObject({
      code: 2,
      document: {
        ok: false,
        stacks: [{ outcome: "cannot-tell", differences: [] }],
        problems: [{ message: expect.stringContaining("403") }],
      },
    });
  });

  it("needs no more than rights to read", async () => {
    const { world, secrets, env } = driven.emulator;
    const ids = (last: string) => ({
      clientId: `a0d17000-0000-4000-8000-00000000d00${last}`,
      objectId: `a0d17000-0000-4000-8000-00000000000${last}`,
    });
    const graphPermissions = ["Application.Read.All", "Directory.Read.All"];
    const [partner, home] = [world.tenants.get(partnerTenant.id)!, world.tenants.get(homeTenant.id)!];
    addIdentity(partner, { ids: ids("1"), displayName: "auditor", secret: secrets.reader, graphPermissions });
    addIdentity(home, { ids: ids("2"), displayName: "auditor", secret: secrets.reader, graphPermissions: [] });
    const scope = vaultScope.toLowerCase();
    const seeded = home.roleAssignments
      .all()
      .find((it) => it.principalId === homeTenant.rotator.objectId && it.scope === scope)!;
    home.roleAssignments.put({
      ...seeded,
      id: `${scope}/providers/microsoft.authorization/roleassignments/audit`,
      name: "audit",
      principalId: ids("2").objectId,
    });
    const { code, document } = await drift({
      ARM_CLIENT_ID: ids("1").clientId,
      ARM_CLIENT_SECRET: secrets.reader,
      AZURE_CLIENT_ID: ids("2").clientId,
      AZURE_CLIENT_SECRET: secrets.reader,
    });
    expect({ code, problems: document.problems }).toEqual({ code: 0, problems: [] });
    expect(Object.values(env)).not.toContain(secrets.reader);
  });

  it("is what the deployer may see with exactly its rights, and not without reading the directory: up looks first", async () => {
    const { world, secrets } = driven.emulator;
    const given = graphRights(driven.configuration).filter(({ identity }) => identity === "deployer");
    const permissions = given.map(({ permission }) => permission);
    const partner = world.tenants.get(partnerTenant.id)!;
    const lookWith = async (last: string, graphPermissions: readonly string[]) => {
      const ids = {
        clientId: `de910000-0000-4000-8000-00000000d00${last}`,
        objectId: `de910000-0000-4000-8000-00000000000${last}`,
      };
      addIdentity(partner, { ids, displayName: "deployer", secret: secrets.reader, graphPermissions });
      return drift({ ARM_CLIENT_ID: ids.clientId, ARM_CLIENT_SECRET: secrets.reader });
    };
    expect((await lookWith("1", permissions)).document).toMatchObject({ ok: true, problems: [] });
    const blind = await lookWith(
      "2",
      permissions.filter((name) => name !== "Directory.Read.All"),
    );
    expect(blind.document).toMatchObject({ ok: false, stacks: [{ outcome: "cannot-tell" }] });
  });
});
