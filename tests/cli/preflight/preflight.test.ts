import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { azureRights, graphRights } from "../../../cli/onboard/rights";
import { readStackFromFiles } from "../../../configuration/read-stack";
import { homeSubscription, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { microsoftGraphAppId, partnerCenterAppId } from "../../../offline/emulator/world/microsoft-applications";
import { callCommand } from "../../support/command-call";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startTestEmulator();
});
beforeEach(async () => {
  emulator.reset();
  emulator.forgetTokens();
  await emulator.call("POST", "/v1.0/servicePrincipals", {
    as: "partner-administrator",
    body: { appId: partnerCenterAppId },
  });
});
afterAll(() => emulator?.stop());

const partner = () => emulator.world.tenants.get(partnerTenant.id)!;
const home = () => emulator.world.tenants.get(homeTenant.id)!;

interface Found {
  readonly name: string;
  readonly result: string;
  readonly detail: string;
  readonly fix: string;
  readonly who: string;
}

/** No CLI of this machine's: what it knows of a store is no part of these tests. */
const noPulumi = dirname(process.execPath);

async function preflight(env: Readonly<Record<string, string>> = {}, ...argv: string[]) {
  const before = (await emulator.control("GET", "journal")).length;
  const { code, document, stderr } = await callCommand(["preflight", "-s", "dev", "--json", ...argv], {
    PATH: noPulumi,
    ...emulator.env,
    ...env,
  });
  const calls = (await emulator.control("GET", "journal")).slice(before) as { method: string; service: string }[];
  // By reading alone, whatever is missing.
  expect(calls.filter(({ method, service }) => method !== "GET" && service !== "entra")).toEqual([]);
  const checks = document.stacks[0].checks as readonly Found[];
  const find = (name: string) => checks.find((check) => check.name === name);
  const { acts, next } = document.stacks[0];
  const states = acts.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`);
  return {
    code,
    stderr,
    checks,
    find,
    states,
    next,
    results: Object.fromEntries(checks.map(({ name, result }) => [name, result])),
  };
}

it("finds nothing in the way of a first update, and says what it cannot tell yet", async () => {
  const { code, results, stderr, states, next } = await preflight();
  expect(stderr).toBe("");
  // There is no Pulumi here to ask for the store and the stack; that the administrator was there shows that both were.
  expect(states).toEqual(["bootstrap done", "onboard done", "accept done", "approve open", "sign-in open"]);
  expect(next).toBe("approve");
  expect(results).toEqual({
    tenant: "ok",
    "sign-in": "ok",
    rights: "ok",
    owners: "ok",
    "api Microsoft Graph": "ok",
    "api Microsoft Partner Center": "ok",
    "application-name": "ok",
    "reporting-user": "ok",
    assignment: "cannot-tell",
    "secret-policy": "ok",
    vault: "ok",
    "vault-rights": "ok",
    "vault-address": "ok",
    "vault-entries": "ok",
    "state-store": "cannot-tell",
    stack: "cannot-tell",
    mfa: "cannot-tell",
    enrolment: "cannot-tell",
    "report-viewer": "cannot-tell",
  });
  expect(code).toBe(0);
});

it("names what is missing, with who can mend it", async () => {
  const principals = partner().servicePrincipals;
  const api = principals.all().find(({ appId }) => appId === partnerCenterAppId)!;
  principals.remove(api.id);
  const graph = principals.all().find(({ appId }) => appId === microsoftGraphAppId)!;
  for (const { id, principalId, resourceId } of partner().assignments.all()) {
    if (principalId === partnerTenant.deployer.objectId && resourceId === graph.id) partner().assignments.remove(id);
  }
  const dev = readStackFromFiles(process.cwd(), "dev");
  for (const { id, principalId, roleDefinitionId } of home().roleAssignments.all()) {
    if (principalId === homeTenant.deployer.objectId && roleDefinitionId === azureRights(dev)[0]?.role.id) {
      home().roleAssignments.remove(id);
    }
  }
  const { code, find, next } = await preflight();
  expect([code, next]).toEqual([1, "onboard"]);
  const rights = find("rights");
  expect(rights).toMatchObject({ result: "failed", who: "tenant-administrator" });
  const needed = graphRights(dev).filter(({ identity, isOptional }) => identity === "deployer" && !isOptional);
  for (const { permission } of needed) expect(rights?.detail).toContain(permission);
  expect(rights?.fix).toContain("npm run partner-access -- deployer -s dev --github OWNER/REPO --for administrator");
  // Without any right nothing can be seen, which is said and not taken for "not there".
  expect(find("api Microsoft Partner Center")).toMatchObject({ result: "cannot-tell" });
  expect(find("reporting-user")).toMatchObject({
    result: "cannot-tell",
    detail: expect.stringContaining("User.Read.All"),
  });
  expect(find("secret-policy")).toMatchObject({
    result: "cannot-tell",
    detail: expect.stringContaining("Policy.Read.All"),
  });
  expect(find("vault-rights")).toMatchObject({ result: "failed", who: "vault-owner" });
  expect(find("vault-rights")?.detail).toContain("Microsoft.KeyVault/vaults/secrets/write");
});

it("fails where an API has no principal and this identity may not make it", async () => {
  const { assignments, servicePrincipals } = partner();
  const api = servicePrincipals.all().find(({ appId }) => appId === partnerCenterAppId)!;
  servicePrincipals.remove(api.id);
  expect((await preflight()).find("api Microsoft Partner Center")).toMatchObject({ result: "ok" });
  const all = assignments
    .all()
    .find(
      ({ appRoleId, principalId }) =>
        appRoleId.startsWith("1bfefb4e") && principalId === partnerTenant.deployer.objectId,
    )!;
  assignments.put({ ...all, appRoleId: "18a4783c-866b-4cc7-a460-3d5e5662c884" });
  expect((await preflight()).find("api Microsoft Partner Center")).toMatchObject({
    result: "failed",
    who: "tenant-administrator",
  });
});

it("sees a policy that is too strict, a blocked user, a second application of the name and a vault with access policies", async () => {
  const [standard] = partner().policies.all();
  const rule = { restrictionType: "passwordLifetime", state: "enabled", maxLifetime: "P90D" };
  const applicationRestrictions = { passwordCredentials: [rule], keyCredentials: [] };
  partner().policies.put({
    ...standard!,
    properties: { ...standard!.properties, isEnabled: true, applicationRestrictions },
  });
  await emulator.control("POST", "users", {
    tenant: partnerTenant.id,
    userPrincipalName: "reports@contoso.example",
    blocked: true,
  });
  const body = { displayName: "Partner Insights access (contoso)" };
  await emulator.call("POST", "/v1.0/applications", { as: "partner-administrator", body });
  const [vault] = home().vaults.all();
  home().vaults.put({ ...vault!, properties: { ...vault!.properties, enableRbacAuthorization: false } });
  const { code, find } = await preflight();
  expect(code).toBe(1);
  expect(find("secret-policy")).toMatchObject({ result: "failed", detail: expect.stringContaining("allows 90 days") });
  expect(find("reporting-user")).toMatchObject({ result: "failed", detail: expect.stringContaining("blocked") });
  expect(find("application-name")).toMatchObject({ result: "warning" });
  expect(find("vault")).toMatchObject({ result: "failed", who: "vault-owner" });
});

it("sees deleted things that hold a name: an application, a vault entry", async () => {
  const body = { displayName: "Partner Insights access (contoso)" };
  const { body: created } = await emulator.call("POST", "/v1.0/applications", { as: "partner-administrator", body });
  await emulator.call("DELETE", `/v1.0/applications/${created.id}`, { as: "partner-administrator" });
  const secret = `https://${homeSubscription.vault}.vault.emulator.test/secrets/partner-insights-contoso-client-secret?api-version=7.4`;
  await emulator.call("PUT", secret, { as: "home-administrator", body: { value: "x" } });
  await emulator.call("DELETE", secret, { as: "home-administrator" });
  const { find } = await preflight();
  expect(find("application-name")).toMatchObject({ result: "warning", detail: expect.stringContaining(created.appId) });
  expect(find("vault-entries")).toMatchObject({
    result: "failed",
    detail: expect.stringContaining("contoso-client-secret"),
  });
});

