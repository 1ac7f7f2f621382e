import { decodeJwt } from "jose";
import { homeTenant, partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { makePartnerApplication } from "../../../../support/partner-application";
import {
  advance,
  application,
  audience,
  byPassword,
  byRefreshToken,
  emulator,
  refreshToken,
  reports,
  settings,
  shown,
  user,
} from "./user-requests";

const users = () => emulator.world.tenants.get(partnerTenant.id)?.users;

describe("a refresh token", () => {
  it("is answered with a token that shows the second factor, and with the next refresh token; both go on working", async () => {
    const first = await refreshToken();
    const answer = await byRefreshToken(first);
    expect(answer.status).toBe(200);
    expect(decodeJwt(answer.body.access_token)).toMatchObject({
      amr: ["pwd", "mfa"],
      scp: "user_impersonation",
      upn: reports,
    });
    expect(answer.body.refresh_token).not.toBe(first);
    expect((await byRefreshToken(first)).status).toBe(200);
    expect((await byRefreshToken(answer.body.refresh_token)).status).toBe(200);
  });

  it("works at the v1 endpoint and without saying again what it is for", async () => {
    const first = await refreshToken();
    const answer = await byRefreshToken(first, { scope: undefined, resource: audience }, { version: 1 });
    expect(decodeJwt(answer.body.access_token).aud).toBe(audience);
    const next = await byRefreshToken(answer.body.refresh_token, { scope: undefined });
    expect(decodeJwt(next.body.access_token).aud).toBe(audience);
  });

  it("lives 90 days, and its successor 90 days more", async () => {
    const first = await refreshToken();
    await advance("P89DT23H");
    const second = (await byRefreshToken(first)).body.refresh_token;
    await advance("PT1H");
    expect(shown(await byRefreshToken(first))).toEqual([400, "invalid_grant", 700082, undefined]);
    await advance("P89D");
    expect((await byRefreshToken(second)).status).toBe(200);
  });

  it("outlives a password change by the user and in the Azure portal, but no reset in the admin center and no revocation", async () => {
    const first = await refreshToken();
    await user({ password: "a new one" });
    await user({ password: "another one", passwordChangedBy: "azure-portal" });
    await user({ passwordExpired: "cloud" });
    expect((await byRefreshToken(first)).status).toBe(200);
    await user({ password: "a third one", passwordChangedBy: "admin-center" });
    expect(shown(await byRefreshToken(first))).toEqual([400, "invalid_grant", 50173, "bad_token"]);
    await advance("PT1S");
    const second = await refreshToken();
    expect((await byRefreshToken(second)).status).toBe(200);
    await user({ revokeSessions: true });
    expect(shown(await byRefreshToken(second))).toEqual([400, "invalid_grant", 50173, "bad_token"]);
  });

  it("of a public client ends with the user's password", async () => {
    await settings({ requiresMfa: false });
    const body = { isFallbackPublicClient: true };
    const as = "partner-administrator";
    await emulator.call("PATCH", `/v1.0/applications/${application.objectId}`, { as, body });
    const first = (await byPassword({ client_secret: undefined })).body.refresh_token;
    await user({ password: "a new one" });
    expect(shown(await byRefreshToken(first, { client_secret: undefined }))[2]).toBe(50173);
  });

  it("is refused when it is garbage, unknown, another client's, or in another tenant", async () => {
    const first = await refreshToken();
    expect(shown(await byRefreshToken("garbage"))).toEqual([400, "invalid_grant", 9002313, undefined]);
    expect(shown(await byRefreshToken(`${first}x`))).toEqual([400, "invalid_grant", 70000, undefined]);
    const other = await makePartnerApplication(emulator);
    const stranger = { client_id: other.clientId, client_secret: other.secret };
    expect(shown(await byRefreshToken(first, stranger))).toEqual([400, "invalid_grant", 70000, undefined]);
    expect(shown(await byRefreshToken(first, {}, { tenant: homeTenant.id }))[2]).toBe(700016);
  });

  it("is refused by frequency, by an old second factor, and where it never had one", async () => {
    const first = await refreshToken();
    await settings({ signInFrequencyHours: 168 });
    await advance("P6D");
    expect((await byRefreshToken(first)).status).toBe(200);
    await advance("P1D");
    expect(shown(await byRefreshToken(first))).toEqual([400, "invalid_grant", 70043, "token_expired"]);
    await settings({ signInFrequencyHours: null, mfaLifetimeHours: 24 });
    expect(shown(await byRefreshToken(first))).toEqual([400, "invalid_grant", 50078, "basic_action"]);
    await settings({ mfaLifetimeHours: null });
    expect(shown(await byRefreshToken(await refreshToken(false)))).toEqual([
      400,
      "invalid_grant",
      50076,
      "basic_action",
    ]);
  });

  const as = "partner-administrator";
  it.each<[string, () => Promise<unknown>, number, string | undefined]>([
    ["the user is blocked", () => user({ blocked: true }), 50057, undefined],
    // Graph's way to delete a user is not emulated.
    ["the user is deleted", async () => users()?.remove(partnerTenant.reportingUser.objectId), 500341, undefined],
    [
      "the consent is taken away",
      () => emulator.call("DELETE", `/v1.0/oauth2PermissionGrants/${application.grants.partnerCenter}`, { as }),
      65001,
      "consent_required",
    ],
    [
      "the user is assigned no longer",
      async () => {
        const path = `/v1.0/servicePrincipals/${application.principalId}/appRoleAssignedTo`;
        const [assignment] = (await emulator.call("GET", path, { as })).body.value;
        await emulator.call("DELETE", `${path}/${assignment.id}`, { as });
      },
      50105,
      undefined,
    ],
  ])("ends when %s", async (_when, happens, number, suberror) => {
    const token = await refreshToken();
    expect((await byRefreshToken(token)).status).toBe(200);
    await happens();
    expect(shown(await byRefreshToken(token))).toEqual([400, "invalid_grant", number, suberror]);
  });

  it("is in no state, journal or answer but its own", async () => {
    const first = await refreshToken();
    const { refresh_token, access_token } = (await byRefreshToken(first)).body;
    const state = JSON.stringify(await emulator.control("GET", "state"));
    const journal = JSON.stringify(await emulator.control("GET", "journal"));
    for (const secret of [first, refresh_token, access_token, emulator.secrets.userPassword, application.secret]) {
      expect(state).not.toContain(secret);
      expect(journal).not.toContain(secret);
    }
    expect(JSON.parse(state).tenants[partnerTenant.id].refreshTokens).toHaveLength(2);
  });
});
