import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { builtInRoles, homeSubscription, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import {
  createSignedInTenant,
  prefix,
  type RunOptions,
  recordOf,
  type SignedInTenant,
  vaultUri,
  writeIdlePulumi,
} from "../../support/consumer";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

let emulator: TestEmulator;
let tenant: SignedInTenant;
/** Holds a pulumi that only knows its version: nothing is due here that would need more. */
let folder: string;
let back: () => void;

/** A tenant whose secret is not due: what is left to do for rotate is the refresh token. */
beforeAll(async () => {
  emulator = await startTestEmulator();
  await emulator.control("POST", "clock", { set: "2026-03-01T08:00:00Z" });
  tenant = await createSignedInTenant(emulator);
  folder = await mkdtemp(join(tmpdir(), "partner-access-renewal-"));
  await writeIdlePulumi(folder);
  await tenant.put("client-secret", tenant.application.secret, recordOf(tenant, emulator.world.clock.now()));
  back = emulator.snapshot();
});
afterAll(async () => {
  await emulator.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  emulator.forgetTokens();
  back();
  await emulator.control("POST", "clock", { set: "2026-03-01T08:00:00Z" });
});

beforeEach(() => emulator.control("POST", "faults", []));

const home = (method: string, path: string, body?: unknown) =>
  emulator.call(method, `${vaultUri}/secrets/${prefix}${path}?api-version=7.6`, { as: "home-deployer", body });
const entry = async () => (await home("GET", "refresh-token")).body;
const versions = async (): Promise<number> => (await home("GET", "refresh-token/versions")).body.value.length;

/** As the scheduled run on that day; nothing of the secret is due. */
async function rotate(day: string, argv: readonly string[] = [], { env }: RunOptions = {}) {
  await emulator.control("POST", "clock", { set: `${day}T08:00:00Z` });
  emulator.forgetTokens();
  const PATH = [folder, process.env["PATH"]].join(delimiter);
  const all = { PATH, PARTNER_ACCESS_NOW: `${day}T08:00:00Z`, ...env };
  const result = await tenant.run(["rotate", "-s", "dev", "--json", ...argv], { env: all });
  expect(result.document.stacks[0]).toMatchObject({ outcome: "not-due", before: tenant.application.keyId });
  return { ...result, renewal: result.document.stacks[0].refreshToken };
}

/** Whether the token in the vault gives an access token now. */
async function works(): Promise<boolean> {
  const { clientId, secret } = tenant.application;
  const form = { client_id: clientId, client_secret: secret, grant_type: "refresh_token" };
  const { value } = await entry();
  return (await emulator.requestToken({ ...form, refresh_token: value })).status === 200;
}

describe("rotate", () => {
  it("renews a refresh token of seven days, keeps its tags, and the newer one works", async () => {
    const first = await tenant.signIn();
    const { code, renewal, stdout } = await rotate("2026-03-08");
    expect({ code, renewal }).toEqual({
      code: 0,
      renewal: { result: "renewed", ageDays: 0, sentence: "The refresh token was renewed." },
    });
    const { value, tags } = await entry();
    expect(value).not.toBe(first);
    expect(stdout).not.toContain(value);
    expect(tags).toMatchObject({
      tenantId: partnerTenant.id,
      clientId: tenant.application.clientId,
      userPrincipalName: partnerTenant.reportingUser.userPrincipalName,
      obtainedAt: expect.stringMatching(/^2026-03-08T08:00/),
    });
    expect(await works()).toBe(true);
  });

  it("leaves a younger one alone, and does not even read it: only the client secret, to prove it", async () => {
    await tenant.signIn();
    const before = (await emulator.control("GET", "journal")).length;
    const { code, renewal } = await rotate("2026-03-07");
    expect([code, renewal.result, renewal.ageDays]).toEqual([0, "not-due", 6]);
    const calls = (await emulator.control("GET", "journal")).slice(before) as { path: string; service: string }[];
    const paths = calls.filter(({ service }) => service === "vault").map(({ path }) => path);
    // Else lists only: of names, and of versions.
    expect(paths.filter((path) => path !== "/secrets" && !path.endsWith("/versions"))).toEqual([
      `/secrets/${prefix}client-secret/`,
    ]);
    expect(paths).toContain(`/secrets/${prefix}refresh-token/versions`);
  });

  it("says what it would do, and renews at once when told so", async () => {
    const first = await tenant.signIn();
    const planned = await rotate("2026-03-08", ["--plan"]);
    expect(planned.renewal).toMatchObject({ result: "due", ageDays: 7 });
    expect((await entry()).value).toBe(first);
    expect((await rotate("2026-03-01", ["--renew-every", "0"])).renewal.result).toBe("renewed");
    expect(await versions()).toBe(2);
  });

  it("keeps a sign-in alive for longer than any refresh token lives", async () => {
    await tenant.signIn();
    for (const day of ["2026-03-29", "2026-04-26", "2026-05-18"]) {
      expect((await rotate(day)).renewal.result).toBe("renewed");
    }
    await emulator.control("POST", "clock", { set: "2026-08-01T08:00:00Z" });
    expect(await works()).toBe(true);
  });

  it("says nothing of a refresh token where nobody has signed in", async () => {
    await tenant.put("refresh-token", "nobody has signed in yet", {}, false);
    expect((await rotate("2026-03-20")).renewal).toBeNull();
  });

  it("turns red when Entra refuses it, and leaves the vault as it was", async () => {
    const first = await tenant.signIn();
    await emulator.control("POST", "clock", { set: "2026-03-02T08:00:00Z" });
    await tenant.user({ revokeSessions: true });
    const { code, renewal, document } = await rotate("2026-03-09");
    expect([code, renewal.result, renewal.ageDays]).toEqual([1, "failed", 8]);
    expect(document).toMatchObject({ ok: false, problems: [{ code: "AADSTS50173" }] });
    expect(document.problems[0].fix).toContain("npm run partner-access -- sign-in");
    expect([(await entry()).value, await versions()]).toEqual([first, 1]);
  });

  it("waits while Entra is out of order, until the token is old", async () => {
    await tenant.signIn();
    // After the two sign-ins to Graph, which look at the application and at its principal side by side.
    const down = [{ service: "entra", path: `/${partnerTenant.id}/oauth2/v2.0/token`, nth: 3, times: 99 }];
    await emulator.control(
      "POST",
      "faults",
      down.map((it) => ({ ...it, when: "before", action: "status", status: 503 })),
    );
    const early = await rotate("2026-03-09");
    expect([early.code, early.renewal.result]).toEqual([0, "skipped"]);
    expect(early.renewal.sentence).toContain("It is 8 days old and ends after 90 unused.");
    await emulator.control(
      "POST",
      "faults",
      down.map((it) => ({ ...it, when: "before", action: "status", status: 503 })),
    );
    const late = await rotate("2026-05-01");
    expect([late.code, late.renewal.result]).toEqual([1, "failed"]);
  });

  it("needs no more rights than before: who may only list is told, and turns red only when the token is old", async () => {
    const vault = `/subscriptions/${homeSubscription.id}/resourceGroups/${homeSubscription.resourceGroup}/providers/Microsoft.KeyVault/vaults/${homeSubscription.vault}`;
    const role = `/subscriptions/${homeSubscription.id}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles.keyVaultReader}`;
    const principal = { principalId: homeTenant.reader.objectId, principalType: "ServicePrincipal" };
    const path = `${vault}/providers/Microsoft.Authorization/roleAssignments/c0ffee00-0000-4000-8000-00000000aaa3?api-version=2022-04-01`;
    const body = { properties: { roleDefinitionId: role, ...principal } };
    expect((await emulator.call("PUT", path, { as: "home-administrator", body })).status).toBe(201);
    const first = await tenant.signIn();
    const early = await rotate("2026-03-09", [], { env: tenant.as("reader") });
    expect([early.code, early.renewal.result]).toEqual([0, "skipped"]);
    const late = await rotate("2026-05-01", [], { env: tenant.as("reader") });
    expect([late.code, late.renewal.result]).toEqual([1, "failed"]);
    expect(late.document.problems[0]).toMatchObject({
      code: "vault-forbidden",
      fix: expect.stringContaining("Key Vault Secrets Officer"),
    });
    expect((await entry()).value).toBe(first);
  });

  it("finds a sign-in that a killed renewal left below itself, and puts it on top", async () => {
    await tenant.signIn();
    const { tags, id } = await entry();
    await emulator.control("POST", "clock", { advance: "PT5S" });
    await tenant.user({ revokeSessions: true });
    await emulator.control("POST", "clock", { advance: "PT5S" });
    await tenant.signIn();
    await emulator.control("POST", "clock", { advance: "PT5S" });
    const renewedFrom = String(id).split("/").at(-1) ?? "";
    await tenant.put("refresh-token", "a token of the revoked session", { ...tags, renewedFrom });
    const { code, renewal } = await rotate("2026-03-02");
    expect([code, renewal.result]).toEqual([0, "renewed"]);
    expect(await works()).toBe(true);
  });

  it.each(["x", "-1", "61", "1.5", ""])("takes no --renew-every of %j", async (days) => {
    const { code, stderr } = await tenant.run(["rotate", "-s", "dev", `--renew-every=${days}`]);
    expect(code).toBe(2);
    expect(stderr).toContain("--renew-every must be a whole number of days from 0 to 60");
  });
});
