import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { type CallOptions, type CallResult, startTestEmulator, type TestEmulator } from "../../../../support/emulator";
import { makePartnerApplication, type PartnerApplication } from "../../../../support/partner-application";
import { appToken, userToken } from "../../../../support/user-token";

let emulator: TestEmulator;
let application: PartnerApplication;
let back: () => void;

beforeAll(async () => {
  emulator = await startTestEmulator();
  // Nobody needs to be assigned here: the users of these tests are many.
  application = await makePartnerApplication(emulator);
  const body = { appRoleAssignmentRequired: false };
  const as = "partner-administrator";
  await emulator.call("PATCH", `/v1.0/servicePrincipals/${application.principalId}`, { as, body });
  back = emulator.snapshot();
});
afterAll(() => emulator.stop());
beforeEach(() => back());

const tenant = partnerTenant.id;
const admin = "admin@contoso.example";
const settings = (partnerCenter: object, signIn: object = {}) =>
  emulator.control("POST", "settings", { tenant, partnerCenter, signIn });
const putUser = (userPrincipalName: string, changes: object = {}) =>
  emulator.control("POST", "users", { tenant, userPrincipalName, ...changes });

/** Calls and reads the answer, whose text may begin with a byte-order mark. */
async function call(method: string, path: string, options: CallOptions = {}): Promise<CallResult> {
  const answer = await emulator.call(method, path, options);
  return { ...answer, body: answer.text === "" ? undefined : JSON.parse(answer.text.replace(/^\uFEFF/, "")) };
}
const get = async (path: string, token?: string, headers: Record<string, string> = {}) =>
  call("GET", path, { token: token ?? (await userToken(emulator, application)), headers });
const shown = ({ status, body }: CallResult) => [status, body.code, body.source];

describe("a profile", () => {
  it("of the partner program is the signed-in partner's own, after a byte-order mark", async () => {
    const answer = await get("/v1/profiles/mpn", undefined, { "MS-RequestId": "r-1", "MS-CorrelationId": "c-1" });
    expect(answer.status).toBe(200);
    expect(answer.text.charCodeAt(0)).toBe(0xfeff);
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "ms-requestid": "r-1",
      "ms-correlationid": "c-1",
    });
    expect(answer.body).toEqual({
      mpnId: expect.stringMatching(/^\d{7}$/),
      partnerName: "Contoso",
      profileType: "MpnProfile",
      links: { self: { uri: "/profiles/mpn", method: "GET", headers: [] } },
      attributes: { objectType: "MpnProfile" },
    });
    expect((await get(`/v1/profiles/mpn?mpnId=${answer.body.mpnId}`)).body).toEqual(answer.body);
  });

  it("of the partner program is not found for another number, and in a tenant that is not enrolled", async () => {
    expect((await get("/v1/profiles/mpn?mpnId=9999999")).body).toEqual({
      code: 3000,
      description: "Partner Organization with partner_id 9999999 could not be found",
      data: [],
      source: "PartnerFD",
    });
    await settings({ enrolled: false });
    expect(shown(await get("/v1/profiles/mpn"))).toEqual([404, 3000, "PartnerFD"]);
  });

  it("of the business is there for app-only tokens too, the two others are not", async () => {
    const token = await appToken(emulator, application);
    const business = await get("/v1/profiles/legalbusiness?vettingVersion=Current", token);
    expect(business.body).toMatchObject({
      companyName: "Contoso",
      vettingStatus: "authorized",
      vettingSubStatus: "none",
    });
    expect(shown(await get("/v1/profiles/legalbusiness?vettingVersion=Next", token))[0]).toBe(400);
    for (const path of ["/v1/profiles/mpn", "/v1/profiles/organization"]) {
      expect(shown(await get(path, token))).toEqual([403, 2032, "PartnerFD"]);
    }
    expect((await get("/v1/profiles/organization")).body).toMatchObject({
      tenantId: tenant,
      domain: "contoso.example",
    });
  });
});

describe("MFA", () => {
  it("is told to whom asks for it, and to nobody else", async () => {
    await settings({ enforcesMfa: false }, { requiresMfa: false });
    const ask = { ValidateMfa: "true" };
    expect((await get("/v1/profiles/mpn", undefined, ask)).headers["ismfacompliant"]).toBe("true");
    const without = await userToken(emulator, application, { mfa: false });
    const answer = await get("/v1/profiles/mpn", without, ask);
    expect([answer.status, answer.headers["ismfacompliant"]]).toEqual([200, "false"]);
    expect((await get("/v1/profiles/mpn", without)).headers["ismfacompliant"]).toBeUndefined();
  });

  it("is demanded of every call with a user where the account is enforced, with 401 and 900421", async () => {
    await settings({ enforcesMfa: true }, { requiresMfa: false });
    const without = await userToken(emulator, application, { mfa: false });
    for (const path of [
      "/v1/profiles/mpn",
      "/v1/profiles/legalbusiness",
      "/v1/roles",
      "/insights/v1/mpn/ScheduledDataset",
    ]) {
      const answer = await get(path, without, { ValidateMfa: "true" });
      expect(shown(answer)).toEqual([401, 900421, "PartnerFD"]);
      expect(answer.headers["www-authenticate"]).toContain('Bearer error="invalid_token"');
      expect(answer.headers["ismfacompliant"]).toBe("false");
    }
    expect((await get("/v1/profiles/mpn")).status).toBe(200);
    expect((await get("/v1/profiles/legalbusiness", await appToken(emulator, application))).status).toBe(200);
  });
});

