import { decodeJwt } from "jose";
import { homeTenant, partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { type CallResult, startTestEmulator, type TestEmulator } from "../../../../support/emulator";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.forgetTokens();
  await emulator.control("POST", "reset");
});

const graphScope = "https://graph.microsoft.com/.default";
const good = () => ({
  client_id: partnerTenant.deployer.clientId as string,
  client_secret: emulator.secrets.deployer,
  grant_type: "client_credentials",
  scope: graphScope,
});

/** The request with some parameters changed, or left out where undefined. */
function ask(
  changes: Record<string, string | undefined>,
  options?: { tenant?: string; version?: 1 | 2 },
): Promise<CallResult> {
  const form = Object.entries({ ...good(), ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return emulator.requestToken(Object.fromEntries(form), options);
}

/** A new application of the partner tenant with its principal and one secret. */
async function makeClient(credential: Record<string, unknown> = {}) {
  const as = "partner-deployer";
  const application = (await emulator.call("POST", "/v1.0/applications", { as, body: { displayName: "client" } })).body;
  const principal = (await emulator.call("POST", "/v1.0/servicePrincipals", { as, body: { appId: application.appId } }))
    .body;
  const passwordCredential = { displayName: "test", ...credential };
  const added = (
    await emulator.call("POST", `/v1.0/applications/${application.id}/addPassword`, {
      as,
      body: { passwordCredential },
    })
  ).body;
  return {
    application,
    principal,
    keyId: added.keyId as string,
    form: { client_id: application.appId as string, client_secret: added.secretText as string },
  };
}

const shown = ({ status, body }: CallResult) => [status, body.error, body.error_codes?.[0]];

describe("an app-only token", () => {
  it("comes from the v2 endpoint for a scope, living 60 to 90 minutes", async () => {
    const { status, body, headers } = await ask({});
    expect(status).toBe(200);
    expect(headers["cache-control"]).toContain("no-store");
    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "ext_expires_in", "token_type"]);
    expect(body.expires_in).toBeGreaterThanOrEqual(3599);
    expect(body.expires_in).toBeLessThan(5400);
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({
      aud: "https://graph.microsoft.com",
      iss: `${emulator.origin}/${partnerTenant.id}/`,
      appid: partnerTenant.deployer.clientId,
      appidacr: "1",
      oid: partnerTenant.deployer.objectId,
      sub: partnerTenant.deployer.objectId,
      tid: partnerTenant.id,
      app_displayname: "partner-access deployer",
      idtyp: "app",
      ver: "1.0",
      roles: [
        "AppRoleAssignment.ReadWrite.All",
        "Application.ReadWrite.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.Read.All",
        "Policy.Read.All",
      ],
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(body.expires_in + 1);
  });

  it("comes from the v1 endpoint for a resource, with every number as text", async () => {
    const { status, body } = await ask({ scope: undefined, resource: "https://management.azure.com/" }, { version: 1 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: "Bearer",
      resource: "https://management.azure.com/",
      expires_in: expect.any(String),
      expires_on: expect.any(String),
      not_before: expect.any(String),
    });
    expect(decodeJwt(body.access_token).aud).toBe("https://management.azure.com/");
    expect(decodeJwt(body.access_token)["roles"]).toBeUndefined();
  });

  it("is asked for by the tenant's domain name, with a Basic header, and for the origin as Graph", async () => {
    const basic = Buffer.from(`${good().client_id}:${encodeURIComponent(good().client_secret)}`).toString("base64");
    const answer = await emulator.call("POST", "/Contoso.example/oauth2/v2.0/token", {
      body: new URLSearchParams({ grant_type: "client_credentials", scope: `${emulator.origin}/.default` }),
      headers: { authorization: `Basic ${basic}` },
    });
    expect(answer.status).toBe(200);
    expect(decodeJwt(answer.body.access_token).aud).toBe(emulator.origin);
    expect((await emulator.call("GET", "/v1.0/users", { token: answer.body.access_token })).status).toBe(200);
  });

  it("keeps the roles it was issued with, and a new one shows new ones", async () => {
    const { principal, form } = await makeClient();
    const rolesNow = async () => decodeJwt((await ask(form)).body.access_token)["roles"];
    expect(await rolesNow()).toBeUndefined();
    const as = "partner-administrator";
    const graph = (
      await emulator.call(
        "GET",
        "/v1.0/servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'".replaceAll(" ", "%20"),
        { as },
      )
    ).body.value[0];
    const role = graph.appRoles.find(({ value }: { value: string }) => value === "User.Read.All");
    const body = { principalId: principal.id, resourceId: graph.id, appRoleId: role.id };
    expect(
      (await emulator.call("POST", `/v1.0/servicePrincipals/${graph.id}/appRoleAssignedTo`, { as, body })).status,
    ).toBe(201);
    expect(await rolesNow()).toEqual(["User.Read.All"]);
  });
});

describe("a refusal of the token endpoint", () => {
  it("has Entra's whole body and answers the client's request id", async () => {
    const { status, headers, body } = await ask({ client_secret: "wrong" });
    expect(status).toBe(401);
    expect(headers["content-type"]).toContain("application/json");
    expect(body).toEqual({
      error: "invalid_client",
      error_description: expect.stringMatching(
        /^AADSTS7000215: Invalid client secret provided\. .+ Trace ID: \S+ Correlation ID: \S+ Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/,
      ),
      error_codes: [7000215],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
      error_uri: expect.stringContaining("code=7000215"),
    });
    expect(JSON.stringify(body)).not.toContain("wrong");
  });

  it.each<[string, Record<string, string | undefined>, [number, string, number]]>([
    ["a wrong secret", { client_secret: "wrong" }, [401, "invalid_client", 7000215]],
    ["no proof", { client_secret: undefined }, [401, "invalid_client", 7000218]],
    ["no client id", { client_id: undefined }, [400, "invalid_request", 900144]],
    ["no grant type", { grant_type: undefined }, [400, "invalid_request", 900144]],
    ["no scope", { scope: undefined }, [400, "invalid_request", 900144]],
    ["a grant type it does not know", { grant_type: "magic" }, [400, "unsupported_grant_type", 70003]],
    ["an unknown client", { client_id: "c0ffee00-0000-4000-8000-00000000dddd" }, [400, "unauthorized_client", 700016]],
    ["a client of another tenant", { client_id: homeTenant.deployer.clientId }, [400, "unauthorized_client", 700016]],
    ["a delegated scope", { scope: "https://graph.microsoft.com/User.Read" }, [400, "invalid_scope", 1002012]],
    ["two scopes", { scope: `${graphScope} https://management.azure.com/.default` }, [400, "invalid_scope", 70011]],
    ["a resource on the v2 endpoint", { resource: "https://graph.microsoft.com" }, [400, "invalid_request", 901002]],
    [
      "an API without a principal here",
      { scope: "https://api.partnercenter.microsoft.com/.default" },
      [400, "invalid_resource", 500011],
    ],
    ["an API nobody knows", { scope: "api://nothing/.default" }, [400, "invalid_resource", 500011]],
    ["a parameter nobody knows", { secret: "x" }, [400, "invalid_request", 90000]],
  ])("says what is wrong with %s", async (_name, changes, expected) => {
    expect(shown(await ask(changes))).toEqual(expected);
  });

  it.each<[string, [number, string, number]]>([
    ["99999999-9999-4999-8999-999999999999", [400, "invalid_request", 90002]],
    ["nobody.example", [400, "invalid_request", 90002]],
    ["not a tenant", [400, "invalid_request", 900023]],
    ["common", [400, "invalid_request", 50059]],
  ])("knows no tenant %p", async (tenant, expected) => {
    expect(shown(await ask({}, { tenant: encodeURIComponent(tenant) }))).toEqual(expected);
  });

  it("reads a form and nothing else, and each parameter once", async () => {
    const { clientId } = partnerTenant.deployer;
    const form = { client_id: clientId, client_secret: emulator.secrets.deployer, scope: graphScope };
    const whole = { ...form, grant_type: "client_credentials" };
    const post = (body: unknown, type: string) =>
      emulator.call("POST", `/${partnerTenant.id}/oauth2/v2.0/token`, { body, headers: { "content-type": type } });
    const text = new URLSearchParams(whole).toString();
    expect((await post(text, "application/x-www-form-urlencoded; charset=utf-8")).status).toBe(200);
    for (const [body, type] of [
      [JSON.stringify(whole), "application/json"],
      [text, "text/plain"],
    ] as const) {
      const { status, body: refusal } = await post(body, type);
      expect([status, refusal.error_description]).toEqual([
        400,
        expect.stringMatching(/^AADSTS900144: .*'grant_type'/),
      ]);
    }
    const twice = await post(`${text}&client_id=${clientId}`, "application/x-www-form-urlencoded");
    expect([twice.status, twice.text]).toEqual([400, expect.stringContaining('client_id\\" is given twice')]);
  });

  it("asks the v1 endpoint for a resource", async () => {
    expect(shown(await ask({}, { version: 1 }))).toEqual([400, "invalid_request", 900144]);
  });

  it("never writes a secret into the journal or the log", async () => {
    await ask({});
    await ask({ client_secret: "a-wrong-secret-text" });
    const journal = JSON.stringify(await emulator.control("GET", "journal"));
    expect(journal).not.toContain(emulator.secrets.deployer);
    expect(journal).not.toContain("a-wrong-secret-text");
  });
});

describe("a client secret", () => {
  it("works until its end date and is then expired, by the emulator's clock", async () => {
    const { form } = await makeClient({ endDateTime: new Date(Date.now() + 86_400_000).toISOString() });
    expect((await ask(form)).status).toBe(200);
    await emulator.control("POST", "clock", { advance: "P2D" });
    expect(shown(await ask(form))).toEqual([401, "invalid_client", 7000222]);
    expect(shown(await ask({ ...form, client_secret: "wrong" }))).toEqual([401, "invalid_client", 7000215]);
  });

  it("stops working the moment it is removed", async () => {
    const { application, keyId, form } = await makeClient();
    expect((await ask(form)).status).toBe(200);
    await emulator.call("POST", `/v1.0/applications/${application.id}/removePassword`, {
      as: "partner-deployer",
      body: { keyId },
    });
    expect(shown(await ask(form))).toEqual([401, "invalid_client", 7000215]);
  });
});

describe("the acceptance lag", () => {
  it("refuses a new secret of a known client until the lag has passed", async () => {
    const { application, form } = await makeClient();
    await emulator.control("POST", "lag", { secretAcceptanceSeconds: 0.4 });
    await new Promise((done) => setTimeout(done, 450));
    const added = await emulator.call("POST", `/v1.0/applications/${application.id}/addPassword`, {
      as: "partner-deployer",
      body: { passwordCredential: {} },
    });
    const fresh = { ...form, client_secret: added.body.secretText };
    expect(shown(await ask(fresh))).toEqual([401, "invalid_client", 7000215]);
    await emulator.control("POST", "clock", { advance: "PT1H" });
    expect(shown(await ask(fresh))).toEqual([401, "invalid_client", 7000215]);
    await new Promise((done) => setTimeout(done, 450));
    expect((await ask(fresh)).status).toBe(200);
  });

  it("knows neither a new application nor, under an old one, a new service principal", async () => {
    const application = (
      await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "late" } })
    ).body;
    const client = { client_id: application.appId, client_secret: "any" };
    expect(shown(await ask(client))).toEqual([400, "unauthorized_client", 7000229]);
    await emulator.call("POST", "/v1.0/servicePrincipals", {
      as: "partner-deployer",
      body: { appId: application.appId },
    });
    expect(shown(await ask(client))).toEqual([401, "invalid_client", 7000215]);
    await emulator.control("POST", "lag", { secretAcceptanceSeconds: 60 });
    expect(shown(await ask(client))).toEqual([400, "unauthorized_client", 700016]);
  });

  it("lets a principal that was just disabled on for the lag, and refuses it afterwards", async () => {
    const { principal, form } = await makeClient();
    await emulator.control("POST", "lag", { secretAcceptanceSeconds: 0.3 });
    await new Promise((done) => setTimeout(done, 350));
    const body = { accountEnabled: false };
    expect(
      (await emulator.call("PATCH", `/v1.0/servicePrincipals/${principal.id}`, { as: "partner-deployer", body }))
        .status,
    ).toBe(204);
    expect((await ask(form)).status).toBe(200);
    await new Promise((done) => setTimeout(done, 350));
    expect(shown(await ask(form))).toEqual([400, "unauthorized_client", 7000112]);
  });

  it("does not spare a deleted application", async () => {
    const { application, form } = await makeClient();
    expect((await ask(form)).status).toBe(200);
    await emulator.control("POST", "lag", { secretAcceptanceSeconds: 60 });
    await emulator.call("DELETE", `/v1.0/applications/${application.id}`, { as: "partner-deployer" });
    expect(shown(await ask(form))).toEqual([400, "unauthorized_client", 700016]);
  });
});

