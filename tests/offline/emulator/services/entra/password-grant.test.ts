import { decodeJwt } from "jose";
import { homeTenant, partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { partnerCenterAppId } from "../../../../../offline/emulator/world/microsoft-applications";
import { partnerCenterScope } from "../../../../support/partner-application";
import {
  advance,
  application,
  audience,
  back,
  byPassword,
  byRefreshToken,
  type Changes,
  emulator,
  refreshToken,
  reports,
  settings,
  shown,
  user,
  type Where,
} from "./user-requests";

describe("the password grant", () => {
  beforeEach(() => settings({ requiresMfa: false }));

  it("answers the v2 form: numbers as numbers, the scope in full, tokens as far as they were asked for", async () => {
    const { status, body } = await byPassword();
    expect(status).toBe(200);
    expect(body).toEqual({
      token_type: "Bearer",
      scope: partnerCenterScope,
      expires_in: expect.any(Number),
      ext_expires_in: body.expires_in,
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^1\.AX[\w-]{800}$/),
      id_token: expect.any(String),
    });
    expect(decodeJwt(body.access_token)).toMatchObject({
      aud: audience,
      iss: `${emulator.origin}/${partnerTenant.id}/`,
      amr: ["pwd"],
      appid: application.clientId,
      appidacr: "1",
      oid: partnerTenant.reportingUser.objectId,
      scp: "user_impersonation",
      tid: partnerTenant.id,
      upn: reports,
      ver: "1.0",
    });
    expect(decodeJwt(body.id_token)).toMatchObject({
      aud: application.clientId,
      preferred_username: reports,
      ver: "2.0",
    });
    const plain = await byPassword({ scope: partnerCenterScope });
    expect(Object.keys(plain.body).sort()).toEqual([
      "access_token",
      "expires_in",
      "ext_expires_in",
      "scope",
      "token_type",
    ]);
  });

  it("answers the v1 form of the 2021 page: every number as text, and a refresh token without asking", async () => {
    const { status, body } = await byPassword({ scope: "openid", resource: audience }, { version: 1 });
    expect(status).toBe(200);
    expect(body).toEqual({
      token_type: "Bearer",
      scope: "user_impersonation",
      expires_in: expect.stringMatching(/^\d{4}$/),
      ext_expires_in: body.expires_in,
      expires_on: expect.stringMatching(/^\d{10}$/),
      not_before: expect.stringMatching(/^\d{10}$/),
      resource: audience,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      id_token: expect.any(String),
    });
    expect(decodeJwt(body.id_token)).toMatchObject({ upn: reports, ver: "1.0" });
    expect(Number(body.expires_on) - Number(body.not_before)).toBe(Number(body.expires_in) + 1);
  });

  it("says which directory roles the user has, and none of Partner Center's", async () => {
    await user({ roles: ["Executive Report Viewer", "Global Administrator"] });
    const { wids } = decodeJwt((await byPassword()).body.access_token);
    expect(wids).toEqual(["62e90394-69f5-4237-9190-012177145e10", "b79fbf4d-3ef9-4689-8143-76b194e85509"]);
  });

  it("works at /organizations by the domain of the user's name", async () => {
    expect((await byPassword({}, { tenant: "organizations" })).status).toBe(200);
  });

  it.each<[string, Changes, Where, unknown[]]>([
    ["at /common", {}, { tenant: "common" }, [400, "invalid_request", 9001023, undefined]],
    ["in a tenant nobody knows", {}, { tenant: "nowhere.example" }, [400, "invalid_request", 90002, undefined]],
    ["with an unknown user", { username: "nobody@contoso.example" }, {}, [400, "invalid_grant", 50034, undefined]],
    ["with a wrong password", { password: "wrong" }, {}, [400, "invalid_grant", 50126, undefined]],
    ["with blanks around the password", { password: " x " }, {}, [400, "invalid_grant", 50126, undefined]],
    ["without a password", { password: undefined }, {}, [400, "invalid_request", 900144, undefined]],
    ["without a secret", { client_secret: undefined }, {}, [401, "invalid_client", 7000218, undefined]],
    ["with a wrong secret", { client_secret: "wrong" }, {}, [401, "invalid_client", 7000215, undefined]],
    [
      "of an unknown application",
      { client_id: partnerCenterAppId },
      {},
      [400, "unauthorized_client", 700016, undefined],
    ],
    ["in another tenant", {}, { tenant: homeTenant.id }, [400, "unauthorized_client", 700016, undefined]],
    ["with v1's parameter on v2", { resource: audience }, {}, [400, "invalid_request", 901002, undefined]],
    ["for two APIs", { scope: `${partnerCenterScope} User.Read` }, {}, [400, "invalid_request", 28000, undefined]],
    [
      "for an API that is not there",
      { scope: "https://x.example/.default" },
      {},
      [400, "invalid_resource", 500011, undefined],
    ],
    [
      "for a permission that is not there",
      { scope: `${audience}/Read` },
      {},
      [401, "invalid_client", 650053, undefined],
    ],
    [
      "for an API that is not listed",
      { scope: "https://vault.azure.net/.default" },
      {},
      [400, "invalid_resource", 650057, undefined],
    ],
    ["for a permission without consent", { scope: "User.Read" }, {}, [400, "invalid_grant", 65001, "consent_required"]],
    ["of an unknown type", { grant_type: "passwort" }, {}, [400, "unsupported_grant_type", 70003, undefined]],
  ])("is refused %s", async (_case, changes, where, expected) => {
    const answer = await byPassword(changes, where);
    expect(shown(answer)).toEqual(expected);
    expect(answer.body.error_description).toMatch(/Trace ID: \S+ Correlation ID: \S+ Timestamp: /);
    expect(answer.text).not.toContain(emulator.secrets.userPassword);
    expect(answer.text).not.toContain(application.secret);
  });

  it("refuses a blocked user, and an expired password of either directory", async () => {
    await user({ blocked: true });
    expect(shown(await byPassword())).toEqual([400, "invalid_grant", 50057, undefined]);
    await user({ blocked: false, passwordExpired: "cloud" });
    expect(shown(await byPassword())).toEqual([400, "invalid_grant", 50055, "user_password_expired"]);
    await user({ passwordExpired: "on-premises" });
    expect(shown(await byPassword())).toEqual([400, "invalid_grant", 50144, "user_password_expired"]);
    await user({ passwordExpired: null });
    expect((await byPassword()).status).toBe(200);
  });

  it("locks the account for a minute after ten different wrong passwords, and one repeated does not count", async () => {
    for (let repeated = 0; repeated < 12; repeated++) await byPassword({ password: "the same" });
    expect((await byPassword()).status).toBe(200);
    for (let guess = 0; guess < 10; guess++) await byPassword({ password: `guess ${guess}` });
    expect(shown(await byPassword())).toEqual([400, "invalid_grant", 50053, undefined]);
    await advance("PT61S");
    expect((await byPassword()).status).toBe(200);
  });

  it("refuses a user who is not assigned, while others may go on", async () => {
    const userPrincipalName = "admin@contoso.example";
    expect(shown(await byPassword({ username: userPrincipalName }))).toEqual([400, "invalid_grant", 50105, undefined]);
    expect((await byPassword()).status).toBe(200);
  });

  it("refuses without a grant, or once it is taken back", async () => {
    await emulator.call("DELETE", `/v1.0/oauth2PermissionGrants/${application.grants.partnerCenter}`, {
      as: "partner-administrator",
    });
    expect(shown(await byPassword())).toEqual([400, "invalid_grant", 65001, "consent_required"]);
  });

  it("refuses a client that lists no permission at all, a disabled one, and an expired secret", async () => {
    const as = "partner-administrator";
    const path = `/v1.0/applications/${application.objectId}`;
    await advance("P800D");
    emulator.forgetTokens();
    expect(shown(await byPassword())).toEqual([401, "invalid_client", 7000222, undefined]);
    back();
    emulator.forgetTokens();
    await settings({ requiresMfa: false });
    await emulator.call("PATCH", path, { as, body: { requiredResourceAccess: [] } });
    expect(shown(await byPassword({ scope: `${audience}/.default` }))).toEqual([
      401,
      "invalid_client",
      650056,
      undefined,
    ]);
    expect((await byPassword()).status).toBe(200);
    const body = { accountEnabled: false };
    await emulator.call("PATCH", `/v1.0/servicePrincipals/${application.principalId}`, { as, body });
    expect(shown(await byPassword())).toEqual([400, "unauthorized_client", 7000112, undefined]);
  });

  it("takes no secret from a public client, and needs none", async () => {
    const as = "partner-administrator";
    const body = { isFallbackPublicClient: true };
    await emulator.call("PATCH", `/v1.0/applications/${application.objectId}`, { as, body });
    const answer = await byPassword({ client_secret: undefined });
    expect(answer.status).toBe(200);
    expect(decodeJwt(answer.body.access_token)["appidacr"]).toBe("0");
    expect((await byRefreshToken(answer.body.refresh_token, { client_secret: undefined })).status).toBe(200);
    expect(shown(await byRefreshToken(answer.body.refresh_token))).toEqual([401, "invalid_client", 700025, undefined]);
  });

  it("ends a client's loop where the tenant has a limit", async () => {
    await settings({ loopLimit: 2 });
    const statuses = [await byPassword(), await byPassword(), await byPassword()].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 400]);
    expect(shown(await byPassword())).toEqual([400, "invalid_grant", 50196, undefined]);
    await advance("PT6M");
    expect((await byPassword()).status).toBe(200);
  });
});

