import { homeTenant, partnerTenant } from "../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.forgetTokens();
  await emulator.control("POST", "reset");
});

const refused = async (name: string, body: unknown) => {
  const answer = await emulator.call("POST", `/_emulator/${name}`, { body });
  return { status: answer.status, problems: answer.body.error.problems };
};

/** Asks, and tells how many milliseconds the machine's clock showed before and after. */
const timed = async <T>(ask: () => Promise<T>) => {
  const from = Date.now();
  const answer = await ask();
  return { from, answer, until: Date.now() };
};
/** Whether a time lies between two of the machine's clock, which no machine is too slow for. */
const isBetween = (time: string, from: number, until: number) => from <= Date.parse(time) && Date.parse(time) <= until;

describe("/_emulator/state", () => {
  it("shows every tenant's objects and no secret text or hash of one", async () => {
    const { from, answer, until } = await timed(() => emulator.call("GET", "/_emulator/state"));
    const { now, tenants, deleted } = answer.body;
    expect(isBetween(now, from, until)).toBe(true);
    expect(Object.keys(tenants)).toEqual([partnerTenant.id, homeTenant.id]);
    expect(Object.keys(deleted)).toEqual([partnerTenant.id, homeTenant.id]);
    const partner = tenants[partnerTenant.id];
    for (const part of ["applications", "servicePrincipals", "grants", "assignments", "users", "vaults"]) {
      expect(Array.isArray(partner[part])).toBe(true);
    }
    expect(partner.users.map((user: { userPrincipalName: string }) => user.userPrincipalName)).toContain(
      "reports@contoso.example",
    );
    expect(tenants[homeTenant.id].vaults).toMatchObject([{ name: "fabrikam-partner-access", secrets: [] }]);
    for (const secret of Object.values(emulator.secrets)) expect(answer.text).not.toContain(secret);
    expect(answer.text).not.toMatch(/secretHash|passwordHash|secretText|"hint"|"addedAt"/);
  });

  it("shows a soft-deleted application under deleted only, and a vault secret without its value", async () => {
    const made = await emulator.call("POST", "/v1.0/applications", {
      as: "partner-deployer",
      body: { displayName: "gone soon" },
    });
    await emulator.call("DELETE", `/v1.0/applications/${made.body.id}`, { as: "partner-deployer" });
    const value = "a-very-secret-value";
    await emulator.call("PUT", "https://fabrikam-partner-access.vault.emulator.test/secrets/probe?api-version=7.4", {
      as: "home-deployer",
      body: { value },
    });
    const answer = await emulator.call("GET", "/_emulator/state");
    const ids = (list: { id: string }[]) => list.map(({ id }) => id);
    expect(ids(answer.body.tenants[partnerTenant.id].applications)).not.toContain(made.body.id);
    expect(ids(answer.body.deleted[partnerTenant.id].applications)).toEqual([made.body.id]);
    expect(answer.body.tenants[homeTenant.id].vaults[0].secrets).toMatchObject([
      { name: "probe", versions: [{ enabled: true }] },
    ]);
    expect(answer.text).not.toContain(value);
  });
});

describe("/_emulator/journal", () => {
  it("lists the calls oldest first, with who called, and none of its own", async () => {
    await emulator.call("GET", "/v1.0/users?$top=1", { as: "partner-deployer" });
    await emulator.call("GET", "/v1.0/users", {});
    const journal = await emulator.control("GET", "journal");
    const users = { service: "graph", method: "GET", path: "/v1.0/users" };
    expect(journal).toMatchObject([
      {
        n: 1,
        service: "entra",
        method: "POST",
        path: `/${partnerTenant.id}/oauth2/v2.0/token`,
        query: {},
        caller: partnerTenant.deployer.clientId,
        tenant: partnerTenant.id,
        status: 200,
      },
      {
        n: 2,
        ...users,
        query: { $top: "1" },
        caller: partnerTenant.deployer.clientId,
        callerObjectId: partnerTenant.deployer.objectId,
        tenant: partnerTenant.id,
        status: 200,
      },
      { n: 3, ...users, query: {}, caller: null, tenant: null, status: 401 },
    ]);
    for (const entry of journal) expect(Date.parse(entry.at)).not.toBeNaN();
  });
});

describe("/_emulator/clock", () => {
  it("is set and advanced, and runs on from there", async () => {
    const begun = Date.now();
    const passed = () => Date.now() - begun;
    const { now: set } = await emulator.control("POST", "clock", { set: "2031-05-01T00:00:00Z" });
    const first = Date.parse("2031-05-01T00:00:00Z");
    expect(isBetween(set, first, first + passed())).toBe(true);
    const { now: advanced } = await emulator.control("POST", "clock", { advance: "P30D" });
    const second = Date.parse("2031-05-31T00:00:00Z");
    expect(isBetween(advanced, second, second + passed())).toBe(true);
    const pause = await timed(() => new Promise((done) => setTimeout(done, 30)));
    const { now: later } = await emulator.control("GET", "state");
    expect(isBetween(later, Date.parse(advanced) + pause.until - pause.from, second + passed())).toBe(true);
  });

  it("is refused a body that says nothing, or too much, or no time", async () => {
    expect(await refused("clock", {})).toEqual({ status: 400, problems: ['give either "set" or "advance"'] });
    expect((await refused("clock", { set: "2031-05-01T00:00:00Z", advance: "P1D" })).status).toBe(400);
    expect((await refused("clock", { set: "tomorrow" })).problems[0]).toMatch(/^field "set"/);
    expect((await refused("clock", { advance: "30 days" })).problems[0]).toMatch(
      /^field "advance": must be an ISO 8601/,
    );
    expect((await refused("clock", { forward: "P1D" })).problems).toContain('unknown field "forward"');
  });
});