it("says that nobody can sign in, and goes on", async () => {
  const { code, find, checks } = await preflight({ ARM_CLIENT_SECRET: "wrong" });
  expect(code).toBe(1);
  expect(find("sign-in")).toMatchObject({ result: "failed", detail: expect.stringContaining("AADSTS7000215") });
  expect(find("tenant")).toMatchObject({ result: "ok" });
  expect(JSON.stringify(checks)).not.toContain("wrong");
});

describe("with a Pulumi CLI", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "partner-access-preflight-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A CLI that knows one store and answers this to `stack export`. */
  const pulumi = (answer: string) => {
    const file = join(folder, "pulumi");
    writeFileSync(file, `#!/bin/sh\n[ "$1" = whoami ] && { echo '{"url":"azblob://state"}'; exit 0; }\n${answer}\n`);
    chmodSync(file, 0o755);
    return { PATH: `${folder}:${noPulumi}:/usr/bin:/bin` };
  };

  it("says that the stack is missing in the store, and how it comes there", async () => {
    const { code, find } = await preflight(pulumi("echo \"error: no stack named 'dev' found\" >&2; exit 255"));
    expect(code).toBe(1);
    expect(find("state-store")).toMatchObject({ result: "ok" });
    expect(find("stack")).toMatchObject({
      result: "failed",
      detail: "the state store has no stack dev",
      fix: expect.stringContaining("`pulumi stack init dev`"),
    });
  });

  it("tells a stack that is there from a store that cannot be asked", async () => {
    const there = await preflight(pulumi("echo '{\"deployment\":{}}'"));
    expect([there.code, there.find("stack")?.result]).toEqual([0, "ok"]);
    const away = await preflight(pulumi('echo "error: no such host" >&2; exit 255'));
    expect(away.find("stack")).toMatchObject({
      result: "cannot-tell",
      detail: expect.stringContaining("no such host"),
    });
  });
});

describe("as the rotator", () => {
  const rotator = () => ({
    ARM_CLIENT_ID: partnerTenant.rotator.clientId,
    ARM_CLIENT_SECRET: emulator.secrets.rotator,
  });

  it("judges the rotator's own rights", async () => {
    const { find } = await preflight(rotator(), "--as", "rotator");
    expect(find("sign-in")).toMatchObject({
      result: "ok",
      detail: expect.stringContaining(partnerTenant.rotator.clientId),
    });
    // The emulator's rotator holds what it must, and not what it may lack.
    expect(find("rights")).toMatchObject({ result: "warning", detail: expect.stringContaining("Policy.Read.All") });
    expect((await preflight(rotator())).find("rights")).toMatchObject({ result: "failed" });
  });

  it("does not take the deployer for it: who may consent is no rotator", async () => {
    const { code, find } = await preflight({}, "--as", "rotator");
    expect(code).toBe(1);
    expect(find("sign-in")).toMatchObject({
      result: "failed",
      who: "you",
      detail: expect.stringMatching(
        new RegExp(
          `${partnerTenant.deployer.clientId}, which is not the rotator.*DelegatedPermissionGrant.ReadWrite.All`,
        ),
      ),
      fix: expect.stringContaining("ARM_CLIENT_ID"),
    });
  });
});
