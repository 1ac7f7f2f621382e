import { partnerTenant } from "../../../offline/emulator/seed/constants";
import { createSignedInTenant, reports, type SignedInTenant } from "../../support/consumer";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

let emulator: TestEmulator;
let tenant: SignedInTenant;
let back: () => void;

beforeAll(async () => {
  emulator = await startTestEmulator();
  tenant = await createSignedInTenant(emulator);
  await tenant.signIn();
  await tenant.user({ roles: ["Executive Report Viewer"] });
  back = emulator.snapshot();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.forgetTokens();
  back();
  emulator.world.clock.reset();
  await emulator.control("POST", "faults", []);
});

interface Seen {
  readonly name: string;
  readonly result: string;
}

const verify = (...argv: string[]) => tenant.run(["verify", "-s", "dev", "--json", ...argv]);
const graph = (method: string, path: string, body?: unknown) =>
  emulator.call(method, `/v1.0/${path}`, { as: "partner-administrator", body });

describe("verify", () => {
  it("finds nothing where all is well, down to the first Insights answer", async () => {
    const { code, document } = await verify();
    expect(document.stacks[0].checks.map(({ name, result }: Seen) => `${name} ${result}`)).toEqual([
      "token ok",
      "audience ok",
      "tenant ok",
      "scope ok",
      "user ok",
      "mfa ok",
      "lifetime ok",
      "partner-center ok",
      "enrolment ok",
      "insights ok",
    ]);
    expect([code, document.ok, document.problems]).toEqual([0, true, []]);
  });

  it("tells a person line by line, without the token", async () => {
    const { code, stdout } = await tenant.run(["verify", "-s", "dev"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dev\n {2}ok +token +Entra issued a token \(refresh-token\)\.\n/);
    expect(stdout).toContain(`Acts as ${reports}.`);
    expect(stdout).not.toMatch(/[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/);
  });

  const secondsLater = () => emulator.control("POST", "clock", { advance: "PT2S" });
  const fault = (service: string, status: number, path = "/**") =>
    emulator.control("POST", "faults", [{ service, path, when: "before", action: "status", status, body: {} }]);

  it.each<[string, () => Promise<unknown>, string]>([
    ["a wrong secret", () => tenant.put("client-secret", "wrong"), "AADSTS7000215"],
    [
      "a revoked refresh token",
      async () => [await secondsLater(), await tenant.user({ revokeSessions: true })],
      "AADSTS50173",
    ],
    ["an expired refresh token", () => emulator.control("POST", "clock", { advance: "P91D" }), "AADSTS700082"],
    [
      "no consent",
      () => graph("DELETE", `oauth2PermissionGrants/${tenant.application.grants.partnerCenter}`),
      "AADSTS65001",
    ],
    [
      "a user who is not assigned",
      async () => {
        const path = `servicePrincipals/${tenant.application.principalId}/appRoleAssignedTo`;
        const [assignment] = (await graph("GET", path)).body.value;
        await graph("DELETE", `${path}/${assignment.id}`);
      },
      "AADSTS50105",
    ],
    ["a sign-in without MFA", () => tenant.signIn({ mfa: false }), "AADSTS50076"],
    ["no enrolment", () => tenant.settings({ partnerCenter: { enrolled: false } }), "not-enrolled"],
    ["a user without the role", () => tenant.user({ roles: [] }), "role-missing"],
    ["a user with the lesser role", () => tenant.user({ roles: ["Report Viewer"] }), "data-redacted"],
    ["Entra out of order", () => fault("entra", 503, `/${partnerTenant.id}/oauth2/v2.0/token`), "status 503"],
    ["Partner Center out of order", () => fault("partner-center", 503), "service-down"],
    ["Insights out of order", () => fault("insights", 500), "service-down"],
    ["somebody else's sign-in", () => somebodyElse(), "wrong-user"],
  ])("tells %s apart, with one line of what to do", async (_name, prepare, code) => {
    await prepare();
    const { code: exit, document } = await verify();
    const [{ checks }] = document.stacks;
    const found = checks.filter(({ result }: Seen) => result !== "ok");
    expect(document.problems[0].code).toBe(code);
    expect(found[0].fix).toMatch(/^[^\n]+(?:\.| -s dev[^.\n]*)$/);
    // A warning is told and ends well; what failed or could not be told does not.
    expect(exit).toBe(code === "data-redacted" ? 0 : 1);
    expect([...new Set(document.problems.map((it: { code: string }) => it.code))]).toEqual([code]);
  });

  async function somebodyElse() {
    const { clientId, principalId } = tenant.application;
    const admin = "admin@contoso.example";
    const { id } = (await graph("GET", `users/${admin}`)).body;
    const body = { principalId: id, resourceId: principalId, appRoleId: "00000000-0000-0000-0000-000000000000" };
    await graph("POST", `servicePrincipals/${principalId}/appRoleAssignedTo`, body);
    const tenantId = emulator.tenants[0]?.id;
    const token = { tenant: tenantId, userPrincipalName: admin, clientId };
    const { refreshToken } = await emulator.control("POST", "refresh-tokens", token);
    await emulator.control("POST", "users", {
      tenant: tenantId,
      userPrincipalName: admin,
      roles: ["Executive Report Viewer"],
    });
    await tenant.put("refresh-token", refreshToken, { userPrincipalName: admin });
  }

  it("looks at an app-only token without a user, and says that Insights wants one", async () => {
    const { code, document } = await verify("--flow", "app-only");
    expect(code).toBe(1);
    expect(document.stacks[0].checks.map(({ name }: Seen) => name)).toEqual([
      "token",
      "audience",
      "tenant",
      "lifetime",
      "insights",
    ]);
    expect(document.problems).toMatchObject([{ code: "needs-user" }]);
  });

  it("sends a token to no other machine than this one by a variable", async () => {
    const env = { PARTNER_ACCESS_PARTNER_CENTER: "https://thief.example" };
    const { code, stderr } = await tenant.run(["verify", "-s", "dev"], { env });
    expect(code).toBe(2);
    expect(stderr).toContain("PARTNER_ACCESS_PARTNER_CENTER is https://thief.example");
  });

  it("changes nothing", async () => {
    const before = (await emulator.control("GET", "journal")).length;
    await verify();
    const calls = (await emulator.control("GET", "journal")).slice(before);
    const writes = calls.filter(
      ({ method, service }: Record<string, string>) => method !== "GET" && service !== "entra",
    );
    expect(writes).toEqual([]);
  });
});
