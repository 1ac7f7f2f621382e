import { createHash, randomBytes } from "node:crypto";
import { decodeJwt } from "jose";
import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { makePartnerApplication, partnerCenterScope } from "../../../../support/partner-application";
import { oneTimeCodeOf, PersonAtPages, signInAtPages } from "../../../../support/sign-in-pages";
import { application, emulator, reports, settings, user } from "./user-requests";

const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");

const options = (changes: Record<string, string | undefined> = {}): Record<string, string> => {
  const all = {
    client_id: application.clientId,
    response_type: "code",
    redirect_uri: "http://localhost:8400/",
    scope: `${partnerCenterScope} openid profile offline_access`,
    state: "a state of <ours> & 'more'",
    nonce: "n-1",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
};
const open = (changes: Record<string, string | undefined> = {}, how?: { version?: 1 | 2; tenant?: string }) =>
  new PersonAtPages(emulator).open(options(changes), how);

const redeem = (code: string, changes: Record<string, string | undefined> = {}, version: 1 | 2 = 2) => {
  const form = {
    client_id: application.clientId,
    client_secret: application.secret,
    grant_type: "authorization_code",
    redirect_uri: "http://localhost:8400/",
    code,
    code_verifier: verifier,
    ...changes,
  };
  const entries = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return emulator.requestToken(Object.fromEntries(entries), { version });
};
const good = () => ({ login: reports, passwd: emulator.secrets.userPassword });
const numberIn = (told: Record<string, string>) => /^AADSTS(\d+):/.exec(told["error_description"] ?? "")?.[1];

describe("the sign-in pages", () => {
  it("lead a user with MFA through password and code back to the application, whose code is a token", async () => {
    const person = await open({ login_hint: reports });
    expect(person.shown.status).toBe(200);
    expect(person.shown.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store, no-cache",
    });
    expect(person.title).toBe("Sign in to your account");
    expect(person.shown.text).toContain(`value="${reports}"`);
    await person.fill(good());
    expect(person.title).toBe("Enter code");
    await person.fill({ otc: await oneTimeCodeOf(emulator) });
    const { to, told } = person.sentBack();
    expect(to).toBe("http://localhost:8400/");
    expect(told).toEqual({
      code: expect.stringMatching(/^1\.AW/),
      session_state: expect.any(String),
      state: "a state of <ours> & 'more'",
    });
    const { status, body } = await redeem(told["code"]!);
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({
      amr: ["pwd", "mfa"],
      scp: "user_impersonation",
      upn: reports,
    });
    expect(decodeJwt(body.id_token)).toMatchObject({ nonce: "n-1", oid: partnerTenant.reportingUser.objectId });
    expect(body.refresh_token).toMatch(/^1\.AX/);
  });

  it("work at the v1 endpoint, where the token request says which API", async () => {
    const told = await signInAtPages(emulator, options({ scope: "openid" }), { version: 1 });
    const resource = "https://api.partnercenter.microsoft.com";
    const { body } = await redeem(told["code"]!, { resource }, 1);
    expect(body).toMatchObject({ resource, scope: "user_impersonation", expires_in: expect.any(String) });
    expect(decodeJwt(body.access_token).aud).toBe(resource);
  });

  it("send the answer as a form or in the fragment where that is asked for", async () => {
    expect((await signInAtPages(emulator, options({ response_mode: "form_post" })))["code"]).toMatch(/^1\.AW/);
    const person = await open({ response_mode: "fragment", prompt: "none" });
    expect(person.shown.headers["location"]).toMatch(/^http:\/\/localhost:8400\/#error=login_required/);
  });

  it("show each user's password and one-time code, marked as the emulator's own", async () => {
    const person = await open();
    expect(person.shown.text).toContain("Only in this emulator");
    expect(Object.keys(person.passwords)).toEqual(["admin@contoso.example", reports]);
    await person.fill({ login: reports, passwd: person.passwords[reports] ?? "" });
    expect(person.shown.text).toContain("Only in this emulator");
    await person.fill({ otc: "12" });
    await person.fill({ otc: person.code ?? "" });
    expect(person.sentBack().told["code"]).toBeDefined();
  });

  it("show the password of a user who was added, and a changed one, as texts", async () => {
    const added = "o'neil@contoso.example";
    const password = '<b>&"it\'s"</b>';
    await emulator.control("POST", "users", { tenant: partnerTenant.id, userPrincipalName: added, password });
    await emulator.control("POST", "users", { tenant: partnerTenant.id, userPrincipalName: reports, password: "new" });
    const person = await open();
    expect(person.passwords).toMatchObject({ [added]: password, [reports]: "new" });
    expect(person.shown.text).not.toContain("<b>");
    await person.fill({ login: added, passwd: person.passwords[added] ?? "" });
    expect(person.title).toBe("Enter code");
  });

  it("show the user what was wrong, and take another try", async () => {
    const person = await open();
    await person.fill({ login: reports, passwd: "wrong" });
    expect(person.title).toBe("Sign in to your account");
    expect(person.problem).toMatch(/^AADSTS50126: /);
    await person.fill({ login: "nobody@contoso.example", passwd: "wrong" });
    expect(person.problem).toMatch(/^AADSTS50034: /);
    await person.fill(good());
    await person.fill({ otc: "12" });
    expect(person.problem).toContain("verification code");
    await person.fill({ otc: await oneTimeCodeOf(emulator) });
    expect(person.sentBack().told["code"]).toBeDefined();
  });

  it("tell the application of a failed second factor after three wrong codes, and that the user went away", async () => {
    const person = await open();
    await person.fill(good());
    for (let tries = 0; tries < 3; tries++) await person.fill({ otc: "wrong" });
    expect(person.sentBack().told).toMatchObject({ error: "interaction_required", state: expect.any(String) });
    expect(numberIn(person.sentBack().told)).toBe("50074");
    const other = await open();
    await other.cancel();
    expect(other.sentBack().told).toMatchObject({ error: "access_denied", error_subcode: "cancel" });
    expect(numberIn(other.sentBack().told)).toBe("65004");
  });

  it("take no code of another user, and none of two minutes ago", async () => {
    const stale = await oneTimeCodeOf(emulator);
    const others = await oneTimeCodeOf(emulator, "admin@contoso.example");
    await emulator.control("POST", "clock", { advance: "PT2M" });
    const person = await open();
    await person.fill(good());
    await person.fill({ otc: stale });
    expect(person.title).toBe("Enter code");
    await person.fill({ otc: others });
    expect(person.title).toBe("Enter code");
  });

  it("give no second factor to a user without one: a token without it where that is enough, else nothing", async () => {
    await user({ mfa: false });
    const person = await open();
    await person.fill(good());
    expect(person.title).toBe("More information required");
    await person.cancel();
    expect(numberIn(person.sentBack().told)).toBe("50072");
    await settings({ requiresMfa: false });
    const told = await signInAtPages(emulator, options());
    const { body } = await redeem(told["code"]!);
    expect(decodeJwt(body.access_token)["amr"]).toEqual(["pwd"]);
  });

  it("keep a user to themselves who may not in, and say why", async () => {
    const person = await open();
    await person.fill({ login: "admin@contoso.example", passwd: emulator.secrets.userPassword });
    await person.fill({ otc: await oneTimeCodeOf(emulator, "admin@contoso.example") });
    expect(person.problem).toMatch(/^AADSTS50105: .*assigned/);
    expect(() => person.sentBack()).toThrow();
    await settings({ conditionalAccess: "block" });
    const second = await open();
    await second.fill(good());
    await second.fill({ otc: await oneTimeCodeOf(emulator) });
    expect(second.problem).toMatch(/^AADSTS53003: /);
  });

  it("ask for an administrator where consent is missing", async () => {
    const path = `/v1.0/oauth2PermissionGrants/${application.grants.partnerCenter}`;
    await emulator.call("DELETE", path, { as: "partner-administrator" });
    for (const [adminConsentWorkflow, number] of [
      [false, "90094"],
      [true, "90095"],
    ] as const) {
      await settings({ adminConsentWorkflow });
      const person = await open();
      await person.fill(good());
      await person.fill({ otc: await oneTimeCodeOf(emulator) });
      expect(person.problem).toContain(`AADSTS${number}: `);
      await person.cancel();
      expect(person.sentBack().told["error"]).toBe("access_denied");
    }
  });

  it("forget a sign-in that was left alone, and one that is over", async () => {
    const person = await open();
    await emulator.control("POST", "clock", { advance: "PT20M" });
    await person.fill(good());
    expect(person.problem).toMatch(/^AADSTS50089: /);
    const other = await open();
    const form = await other.fill(good());
    await form.fill({ otc: await oneTimeCodeOf(emulator) });
    expect(form.shown.status).toBe(302);
  });

  it("show nothing unescaped, wherever it came from", async () => {
    const person = await open({ login_hint: `"><script>alert(1)</script>` });
    expect(person.shown.text).not.toContain("<script>");
    const wrong = await open({ redirect_uri: "https://evil.example/<script>" });
    expect(wrong.shown.text).not.toContain("<script>");
  });
});

describe("a sign-in that is asked for wrongly", () => {
  it.each<[string, Record<string, string | undefined>, { tenant?: string } | undefined, string]>([
    ["an unknown application", { client_id: "c0ffee00-0000-4000-8000-00000000ffff" }, undefined, "700016"],
    ["no application", { client_id: undefined }, undefined, "900144"],
    ["another redirect URI", { redirect_uri: "https://evil.example/" }, undefined, "50011"],
    ["a redirect URI with another path", { redirect_uri: "http://localhost:8400/callback" }, undefined, "50011"],
    ["a redirect URI without its slash", { redirect_uri: "http://localhost:8400" }, undefined, "50011"],
    ["no tenant", {}, { tenant: "common" }, "50194"],
    ["an unknown tenant", {}, { tenant: "nowhere.example" }, "90002"],
  ])("is not sent back with %s", async (_case, changes, how, number) => {
    const { shown, problem } = await open(changes, how);
    expect(shown.status).toBe(400);
    expect(shown.headers["location"]).toBeUndefined();
    expect(problem).toMatch(new RegExp(`^AADSTS${number}: `));
  });

  it.each<[string, Record<string, string | undefined>, string, string]>([
    ["prompt=none", { prompt: "none" }, "login_required", "50058"],
    ["an unknown prompt", { prompt: "please" }, "invalid_request", "90023"],
    ["an id_token at once", { response_type: "code id_token" }, "unsupported_response_type", "700054"],
    ["a token at once", { response_type: "token" }, "unsupported_response_type", "700051"],
    ["an unknown response mode", { response_mode: "pigeon" }, "invalid_request", "90014"],
    ["a challenge that is no hash", { code_challenge: "short" }, "invalid_request", "501491"],
    ["an unknown challenge method", { code_challenge_method: "S512" }, "invalid_request", "50149"],
    ["an API that is not there", { scope: "https://x.example/.default" }, "invalid_resource", "500011"],
    [
      "an API of Microsoft's that the tenant lacks",
      { scope: "https://api.partner.microsoft.com/user_impersonation" },
      "invalid_client",
      "650052",
    ],
    ["an API that is not listed", { scope: "https://vault.azure.net/.default" }, "invalid_resource", "650057"],
    ["no scope", { scope: undefined }, "invalid_request", "900144"],
  ])("tells the application of %s", async (_case, changes, error, number) => {
    const { told } = (await open(changes)).sentBack();
    expect(told).toMatchObject({ error, state: "a state of <ours> & 'more'" });
    expect(numberIn(told)).toBe(number);
  });

  it("is refused an option nobody knows", async () => {
    const { shown } = await open({ promt: "login" });
    expect([shown.status, shown.body.error]).toEqual([400, "invalid_request"]);
  });
});

describe("an authorization code", () => {
  it("counts any port of a loopback redirect URI as the registered one, and binds the code to it", async () => {
    const redirect_uri = "http://localhost:51234/";
    const told = await signInAtPages(emulator, options({ redirect_uri }));
    expect((await redeem(told["code"]!)).body.error_codes).toEqual([500112]);
    expect((await redeem(told["code"]!, { redirect_uri })).status).toBe(200);
  });

  it("is redeemed once, within ten minutes, by its own client with its own verifier", async () => {
    const code = (await signInAtPages(emulator, options()))["code"]!;
    const other = await makePartnerApplication(emulator);
    const number = async (changes: Record<string, string | undefined>) =>
      (await redeem(code, changes)).body.error_codes;
    expect(await number({ code_verifier: undefined })).toEqual([50148]);
    expect(await number({ code_verifier: `${verifier}x` })).toEqual([501481]);
    expect(await number({ client_secret: "wrong" })).toEqual([7000215]);
    expect(await number({ code: "garbage" })).toEqual([9002313]);
    expect(await number({ code: `${code}x` })).toEqual([70000]);
    expect(await number({ client_id: other.clientId, client_secret: other.secret })).toEqual([70000]);
    expect(await number({})).toBeUndefined();
    expect(await number({})).toEqual([54005]);
    const late = (await signInAtPages(emulator, options()))["code"]!;
    await emulator.control("POST", "clock", { advance: "PT10M" });
    expect((await redeem(late)).body.error_codes).toEqual([70008]);
  });

  it("is nowhere in the journal or the state", async () => {
    const told = await signInAtPages(emulator, options());
    const { body } = await redeem(told["code"]!);
    const everything = JSON.stringify([
      await emulator.control("GET", "journal"),
      await emulator.control("GET", "state"),
    ]);
    for (const secret of [
      told["code"]!,
      body.refresh_token,
      body.access_token,
      verifier,
      emulator.secrets.userPassword,
    ]) {
      expect(everything).not.toContain(secret);
    }
  });
});
