import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { folderStore } from "../../model/folder-store";
import { partnerTenant } from "../../offline/emulator/seed/constants";
import { findEngine } from "../../offline/engine/find-engine";
import { installStandInProviders } from "../../offline/providers/install";
import { startTestEmulator, type TestEmulator } from "../support/emulator";

const checkout = resolve(__dirname, "../..");

/** A small program with every resource type the stand-ins have. What varies comes from the environment. */
const program = `
import * as pulumi from "@pulumi/pulumi";
import * as azuread from "@pulumi/azuread";
import { getSecret, Secret, Vault } from "@pulumi/azure-native/keyvault";
import { RoleAssignment } from "@pulumi/azure-native/authorization";
import * as native from "@pulumi/azure-native";
const env = process.env;
export = async () => {
  const partner = new azuread.Provider("partner", { tenantId: "11111111-1111-4111-8111-111111111111", clientSecret: env["ADMINISTRATOR"] });
  const home = new native.Provider("home", { tenantId: "22222222-2222-4222-8222-222222222222", subscriptionId: "33333333-3333-4333-8333-333333333333", clientId: "c0ffee00-0000-4000-8000-00000000d002" });
  const [a, h] = [{ provider: partner }, { provider: home }];
  const graph = await azuread.getServicePrincipal({ clientId: "00000003-0000-0000-c000-000000000000" }, a);
  const user = await azuread.getUser({ userPrincipalName: "reports@contoso.example" }, a);
  const owners = ["${partnerTenant.administrator.objectId}"];
  const app = new azuread.Application("app", { displayName: env["NAME"] ?? "Reporting", owners, web: { redirectUris: ["http://localhost:8400/"] } }, a);
  const principal = new azuread.ServicePrincipal("app", { clientId: app.clientId, owners, appRoleAssignmentRequired: true }, a);
  new azuread.ServicePrincipalDelegatedPermissionGrant("graph", { servicePrincipalObjectId: principal.objectId, resourceServicePrincipalObjectId: graph.objectId, claimValues: ["openid", "profile"], userObjectId: user.objectId }, a);
  new azuread.AppRoleAssignment("user", { appRoleId: "00000000-0000-0000-0000-000000000000", principalObjectId: user.objectId, resourceObjectId: principal.objectId }, a);
  const generation = env["GENERATION"] ?? "1";
  const password = new azuread.ApplicationPassword("secret", { applicationId: app.id, displayName: "made by " + generation, endDate: "2027-01-21T00:00:00Z", rotateWhenChanged: { generation } }, a);
  const at = { resourceGroupName: "partner-insights", vaultName: "fabrikam-partner-access", secretName: "journey" };
  const live = await getSecret(at, h).then(found => found.tags["generation"], error => { if (/Status=404/.test(String(error))) return "none"; throw error; });
  const secret = new Secret("secret", { ...at, properties: { value: password.value }, tags: { generation } }, h);
  new RoleAssignment("reader", { scope: secret.id, principalId: "c0ffee00-0000-4000-8000-000000000005", principalType: "ServicePrincipal", roleDefinitionId: "/subscriptions/33333333-3333-4333-8333-333333333333/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6" }, h);
  const vault = new Vault("extra", { resourceGroupName: at.resourceGroupName, properties: { tenantId: "22222222-2222-4222-8222-222222222222", sku: { family: "A", name: "standard" }, enableRbacAuthorization: true } }, h);
  return { clientId: app.clientId, keyId: password.keyId, secretUri: secret.properties.secretUriWithVersion, vaultUri: vault.properties.vaultUri, live };
};
`;

interface Event {
  readonly resourcePreEvent?: {
    readonly metadata: { readonly op: string; readonly type: string; readonly urn: string };
  };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
  readonly summaryEvent?: { readonly resourceChanges: Readonly<Record<string, number>> };
}

