import { decodeJwt } from "jose";
import { main } from "../../../cli/main";
import { homeSubscription, homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { captureContext } from "../../support/captured-context";
import { createSignedInTenant, prefix, reports, type SignedInTenant, vaultUri } from "../../support/consumer";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

let emulator: TestEmulator;
let tenant: SignedInTenant;
let back: () => void;

beforeAll(async () => {
  emulator = await startTestEmulator();
  tenant = await createSignedInTenant(emulator);
  back = emulator.snapshot();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.forgetTokens();
  back();
  emulator.world.clock.reset();
  await emulator.control("POST", "faults", []);
});

const claimsOf = (text: string) => decodeJwt(text.trim());
const fromVault = ["--vault", vaultUri, "--prefix", prefix];

describe("token", () => {
  it("prints the token of the one who signed in, and nothing else, from the stack's file", async () => {
    await tenant.signIn();
    const { code, stdout, stderr } = await tenant.run(["token", "-s", "dev"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(claimsOf(stdout)).toMatchObject({
      aud: "https://api.partnercenter.microsoft.com",
      tid: partnerTenant.id,
      upn: reports,
      scp: "user_impersonation",
      amr: ["pwd", "mfa"],
    });
  });

  it("needs the vault and read rights on its entries alone, and writes nothing", async () => {
    await tenant.signIn();
    await tenant.allowRenewer();
    const before = (await emulator.control("GET", "journal")).length;
    const { code, stdout } = await tenant.run(["token", ...fromVault, "--header"], {
      // Nothing that Pulumi, a state store or the partner tenant would need.
      env: { ...tenant.as("renewer"), ARM_CLIENT_ID: undefined, ARM_CLIENT_SECRET: undefined, PATH: "/nowhere" },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Authorization: Bearer [\w-]+\.[\w-]+\.[\w-]+\n$/);
    const calls = (await emulator.control("GET", "journal")).slice(before);
    const paths = calls.map(({ method, path, status }: Record<string, string>) => `${method} ${path} ${status}`);
    const wanted = [
      `GET /${homeTenant.id}/v2.0/.well-known/openid-configuration 200`,
      `GET /metadata/endpoints 200`,
      `GET /secrets/${prefix}client-secret/ 200`,
      `GET /secrets/${prefix}client-secret/ 401`,
      `GET /secrets/${prefix}refresh-token/ 200`,
      `GET /secrets/${prefix}refresh-token/ 401`,
      `POST /${homeTenant.id}/oauth2/v2.0/token 200`,
      `POST /${partnerTenant.id}/oauth2/v2.0/token 200`,
    ];
    expect([...new Set(paths)].sort()).toEqual(wanted.sort());
  });

  it("gives a document with the end and the flow", async () => {
    await tenant.signIn();
    const { code, document } = await tenant.run(["token", ...fromVault, "--json"]);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      ok: true,
      problems: [],
      stacks: [{ stack: "partner-insights-contoso-", tokenType: "Bearer", flow: "refresh-token" }],
    });
    const [{ token, expiresAt }] = document.stacks;
    const { exp = 0 } = claimsOf(token);
    // Never later than the token's own end, and earlier by no more than the request took.
    expect(Date.parse(expiresAt) / 1000 - exp).toBeLessThanOrEqual(1);
    expect(exp - Date.parse(expiresAt) / 1000).toBeLessThan(60);
  });

  it("warns of old dates on standard error, so that the token stays alone", async () => {
    await tenant.signIn({ obtainedAt: "2026-01-01T00:00:00Z" });
    await tenant.put("client-secret", tenant.application.secret, { dueOn: "2026-01-01" });
    const env = { PARTNER_ACCESS_NOW: "2026-03-09T08:00:00Z" };
    const { code, stdout, stderr } = await tenant.run(["token", "-s", "dev"], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w.-]+\n$/);
    expect(stderr.split("\n")).toEqual([
      "warning: The client secret should have been rotated on 2026-01-01, 67 days ago: look at the schedule.",
      "warning: The refresh token is 67 days old, and unused it ends on 2026-04-01: renew it with rotate, or sign in again.",
      "",
    ]);
  });

  it("app-only needs no sign-in", async () => {
    const { code, stdout } = await tenant.run(["token", "-s", "dev", "--flow", "app-only"]);
    expect(code).toBe(0);
    expect(claimsOf(stdout)).toMatchObject({ appid: tenant.application.clientId, idtyp: "app" });
  });

  it("says that nobody has signed in, and does not fall back to another power", async () => {
    await tenant.put("refresh-token", "nobody has signed in yet", {}, false);
    const { code, stdout, stderr } = await tenant.run(["token", "-s", "dev"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("No user has signed in yet");
    expect(stderr).toContain("npm run partner-access -- sign-in");
  });

  it("says what Entra refused, with the code, as a document too", async () => {
    const refreshToken = await tenant.signIn();
    await emulator.control("POST", "clock", { advance: "PT1S" });
    await tenant.user({ revokeSessions: true });
    const { code, stdout, document } = await tenant.run(["token", "-s", "dev", "--json"]);
    expect(code).toBe(2);
    expect(document).toMatchObject({ ok: false, stacks: [], problems: [{ code: "AADSTS50173" }] });
    expect(document.problems[0].fix).toContain("sign-in");
    expect(stdout).not.toContain(refreshToken);
  });

  it("says that this identity may not read", async () => {
    await tenant.signIn();
    const { code, stderr } = await tenant.run(["token", ...fromVault], { env: tenant.as("reader") });
    expect(code).toBe(2);
    expect(stderr).toContain("may not read the vault's entry");
    expect(stderr).toContain("vault.readers");
  });

  it("says that the vault's firewall stands in the way, and not a missing right", async () => {
    await tenant.signIn();
    const vaultPath = `/subscriptions/${homeSubscription.id}/resourceGroups/${homeSubscription.resourceGroup}/providers/Microsoft.KeyVault/vaults/${homeSubscription.vault}`;
    const closed = [
      { networkAcls: { defaultAction: "Deny" } },
      { networkAcls: { defaultAction: "Allow" }, publicNetworkAccess: "disabled" },
    ];
    for (const properties of closed) {
      const body = { properties };
      const path = `${vaultPath}?api-version=2023-07-01`;
      expect(await emulator.call("PATCH", path, { as: "home-administrator", body })).toMatchObject({ status: 200 });
      const { code, stderr } = await tenant.run(["token", ...fromVault], { env: tenant.as("renewer") });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("firewall refuses calls") });
      expect(stderr).not.toContain("vault.readers");
    }
  });

  it.each([
    "https://user:hunter2@fabrikam.vault.azure.net",
    "https://fabrikam.vault.azure.net/?sig=hunter2",
    "https://fabrikam.vault.azure.net/#hunter2",
    "user:hunter2@fabrikam",
    "fabrikam?sig=hunter2",
  ])("refuses an address that holds more than a vault, without repeating that: %s", async (vault) => {
    const { code, stderr } = await tenant.run(["token", "--vault", vault, "--prefix", "p-"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--vault must be a vault's address")]);
    expect(stderr).not.toContain("hunter2");
  });

  it.each([
    ["give either -s STACK, or --vault URL with --prefix PREFIX", []],
    ["give either -s STACK, or --vault URL with --prefix PREFIX", ["-s", "dev", ...fromVault]],
    ["give either -s STACK, or --vault URL with --prefix PREFIX", ["--vault", vaultUri]],
    [
      "--vault must be a vault's address like https://fabrikam.vault.azure.net, got fabrikam",
      ["--vault", "fabrikam", "--prefix", "p-"],
    ],
    ["got http://fabrikam.vault.azure.net/", ["--vault", "http://fabrikam.vault.azure.net", "--prefix", "p-"]],
    ["--prefix must be letters, digits and hyphens, got a/b", ["--vault", vaultUri, "--prefix", "a/b"]],
    ["--flow must be one of refresh-token, password, app-only, got magic", ["-s", "dev", "--flow", "magic"]],
    ["--json and --header exclude each other", ["-s", "dev", "--json", "--header"]],
    ["the flow password needs a user: --user NAME", [...fromVault, "--flow", "password"]],
  ])("refuses with %j", async (message, argv) => {
    const { context, stdout, stderr } = captureContext();
    expect(await main(["token", ...argv], context)).toBe(2);
    expect(`${stdout()}${stderr()}`).toContain(message);
  });
});

describe("the password flow of 2021", () => {
  const withPassword = (input = `${emulator.secrets.userPassword}\n`, more: readonly string[] = []) =>
    tenant.run(["token", "-s", "dev", "--flow", "password", ...more], { input });

  it("works where the tenant does not enforce MFA; the password comes from standard input", async () => {
    await tenant.settings({ signIn: { requiresMfa: false } });
    const { code, stdout } = await withPassword();
    expect(code).toBe(0);
    expect(claimsOf(stdout)).toMatchObject({ upn: reports, amr: ["pwd"], scp: "user_impersonation" });
    const other = await tenant.run(["token", ...fromVault, "--flow", "password", "--user", reports], {
      input: emulator.secrets.userPassword,
    });
    expect(claimsOf(other.stdout)).toMatchObject({ upn: reports });
  });

  it.each<[string, object, object, string]>([
    ["asks for MFA", {}, {}, "AADSTS50076"],
    ["asks for MFA that the user has not registered for", {}, { mfa: false }, "AADSTS50079"],
    ["blocks by Conditional Access", { conditionalAccess: "block" }, {}, "AADSTS53003"],
    ["has security defaults", { conditionalAccess: "security-defaults" }, {}, "AADSTS530035"],
  ])("fails where the tenant %s, and names sign-in", async (_name, signIn, user, number) => {
    await tenant.settings({ signIn });
    await tenant.user(user);
    const { code, stdout, stderr } = await withPassword();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`(${number})`);
    expect(stderr).toContain(
      "Use the refresh-token flow, which carries MFA, after one sign-in: npm run partner-access -- sign-in -s dev",
    );
    expect(stderr).not.toContain(emulator.secrets.userPassword);
  });

  it("fails at Partner Center where Entra lets it through: 900421, and verify names sign-in", async () => {
    await tenant.settings({ signIn: { requiresMfa: false }, partnerCenter: { enforcesMfa: true } });
    const argv = ["verify", "-s", "dev", "--flow", "password", "--json"];
    const { code, document } = await tenant.run(argv, { input: emulator.secrets.userPassword });
    expect(code).toBe(1);
    const failed = document.stacks[0].checks.filter(({ result }: { result: string }) => result === "failed");
    expect(failed.map(({ name }: { name: string }) => name)).toEqual([
      "mfa",
      "partner-center",
      "enrolment",
      "insights",
    ]);
    expect(failed[3].detail).toContain("refuses the token because it shows no MFA (status 401, 900421)");
    for (const { fix } of failed) expect(fix).toContain("npm run partner-access -- sign-in");
  });

  it("fails without a password", async () => {
    const { code, stderr } = await withPassword("");
    expect(code).toBe(2);
    expect(stderr).toContain(`no password of ${reports} on standard input`);
  });
});