describe("/_emulator/lag", () => {
  it("is set in whole or in part", async () => {
    expect(await emulator.control("POST", "lag", { secretAcceptanceSeconds: 20, readLagSeconds: 5 })).toEqual({
      secretAcceptanceSeconds: 20,
      readLagSeconds: 5,
    });
    expect(await emulator.control("POST", "lag", { readLagSeconds: 0 })).toEqual({
      secretAcceptanceSeconds: 20,
      readLagSeconds: 0,
    });
  });

  it("tells every problem of a wrong body at once", async () => {
    expect(await refused("lag", { readLagSeconds: -1, seconds: 2 })).toMatchObject({
      status: 400,
      problems: [expect.stringContaining('field "readLagSeconds"'), 'unknown field "seconds"'],
    });
  });
});

describe("/_emulator/faults", () => {
  it("replaces the list and answers it", async () => {
    const faults = [{ service: "graph", when: "before", action: "status", status: 503, retryAfter: 0 }];
    expect(await emulator.control("POST", "faults", faults)).toEqual(faults);
    expect(await emulator.control("POST", "faults", [])).toEqual([]);
  });

  it("refuses unknown fields and names every problem", async () => {
    const { status, problems } = await refused("faults", [
      { when: "before", action: "explode", delay: 1 },
      { action: "reset" },
    ]);
    expect(status).toBe(400);
    expect(problems).toHaveLength(3);
    expect(problems.join()).toMatch(/0\.action.*0\.delay.*1\.when/);
  });
});

describe("/_emulator/tenants", () => {
  it("adds a tenant whose deployer has the deployers' secret and the deployer's rights", async () => {
    const tenant = await emulator.control("POST", "tenants", { domain: "adatum.example" });
    expect(tenant).toMatchObject({
      domain: "adatum.example",
      role: "partner",
      reportingUser: { userPrincipalName: "reports@adatum.example" },
    });
    expect(emulator.tenants.map(({ id }) => id)).toEqual([partnerTenant.id, homeTenant.id, tenant.id]);
    const answer = await emulator.requestToken(
      {
        client_id: tenant.deployer.clientId,
        client_secret: emulator.secrets.deployer,
        grant_type: "client_credentials",
        scope: "https://graph.microsoft.com/.default",
      },
      { tenant: "adatum.example" },
    );
    const made = await emulator.call("POST", "/v1.0/applications", {
      token: answer.body.access_token,
      body: { displayName: "theirs" },
    });
    expect(made.status).toBe(201);
    const { tenants } = await emulator.control("GET", "state");
    expect(tenants[tenant.id].applications.map(({ displayName }: { displayName: string }) => displayName)).toContain(
      "theirs",
    );
    expect(
      tenants[partnerTenant.id].applications.map(({ displayName }: { displayName: string }) => displayName),
    ).not.toContain("theirs");
  });

  it("refuses a tenant that exists, and fields it does not know", async () => {
    expect((await refused("tenants", { domain: partnerTenant.domain })).status).toBe(409);
    expect(await refused("tenants", { domain: "x.example", country: "NL" })).toEqual({
      status: 400,
      problems: ['unknown field "country"'],
    });
  });

  it("is forgotten by a reset", async () => {
    await emulator.control("POST", "tenants", { domain: "adatum.example" });
    await emulator.control("POST", "reset");
    expect(emulator.tenants).toHaveLength(2);
  });
});

describe("/_emulator/users", () => {
  it("adds a user, and changes one by name", async () => {
    const userPrincipalName = "second@contoso.example";
    const added = await emulator.control("POST", "users", {
      tenant: "contoso.example",
      userPrincipalName,
      password: "a password of a test",
      mfa: false,
      roles: ["Report Viewer"],
    });
    expect(added).toMatchObject({
      tenant: partnerTenant.id,
      userPrincipalName,
      accountEnabled: true,
      mfa: false,
      roles: ["Report Viewer"],
    });
    expect(JSON.stringify(added)).not.toContain("a password of a test");
    const blocked = await emulator.control("POST", "users", {
      tenant: partnerTenant.id,
      userPrincipalName,
      blocked: true,
    });
    expect(blocked).toMatchObject({ id: added.id, accountEnabled: false, mfa: false, roles: ["Report Viewer"] });
  });

  it("refuses an unknown tenant and unknown fields", async () => {
    expect(await refused("users", { tenant: "nowhere.example", userPrincipalName: "a@b" })).toEqual({
      status: 404,
      problems: ['field "tenant": no tenant "nowhere.example"'],
    });
    expect(
      (await refused("users", { tenant: "contoso.example", userPrincipalName: "a@b", MFA: true })).problems,
    ).toEqual(['unknown field "MFA"']);
  });
});

