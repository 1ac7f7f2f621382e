import { decodeJwt } from "jose";
import { homeTenant } from "../../../../../offline/emulator/seed/constants";
import { azureCliAppId } from "../../../../../offline/emulator/world/microsoft-applications";
import { startTestEmulator, type TestEmulator } from "../../../../support/emulator";

let emulator: TestEmulator;
let back: () => void;
beforeAll(async () => {
  emulator = await startTestEmulator();
  back = emulator.snapshot();
});
afterAll(() => emulator.stop());
beforeEach(() => {
  emulator.world.deviceSignIns.clear();
  back();
});

const admin = `admin@${homeTenant.domain}`;
const arm = "https://management.core.windows.net//.default offline_access openid profile";
const grantType = "urn:ietf:params:oauth:grant-type:device_code";
const form = (fields: Record<string, string>) => ({ body: new URLSearchParams(fields) });

const begin = async (tenant = "organizations", changes: Record<string, string> = {}) =>
  emulator.call(
    "POST",
    `/${tenant}/oauth2/v2.0/devicecode`,
    form({ client_id: azureCliAppId, scope: arm, ...changes }),
  );
const redeem = (device_code: string, tenant = "organizations", changes: Record<string, string> = {}) =>
  emulator.requestToken({ client_id: azureCliAppId, grant_type: grantType, device_code, ...changes }, { tenant });
const contextOf = (page: string) => /name="ctx" value="([^"]+)"/.exec(page)?.[1] ?? "";

/** What a person does on the other device: code and name, password, one-time code. Answers the page that then stands there. */
async function signIn(address: string, userCode: string, user = admin): Promise<string> {
  const entered = await emulator.call("POST", address, form({ otc: userCode, login: user }));
  const ctx = contextOf(entered.text);
  if (ctx === "") return entered.text;
  const passwd = emulator.secrets.userPassword;
  await emulator.call("POST", `/${homeTenant.id}/login`, form({ ctx, login: user, passwd }));
  const { oneTimeCode } = await emulator.control("POST", "users", { tenant: homeTenant.id, userPrincipalName: user });
  return (await emulator.call("POST", `/${homeTenant.id}/SAS/ProcessAuth`, form({ ctx, otc: oneTimeCode }))).text;
}