describe("a token", () => {
  it("for another API is refused with 900420, which names the audience", async () => {
    const token = await appToken(emulator, application, "https://graph.microsoft.com");
    for (const path of ["/v1/profiles/mpn", "/insights/v1/mpn/ScheduledDataset"]) {
      const answer = await get(path, token);
      expect(shown(answer)).toEqual([401, 900420, "PartnerFD"]);
      expect(answer.body.description).toContain("'https://graph.microsoft.com'");
    }
  });

  it("counts for every name of Partner Center, and not when missing, broken, expired or of a blocked user", async () => {
    const scope = "https://reseller.microsoft.com/user_impersonation";
    expect((await get("/v1/profiles/mpn", await userToken(emulator, application, { scope }))).status).toBe(200);
    expect(shown(await call("GET", "/v1/profiles/mpn"))).toEqual([401, 800001, "PartnerFD"]);
    expect(shown(await get("/v1/profiles/mpn", "no.token.atall"))).toEqual([401, 400, "PartnerFD"]);
    const token = await userToken(emulator, application);
    await putUser(partnerTenant.reportingUser.userPrincipalName, { blocked: true });
    expect((await get("/v1/profiles/mpn", token)).status).toBe(401);
    await putUser(partnerTenant.reportingUser.userPrincipalName, { blocked: false });
    await emulator.control("POST", "clock", { advance: "PT2H" });
    expect((await get("/v1/profiles/mpn", token)).status).toBe(401);
  });
});

describe("roles", () => {
  const roleId = async (name: string): Promise<string> =>
    (await get("/v1/roles")).body.items.find((role: { name: string }) => role.name === name).id;

  it("are listed with the names the portal shows", async () => {
    const { status, body } = await get("/v1/roles");
    expect(status).toBe(200);
    expect(body).toMatchObject({ totalCount: body.items.length, links: {}, attributes: { objectType: "Collection" } });
    const names = body.items.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["Executive Report Viewer", "Report Viewer"]));
  });

  it("have members, page by page", async () => {
    for (const name of ["a", "b", "c"]) await putUser(`${name}@contoso.example`, { roles: ["Report Viewer"] });
    const path = `/v1/roles/${await roleId("Report Viewer")}/usermembers`;
    const seen: string[] = [];
    let query = "?size=2&sortField=UserPrincipalName&sortDirection=Descending";
    let headers: Record<string, string> = {};
    for (let pages = 0; pages < 2; pages++) {
      const { body } = await get(`${path}${query}`, undefined, headers);
      expect(body.totalCount).toBe(3);
      seen.push(...body.items.map((member: { userPrincipalName: string }) => member.userPrincipalName));
      const { next } = body.links;
      if (next === undefined) break;
      query = next.uri.slice(next.uri.indexOf("?"));
      headers = { [next.headers[0].key]: next.headers[0].value };
    }
    expect(seen).toEqual(["c@contoso.example", "b@contoso.example", "a@contoso.example"]);
    for (const wrong of ["?size=0", "?size=501", "?sortField=id", "?seekOperation=Next"]) {
      expect((await get(`${path}${wrong}`)).status).toBe(400);
    }
  });

  it("are given by an administrator, as documented, and then decide what Insights shows", async () => {
    const member = await putUser("new@contoso.example", { roles: [] });
    const id = await roleId("Executive Report Viewer");
    const path = `/v1/roles/${id}/usermembers`;
    const body = {
      accountId: tenant,
      displayName: "new",
      id: member.id,
      roleId: id,
      userPrincipalName: "new@contoso.example",
    };
    const insights = async () => {
      const token = await userToken(emulator, application, { user: "new@contoso.example" });
      return (await get("/insights/v1/mpn/ScheduledDataset", token)).status;
    };
    expect(await insights()).toBe(403);
    const reports = await userToken(emulator, application);
    expect(shown(await call("POST", path, { token: reports, body }))).toEqual([403, 2032, "PartnerFD"]);
    const token = await userToken(emulator, application, { user: admin });
    const { accountId: _accountId, ...incomplete } = body;
    expect((await call("POST", path, { token, body: incomplete })).body).toMatchObject({
      code: 2000,
      description: "Account Id has to be set.",
    });
    expect(shown(await call("POST", path, { token, body: { ...body, accountId: member.id } }))[0]).toBe(403);
    expect(shown(await call("POST", path, { token, body: { ...body, id: "nobody" } }))[0]).toBe(404);
    expect(shown(await call("POST", path, { token, body: { ...body, userPrincipalName: "x@y" } }))[0]).toBe(400);
    expect((await call("POST", path, { token, body: { ...body, role: "more" } })).status).toBe(400);
    const given = await call("POST", path, { token, body });
    expect([given.status, given.body.userPrincipalName]).toEqual([200, "new@contoso.example"]);
    expect(await insights()).toBe(200);
    expect(shown(await call("DELETE", `${path}/${member.id}`, { token }))).toEqual([400, 2000, "PartnerFD"]);
    expect(await insights()).toBe(200);
  });

  it("are shown to administrators only where the tenant says so", async () => {
    await settings({ rolesReadableBy: "administrators" });
    expect(shown(await get("/v1/roles"))).toEqual([403, 2032, "PartnerFD"]);
    expect((await get("/v1/roles", await userToken(emulator, application, { user: admin }))).status).toBe(200);
  });
});

describe("what Partner Center does not know", () => {
  it("is refused and named", async () => {
    expect((await get("/v1/customers")).body).toMatchObject({
      code: "NotImplemented",
      description: "GET /v1/customers: the emulated partner-center has no such call",
    });
    expect((await get("/v1/profiles/mpn?mpnid=1")).status).toBe(400);
  });
});