describe("/_emulator/users of a user with MFA", () => {
  it("answers the code that the user's authenticator app shows, and changes nothing else", async () => {
    const userPrincipalName = partnerTenant.reportingUser.userPrincipalName;
    const before = await emulator.control("GET", "state");
    const { oneTimeCode } = await emulator.control("POST", "users", { tenant: partnerTenant.id, userPrincipalName });
    expect(oneTimeCode).toMatch(/^\d{6}$/);
    const after = await emulator.control("GET", "state");
    expect(after.tenants).toEqual(before.tenants);
    const body = { tenant: partnerTenant.id, userPrincipalName, mfa: false };
    expect(await emulator.control("POST", "users", body)).not.toHaveProperty("oneTimeCode");
  });

  it("refuses what it does not know of a sign-in", async () => {
    const body = { tenant: partnerTenant.id, userPrincipalName: "a@b", passwordExpired: "yes", revokeSessions: false };
    expect((await refused("users", body)).problems).toHaveLength(2);
  });
});

describe("/_emulator/settings", () => {
  const partner = partnerTenant.id;

  it("changes what is named, shows all of it, and is forgotten by a reset", async () => {
    const changed = await emulator.control("POST", "settings", {
      tenant: partnerTenant.domain,
      signIn: { requiresMfa: false },
      partnerCenter: { enrolled: false },
    });
    expect(changed).toMatchObject({
      signIn: { requiresMfa: false, conditionalAccess: null },
      partnerCenter: { enrolled: false, enforcesMfa: true },
    });
    await emulator.control("POST", "settings", { tenant: partner, signIn: { conditionalAccess: "block" } });
    const { tenants } = await emulator.control("GET", "state");
    expect(tenants[partner].settings.signIn).toMatchObject({ requiresMfa: false, conditionalAccess: "block" });
    expect(tenants[homeTenant.id].settings.partnerCenter.enrolled).toBe(false);
    await emulator.control("POST", "reset");
    const again = (await emulator.control("GET", "state")).tenants[partner].settings;
    expect(again.signIn).toMatchObject({ requiresMfa: true, conditionalAccess: null });
    expect(again.partnerCenter.enrolled).toBe(true);
  });

  it("refuses an unknown tenant, setting and value", async () => {
    expect((await refused("settings", { tenant: "nowhere.example" })).status).toBe(404);
    const wrong = { tenant: partner, signIn: { mfa: true, conditionalAccess: "maybe" }, partnercenter: {} };
    expect((await refused("settings", wrong)).problems).toHaveLength(3);
  });
});

describe("/_emulator/refresh-tokens", () => {
  it("refuses a user and an application that are not there", async () => {
    const good = {
      tenant: partnerTenant.id,
      userPrincipalName: partnerTenant.reportingUser.userPrincipalName,
      clientId: partnerTenant.deployer.clientId,
    };
    expect((await emulator.control("POST", "refresh-tokens", good)).refreshToken).toMatch(/^1\.AX/);
    const nobody = { ...good, userPrincipalName: "nobody@contoso.example" };
    expect((await refused("refresh-tokens", nobody)).status).toBe(404);
    const nothing = { ...good, clientId: "c0ffee00-0000-4000-8000-00000000ffff" };
    expect((await refused("refresh-tokens", nothing)).status).toBe(404);
  });
});

describe("/_emulator/reset", () => {
  it("brings back the first state, clock, lag, an empty journal and no faults, with the same secrets and keys", async () => {
    const first = await emulator.control("GET", "state");
    const token = await emulator.tokenOf("partner-deployer", "https://graph.microsoft.com");
    await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "one more" } });
    await emulator.control("POST", "clock", { advance: "P400D" });
    await emulator.control("POST", "lag", { readLagSeconds: 9 });
    await emulator.control("POST", "faults", [{ when: "before", action: "status", status: 500 }]);
    await emulator.control("POST", "reset");
    const { from, answer: again, until } = await timed(() => emulator.control("GET", "state"));
    expect({ ...again, now: "" }).toEqual({ ...first, now: "" });
    expect(isBetween(again.now, from, until)).toBe(true);
    expect(await emulator.control("GET", "journal")).toEqual([]);
    expect(emulator.world.lag).toEqual({ secretAcceptanceSeconds: 0, readLagSeconds: 0 });
    expect((await emulator.call("GET", "/v1.0/users", { token })).status).toBe(200);
  });
});

describe("any other control route", () => {
  it("is refused with the routes there are", async () => {
    const answer = await emulator.call("POST", "/_emulator/stat");
    expect(answer.status).toBe(404);
    expect(answer.body.error.message).toContain("POST /_emulator/stat is no control route");
    expect(answer.body.error.message).toContain("GET /_emulator/state");
  });

  it("is refused a body that is no JSON without repeating it", async () => {
    const answer = await emulator.call("POST", "/_emulator/users", { body: '{"password": hunter2' });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain("hunter2");
  });
});