describe("a sign-in on another device", () => {
  it("is pending until the user has signed in there, then gives tokens once", async () => {
    const { status, body } = await begin();
    expect(status).toBe(200);
    expect(body).toEqual({
      user_code: expect.stringMatching(/^[A-Z2-9]{9}$/),
      device_code: expect.any(String),
      verification_uri: `${emulator.origin}/common/oauth2/deviceauth`,
      expires_in: 900,
      interval: 5,
      message: `To sign in, use a web browser to open the page ${body.verification_uri} and enter the code ${body.user_code} to authenticate.`,
    });
    expect((await redeem(body.device_code)).body).toMatchObject({
      error: "authorization_pending",
      error_codes: [70016],
    });
    const page = (await emulator.call("GET", body.verification_uri)).text;
    expect(page).toContain('name="otc"');
    // Whose user will come is not known yet: those of every tenant, with their passwords.
    for (const known of [admin, "reports@contoso.example", emulator.secrets.userPassword])
      expect(page).toContain(known);
    expect(await signIn(body.verification_uri, body.user_code.toLowerCase())).toContain("You have signed in");
    const answer = await redeem(body.device_code);
    expect(answer.status).toBe(200);
    expect(decodeJwt(answer.body.access_token)).toMatchObject({
      tid: homeTenant.id,
      upn: admin,
      scp: "user_impersonation",
      amr: ["pwd", "mfa"],
      appid: azureCliAppId,
    });
    expect(answer.body.refresh_token).toEqual(expect.any(String));
    expect((await redeem(body.device_code)).body.error).toBe("bad_verification_code");
    const again = { client_id: azureCliAppId, grant_type: "refresh_token", refresh_token: answer.body.refresh_token };
    const shared = await emulator.requestToken({ ...again, scope: arm }, { tenant: "organizations" });
    expect(decodeJwt(shared.body.access_token)["tid"]).toBe(homeTenant.id);
  });

  it("is refused when the user turns away, the time is over, or the code is another's", async () => {
    const declined = (await begin()).body;
    const page = await emulator.call(
      "POST",
      declined.verification_uri,
      form({ otc: declined.user_code, login: admin }),
    );
    await emulator.call("POST", `/${homeTenant.id}/cancel`, form({ ctx: contextOf(page.text) }));
    expect((await redeem(declined.device_code)).body.error).toBe("authorization_declined");

    const late = (await begin()).body;
    await emulator.control("POST", "clock", { advance: "PT15M" });
    expect((await redeem(late.device_code)).body.error).toBe("expired_token");
    expect(await signIn(late.verification_uri, late.user_code)).toContain("That code didn&#39;t work");

    const other = (await begin()).body;
    expect((await redeem("x".repeat(160))).body.error).toBe("bad_verification_code");
    const wrongClient = { client_id: "00000000-0000-4000-8000-000000000001" };
    expect((await redeem(other.device_code, "organizations", wrongClient)).body.error).toBe("bad_verification_code");
  });

  it("at a tenant's address takes that tenant's people only", async () => {
    const { body } = await begin("contoso.example");
    expect(await signIn(body.verification_uri, body.user_code)).toContain("is not one of the directory");
    expect((await redeem(body.device_code, "contoso.example")).body.error).toBe("authorization_pending");
  });

  it("has the same words under the v1 endpoint's names", async () => {
    const resource = "https://management.core.windows.net/";
    const path = "/organizations/oauth2/devicecode?api-version=1.0";
    const { body } = await emulator.call("POST", path, form({ client_id: azureCliAppId, resource }));
    expect(body).toMatchObject({ verification_url: expect.any(String), expires_in: "900", interval: "5" });
    await signIn(body.verification_url, body.user_code);
    const fields = { client_id: azureCliAppId, grant_type: "device_code", code: body.device_code, resource };
    const { body: tokens } = await emulator.requestToken(fields, { tenant: "common", version: 1 });
    expect(tokens).toMatchObject({ token_type: "Bearer", resource });
  });

  it("is what discovery advertises, and refuses what it does not know", async () => {
    const { body } = await emulator.call("GET", "/organizations/v2.0/.well-known/openid-configuration");
    expect(body.device_authorization_endpoint).toBe(`${emulator.origin}/organizations/oauth2/v2.0/devicecode`);
    expect((await begin("organizations", { colour: "blue" })).status).toBe(400);
    expect(
      (await begin(homeTenant.id, { client_id: "00000000-0000-4000-8000-000000000001" })).body.error_codes,
    ).toEqual([700016]);
    expect((await begin("organizations", { scope: "" })).body.error_codes).toEqual([900144]);
  });
});

describe("Azure CLI's own client", () => {
  it("signs in where no factor is asked for, with the permissions that Microsoft gave it", async () => {
    await emulator.control("POST", "settings", { tenant: homeTenant.id, signIn: { requiresMfa: false } });
    const password = emulator.secrets.userPassword;
    const ask = (scope: string) =>
      emulator.requestToken(
        { client_id: azureCliAppId, grant_type: "password", username: admin, password, scope },
        { tenant: "organizations" },
      );
    const graph = await ask("https://graph.microsoft.com/.default");
    expect(String(decodeJwt(graph.body.access_token)["scp"]).split(" ")).toEqual(
      expect.arrayContaining(["Application.ReadWrite.All", "Directory.AccessAsUser.All"]),
    );
    const me = await emulator.call("GET", "https://graph.microsoft.com/v1.0/me", { token: graph.body.access_token });
    expect(me.body.userPrincipalName).toBe(admin);
    for (const scope of [
      arm,
      "https://vault.azure.net/.default",
      `https://${emulator.world.addresses.keyVaultSuffix}/.default`,
    ]) {
      expect((await ask(scope)).status).toBe(200);
    }
    expect((await ask("https://api.partnercenter.microsoft.com/.default")).body.error_codes).toEqual([500011]);
  });

  it("is no registration of a tenant, and shows in no list", async () => {
    expect(JSON.stringify(await emulator.control("GET", "state"))).not.toContain(azureCliAppId);
  });
});