let emulator: TestEmulator;
let folder: string;
let pulumi: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stand-in-journey-"));
  for (const name of ["program", "state", "home"]) await mkdir(join(folder, name));
  await symlink(join(checkout, "node_modules"), join(folder, "program", "node_modules"));
  await writeFile(join(folder, "program", "index.ts"), program);
  await writeFile(join(folder, "program", "package.json"), '{"main":"index.ts"}');
  await writeFile(
    join(folder, "program", "Pulumi.yaml"),
    "name: journey\nruntime:\n  name: nodejs\n  options:\n    tsconfig: tsconfig.json\n",
  );
  const compilerOptions = {
    target: "es2022",
    module: "commonjs",
    moduleResolution: "node",
    noCheck: true,
    esModuleInterop: true,
    ignoreDeprecations: "6.0",
  };
  await writeFile(join(folder, "program", "tsconfig.json"), JSON.stringify({ compilerOptions }));
  emulator = await startTestEmulator();
  await installStandInProviders(join(folder, "home"));
  const engine = await findEngine({ env: process.env, directory: join(folder, "engine"), onProgress: () => undefined });
  pulumi = engine.pulumi;
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    ...emulator.env,
    ARM_CLIENT_ID: partnerTenant.administrator.clientId,
    ADMINISTRATOR: emulator.secrets.administrator,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: folderStore(join(folder, "state")),
    PULUMI_CONFIG_PASSPHRASE: "of no worth: the state is thrown away",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  await run(["stack", "init", "dev"]);
}, 900_000);