describe("the password grant where the tenant asks for MFA", () => {
  it("is refused by v2 and v1 with their own words, the number telling what the user has", async () => {
    const answer = await byPassword();
    expect(shown(answer)).toEqual([400, "invalid_grant", 50076, "basic_action"]);
    expect(answer.body.error_description).toContain(
      `must use multi-factor authentication to access '${partnerCenterAppId}'`,
    );
    expect(JSON.parse(answer.body.claims)).toMatchObject({ access_token: { capolids: { essential: true } } });
    expect(shown(await byPassword({ scope: "openid", resource: audience }, { version: 1 }))).toEqual([
      400,
      "interaction_required",
      50076,
      "basic_action",
    ]);
    await user({ mfa: false });
    expect(shown(await byPassword())).toEqual([400, "invalid_grant", 50079, "basic_action"]);
    await user({ externalMfa: true });
    expect(shown(await byPassword())).toEqual([400, "invalid_grant", 50158, "basic_action"]);
  });

  it.each([
    ["block", 53003],
    ["compliant-device", 53000],
    ["joined-device", 53001],
    ["approved-client", 53002],
    ["security-policy", 530032],
    ["security-defaults", 530035],
  ])("is refused by the policy %s with %i", async (conditionalAccess, number) => {
    await settings({ conditionalAccess });
    expect(shown(await byPassword())).toEqual([400, "invalid_grant", number, "message_only"]);
    const answer = await byRefreshToken(await refreshToken());
    expect(answer.status).toBe(conditionalAccess === "security-defaults" ? 200 : 400);
  });
});