describe("a resource", () => {
  it("that is disabled gives no tokens", async () => {
    const arm = (
      await emulator.call("GET", "/v1.0/servicePrincipals", { as: "partner-administrator" })
    ).body.value.find(({ appId }: { appId: string }) => appId === "797f4846-ba00-4fd7-ba43-dac1f8f63013");
    await emulator.call("PATCH", `/v1.0/servicePrincipals/${arm.id}`, {
      as: "partner-administrator",
      body: { accountEnabled: false },
    });
    expect(shown(await ask({ scope: "https://management.azure.com/.default" }))).toEqual([
      400,
      "invalid_resource",
      500014,
    ]);
  });

  it("that demands assignment gives none to a client without a role in it", async () => {
    const { application, principal } = await makeClient();
    await emulator.call("PATCH", `/v1.0/servicePrincipals/${principal.id}`, {
      as: "partner-deployer",
      body: { appRoleAssignmentRequired: true },
    });
    expect(shown(await ask({ scope: `${application.appId}/.default` }))).toEqual([400, "invalid_grant", 501051]);
  });
});

it("a secret of the principal alone proves the application in that tenant, until it is removed", async () => {
  const as = "partner-deployer";
  const application = await emulator.call("POST", "/v1.0/applications", { as, body: { displayName: "by principal" } });
  const { appId } = application.body;
  const principal = await emulator.call("POST", "/v1.0/servicePrincipals", { as, body: { appId } });
  const path = `/v1.0/servicePrincipals/${principal.body.id}`;
  const { body } = await emulator.call("POST", `${path}/addPassword`, { as, body: {} });
  const ask = () =>
    emulator.requestToken({
      client_id: appId,
      client_secret: body.secretText,
      grant_type: "client_credentials",
      scope: "https://graph.microsoft.com/.default",
    });
  expect((await ask()).status).toBe(200);
  expect(JSON.stringify(await emulator.control("GET", "state"))).not.toContain("secretHash");
  await emulator.call("POST", `${path}/removePassword`, { as, body: { keyId: body.keyId } });
  expect((await ask()).body.error_codes).toEqual([7000215]);
});