afterAll(async () => {
  await emulator?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

function run(
  args: readonly string[],
  changes: Record<string, string> = {},
): Promise<{ code: number | null; text: string }> {
  return new Promise((done) => {
    const child = spawn(pulumi, [...args, "--non-interactive"], {
      cwd: join(folder, "program"),
      env: { ...env, ...changes },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
    }
    child.once("exit", (code) => done({ code, text }));
  });
}

/** Runs an operation; answers how many resources met which fate, and fails with the engine's words when it failed. */
async function changes(
  args: readonly string[],
  settings: Record<string, string> = {},
): Promise<Readonly<Record<string, number>>> {
  const { code, text } = await run([...args, "--json"], settings);
  const events = text.split("\n").flatMap((line): Event[] => {
    try {
      return [JSON.parse(line) as Event];
    } catch {
      return [];
    }
  });
  const errors = events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "error" ? [diagnosticEvent.message] : [],
  );
  expect({ code, errors: code === 0 ? errors : [...errors, text.slice(-2000)] }).toEqual({ code: 0, errors: [] });
  return events.findLast(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent?.resourceChanges ?? {};
}

const up = (settings: Record<string, string> = {}) => changes(["up", "--yes", "--skip-preview"], settings);
const state = async () =>
  JSON.parse(await readFile(join(folder, "state", ".pulumi", "stacks", "journey", "dev.json"), "utf8"));
const outputs = async () => JSON.parse((await run(["stack", "output", "--json"])).text) as Record<string, string>;

describe("the stand-in providers under the real engine", () => {
  it("preview without writing anything", async () => {
    const { code, text } = await run(["preview"]);
    expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/\+ 11 to create/) });
    const journal = (await emulator.control("GET", "journal")) as { method: string; service: string }[];
    expect(journal.filter(({ method, service }) => method !== "GET" && service !== "entra")).toEqual([]);
  }, 300_000);

  it("make everything, and change nothing when run again or refreshed", async () => {
    expect(await up()).toEqual({ create: 11 });
    expect(await up()).toEqual({ same: 11 });
    expect(await changes(["refresh", "--yes", "--skip-preview"])).toEqual({ same: 11 });
    expect(await outputs()).toMatchObject({
      live: "1",
      vaultUri: expect.stringMatching(/^https:\/\/extra[0-9a-f]{8}\.vault\.emulator\.test\/$/),
    });
  }, 300_000);

  it("keep the secret encrypted in state, and in no output", async () => {
    const text = JSON.stringify(await state());
    const password = (await state()).checkpoint.latest.resources.find(({ type }: { type: string }) =>
      type.endsWith(":ApplicationPassword"),
    );
    expect(Object.keys(password.outputs.value)).toContain("ciphertext");
    expect(password.outputs.keyId).toMatch(/^[0-9a-f-]{36}$/);
    const shown = await run(["stack", "export", "--show-secrets"]);
    const value = JSON.parse(shown.text).deployment.resources.find(({ type }: { type: string }) =>
      type.endsWith(":ApplicationPassword"),
    ).outputs.value;
    const plain = JSON.parse(value.plaintext);
    expect(plain).toMatch(/^.{30,}$/);
    expect(text).not.toContain(plain);
  }, 300_000);

  it("update in place, and replace a client secret before the old one goes", async () => {
    const before = await outputs();
    expect(await up({ NAME: "Renamed" })).toEqual({ same: 10, update: 1 });
    expect(await up({ NAME: "Renamed", GENERATION: "2" })).toMatchObject({ same: 9, update: 1, replace: 1 });
    const after = await outputs();
    expect(after["clientId"]).toBe(before["clientId"]);
    expect(after["keyId"]).not.toBe(before["keyId"]);
    expect(after["secretUri"]).not.toBe(before["secretUri"]);
    const journal = (await emulator.control("GET", "journal")) as { path: string; method: string; service: string }[];
    const steps = journal.flatMap(
      ({ path, method }) =>
        /(addPassword|removePassword)$/.exec(path)?.[1] ??
        (method === "PUT" && path.endsWith("/secrets/journey") ? "publish" : []),
    );
    expect(steps.slice(-3)).toEqual(["addPassword", "publish", "removePassword"]);
  }, 300_000);

  it("show by a refresh what was changed by hand, and put it right", async () => {
    const application = (await state()).checkpoint.latest.resources.find(({ type }: { type: string }) =>
      type.endsWith(":Application"),
    );
    const body = { displayName: "By hand", notes: "hello" };
    const patched = await emulator.call("PATCH", `/v1.0${application.id}`, { as: "partner-administrator", body });
    expect(patched.status).toBe(204);
    const settings = { NAME: "Renamed", GENERATION: "2" };
    expect(await changes(["refresh", "--yes", "--skip-preview"], settings)).toMatchObject({ update: 1, same: 10 });
    expect(await up(settings)).toEqual({ update: 1, same: 10 });
    const found = await emulator.call("GET", `/v1.0${application.id}`, { as: "partner-administrator" });
    expect(found.body).toMatchObject({ displayName: "Renamed", notes: null });
  }, 300_000);

  it("import what exists, and say in the engine's output what they do not know", async () => {
    // An import uses the default provider, which takes its secret from the environment.
    const asAdministrator = { ARM_CLIENT_SECRET: emulator.secrets.administrator };
    const body = { displayName: "Made elsewhere", notes: "hello" };
    const made = await emulator.call("POST", "/v1.0/applications", { as: "partner-administrator", body });
    const options = ["--yes", "--protect=false", "--generate-code=false", "--skip-preview"];
    const id = `/applications/${made.body.id}`;
    const imported = await run(
      ["import", "azuread:index/application:Application", "other", id, ...options],
      asAdministrator,
    );
    expect({ code: imported.code, text: imported.text }).toMatchObject({ code: 0 });
    const other = (await state()).checkpoint.latest.resources.find(({ urn }: { urn: string }) =>
      urn.endsWith("::other"),
    );
    expect(other).toMatchObject({ id, inputs: { displayName: "Made elsewhere", notes: "hello" } });
    expect((await run(["state", "delete", other.urn, "--yes"])).code).toBe(0);
    const unknown = await run(["import", "azuread:index/group:Group", "x", "/groups/1", ...options], asAdministrator);
    expect(unknown.code).not.toBe(0);
    expect(unknown.text).toMatch(/"azuread:index\/group:Group" is not known to the stand-in for azuread/);
  }, 300_000);

  it("take everything away again, and recover the soft-deleted secret on the next run", async () => {
    expect(await changes(["destroy", "--yes", "--skip-preview"])).toMatchObject({ delete: expect.any(Number) });
    const left = await emulator.control("GET", "state");
    const names = left.tenants[partnerTenant.id].applications.map(
      ({ displayName, properties }: { displayName?: string; properties?: { displayName?: string } }) =>
        displayName ?? properties?.displayName,
    );
    expect(names).not.toContain("Renamed");
    expect(await up({ GENERATION: "3" })).toEqual({ create: 11 });
  }, 300_000);
});
