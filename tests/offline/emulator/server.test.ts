import { connect } from "node:net";
import { z } from "zod";
import { homeTenant, partnerTenant } from "../../../offline/emulator/constants";
import type { ServiceDefinition } from "../../../offline/emulator/route";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

const log: string[] = [];
const slowNotes: string[] = [];

/** A small service of this test's own: what the server does for every service shows best on one that does nothing else. */
const probe: ServiceDefinition = {
  service: "insights",
  matches: (_host, path) => path.startsWith("/probe/"),
  audiences: () => ["https://graph.microsoft.com"],
  renderError: ({ status, code, message, detail }) => ({
    status,
    body: { code, message, kind: detail.kind, reason: detail.reason },
  }),
  routes: [
    {
      method: "GET",
      path: "/probe/caller",
      handle: ({ caller }) => ({ status: 200, body: { ...caller, tenant: caller.tenant.id } }),
    },
    {
      method: "POST",
      path: "/probe/items/:id",
      anonymous: true,
      query: ["$filter", "api-version"],
      apiVersions: ["2024-01-01"],
      body: z.strictObject({ name: z.string(), nested: z.strictObject({ size: z.int() }).optional() }),
      handle: ({ parameters, query, body }) => ({
        status: 200,
        headers: { "x-own": "yes" },
        body: { parameters, query, body },
      }),
    },
    { method: "DELETE", path: "/probe/items/:id", anonymous: true, handle: () => ({ status: 204 }) },
    {
      method: "GET",
      path: "/probe/text",
      anonymous: true,
      handle: () => ({ status: 200, headers: { "Content-Type": "text/csv" }, body: "a,b" }),
    },
    {
      method: "GET",
      path: "/probe/slow/:name",
      async handle({ parameters: { name } }) {
        slowNotes.push(`${name} begins`);
        await new Promise((done) => setTimeout(done, 30));
        slowNotes.push(`${name} ends`);
        return { status: 204 };
      },
    },
    {
      method: "GET",
      path: "/probe/broken",
      anonymous: true,
      handle: () => {
        throw new Error("a mistake in a route");
      },
    },
  ],
};

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ log: (line) => log.push(line), services: [probe] });
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  log.length = 0;
  emulator.forgetTokens();
  await emulator.control("POST", "reset");
});

const item = "/probe/items/1?api-version=2024-01-01";
const lastEntry = async () => (await emulator.control("GET", "journal")).at(-1);

describe("what the emulator does not know", () => {
  it("is refused when it is a service, and named in journal and log", async () => {
    const answer = await emulator.call("GET", "/wherever/it/is");
    expect(answer.status).toBe(501);
    expect(answer.body.error.message).toBe("GET https://localhost/wherever/it/is: the emulator knows no such service");
    expect(await lastEntry()).toMatchObject({
      service: null,
      path: "/wherever/it/is",
      status: 501,
      problem: answer.body.error.message,
    });
    expect(log).toEqual([`refused: ${answer.body.error.message}`]);
  });

  it.each([
    ["GET", "/v1.0/nothing/here", "graph"],
    ["DELETE", "/v1.0/users/x", "graph"],
    ["GET", "/subscriptions/x/nothing", "arm"],
    ["GET", `/${partnerTenant.id}/oauth2/nothing`, "entra"],
    ["GET", "/metadata/nothing", "metadata"],
    ["GET", "https://fabrikam-partner-access.vault.emulator.test/keys", "vault"],
  ])("is refused when it is the path %s %s", async (method, path, service) => {
    const answer = await emulator.call(method, path);
    const message = `${method} ${new URL(path, emulator.origin).pathname}: the emulated ${service} has no such call`;
    expect(answer.status).toBe(501);
    expect(answer.text).toContain(message);
    expect(await lastEntry()).toMatchObject({ service, status: 501, problem: `unknown-path: ${message}` });
    expect(log.join()).toContain(message);
  });

  it("is refused when it is a query option, encoded or not, with those that are known", async () => {
    const answer = await emulator.call("POST", `${item}&%24select=id&$top=3`, { body: { name: "x" } });
    expect(answer).toMatchObject({ status: 400, body: { kind: "unknown-query" } });
    expect(answer.body.message).toBe(
      'unknown query option "$select"; unknown query option "$top"; this call knows "$filter", "api-version"',
    );
    expect((await lastEntry()).problem).toContain('"$select"');
    expect(log).toHaveLength(1);
  });

  it("is refused when it is an api-version, or none where one is needed", async () => {
    const old = await emulator.call("POST", "/probe/items/1?api-version=1999-01-01", { body: { name: "x" } });
    expect(old).toMatchObject({ status: 400, body: { code: "InvalidApiVersionParameter" } });
    const none = await emulator.call("POST", "/probe/items/1", { body: { name: "x" } });
    expect(none).toMatchObject({ status: 400, body: { code: "MissingApiVersionParameter" } });
  });

  it("is refused when it is a body field, with every problem and no value", async () => {
    const answer = await emulator.call("POST", item, {
      body: { name: 5, nested: { size: 1, colour: "hunter2" }, extra: true },
    });
    expect(answer).toMatchObject({ status: 400, body: { kind: "unknown-field" } });
    expect(answer.body.message).toContain('field "name"');
    expect(answer.body.message).toContain('unknown field "nested.colour"');
    expect(answer.body.message).toContain('unknown field "extra"');
    expect(JSON.stringify([answer.body, await lastEntry(), log])).not.toContain("hunter2");
  });

  it("is refused when a body comes where none is taken, or is no JSON, or is packed", async () => {
    expect((await emulator.call("DELETE", "/probe/items/1", { body: { a: 1 } })).body.message).toBe(
      "this call takes no body",
    );
    const broken = await emulator.call("POST", item, { body: '{"name": hunter2' });
    expect(broken.body.message).toBe("the body is not valid JSON");
    const packed = await emulator.call("POST", item, { body: "x", headers: { "content-encoding": "gzip" } });
    expect(packed.body.message).toContain('"gzip"');
  });
});

describe("a known call", () => {
  it("gets its path's parts, its query options decoded, and its body", async () => {
    const answer = await emulator.call(
      "POST",
      `/probe/items/a%20b?api-version=2024-01-01&%24filter=appId%20eq%20'1'+x`,
      { body: { name: "n" } },
    );
    expect(answer.body).toEqual({
      parameters: { id: "a b" },
      query: { "api-version": "2024-01-01", $filter: "appId eq '1' x" },
      body: { name: "n" },
    });
    expect(answer.headers).toMatchObject({ "x-own": "yes", "content-type": "application/json; charset=utf-8" });
    expect((await lastEntry()).query).toEqual({ "api-version": "2024-01-01", $filter: "appId eq '1' x" });
  });

  it("may be sent in chunks", async () => {
    const answer = await emulator.call("POST", item, {
      body: JSON.stringify({ name: "in pieces" }),
      headers: { "transfer-encoding": "chunked" },
    });
    expect(answer.body.body).toEqual({ name: "in pieces" });
  });

  it("may be a HEAD, answered without a body", async () => {
    const answer = await emulator.call("HEAD", "/probe/text");
    expect(answer).toMatchObject({
      status: 200,
      text: "",
      headers: { "content-type": "text/csv", "content-length": "3" },
    });
    expect((await emulator.call("GET", "/probe/text")).text).toBe("a,b");
  });

  it("leaves its connection open longer than any client waits between two polls", async () => {
    const answer = await emulator.call("GET", "/probe/text", { headers: { connection: "keep-alive" } });
    expect(answer.headers["keep-alive"]).toBe("timeout=600");
  });

  it("carries the emulator's date", async () => {
    await emulator.control("POST", "clock", { set: "2031-05-01T00:00:00Z" });
    expect((await emulator.call("GET", "/probe/text")).headers["date"]).toMatch(/^Thu, 01 May 2031/);
  });

  it("waits until the one before it in the same tenant is done", async () => {
    const options = { as: "partner-rotator", resource: "https://graph.microsoft.com" } as const;
    await emulator.tokenOf(options.as, options.resource);
    await Promise.all(["a", "b"].map((name) => emulator.call("GET", `/probe/slow/${name}`, options)));
    expect(slowNotes.map((note) => note.split(" ")[1])).toEqual(["begins", "ends", "begins", "ends"]);
  });

  it("that fails by a mistake of the emulator is a 500 with its cause in journal and log", async () => {
    const answer = await emulator.call("GET", "/probe/broken");
    expect(answer.status).toBe(500);
    expect((await lastEntry()).problem).toBe("internal: Error: a mistake in a route");
    expect(log.join()).toContain("a mistake in a route");
  });
});

describe("a bearer token", () => {
  const reason = async (token: string | undefined) => {
    const answer = await emulator.call("GET", "/probe/caller", token === undefined ? {} : { token });
    return answer.status === 401 ? answer.body.reason : answer.status;
  };

  it("says who calls", async () => {
    const answer = await emulator.call("GET", "/probe/caller", {
      as: "partner-rotator",
      resource: "https://graph.microsoft.com",
    });
    expect(answer.body).toEqual({
      tenant: partnerTenant.id,
      objectId: partnerTenant.rotator.objectId,
      clientId: partnerTenant.rotator.clientId,
      roles: ["Application.ReadWrite.OwnedBy"],
      scopes: [],
      isAppOnly: true,
    });
  });

  it("is refused when missing, malformed, of another audience or signed by somebody else", async () => {
    const graph = await emulator.tokenOf("partner-deployer", "https://graph.microsoft.com");
    expect(await reason(undefined)).toBe("missing");
    expect(await reason("nonsense")).toBe("malformed");
    expect(await reason(await emulator.tokenOf("partner-deployer", "https://management.azure.com"))).toBe("audience");
    const [header, payload] = graph.split(".");
    expect(await reason(`${header}.${payload}.${Buffer.alloc(256).toString("base64url")}`)).toBe("signature");
    expect(await reason(graph)).toBe(200);
  });

  it("expires by the emulator's clock, and does not count before its time", async () => {
    const token = await emulator.tokenOf("partner-deployer", "https://graph.microsoft.com");
    await emulator.control("POST", "clock", { advance: "PT59M" });
    expect(await reason(token)).toBe(200);
    await emulator.control("POST", "clock", { advance: "PT32M" });
    expect(await reason(token)).toBe("expired");
    await emulator.control("POST", "clock", { set: "2020-01-01T00:00:00Z" });
    expect(await reason(token)).toBe("not-yet-valid");
  });

  it("stops counting when its principal is disabled", async () => {
    const token = await emulator.tokenOf("partner-rotator", "https://graph.microsoft.com");
    const path = `/v1.0/servicePrincipals/${partnerTenant.rotator.objectId}`;
    await emulator.call("PATCH", path, { as: "partner-administrator", body: { accountEnabled: false } });
    expect(await reason(token)).toBe("identity");
  });

  it("of one emulator means nothing to another, and nothing else of one is seen in the other", async () => {
    const other = await startTestEmulator({ services: [probe] });
    try {
      const token = await emulator.tokenOf("partner-deployer", "https://graph.microsoft.com");
      expect((await other.call("GET", "/probe/caller", { token })).body.reason).toBe("signature");
      expect(other.secrets.deployer).not.toBe(emulator.secrets.deployer);
      const made = await emulator.call("POST", "/v1.0/applications", {
        as: "partner-deployer",
        body: { displayName: "only here" },
      });
      expect(made.status).toBe(201);
      await emulator.control("POST", "clock", { advance: "P30D" });
      const state = JSON.stringify(await other.control("GET", "state"));
      expect(state).not.toContain("only here");
      expect(Math.abs(other.world.clock.now().getTime() - Date.now())).toBeLessThan(5000);
      expect(await other.control("GET", "journal")).toHaveLength(1);
    } finally {
      await other.stop();
    }
  });
});

describe("a listener for changes", () => {
  it("hears once of a request that changed something, before its answer, and never of one that did not", async () => {
    const heard: string[] = [];
    let seen = 0;
    const undo = emulator.onChange(async ({ service, method, path }) => {
      await new Promise((done) => setTimeout(done, 20));
      heard.push(`${service} ${method} ${path}`);
      // The world already shows the change while its answer is still held back.
      seen = emulator.world.tenants.get(partnerTenant.id)?.applications.all().length ?? 0;
    });
    const before = emulator.world.tenants.get(partnerTenant.id)?.applications.all().length ?? 0;
    await emulator.call("GET", "/v1.0/applications", { as: "partner-deployer" });
    expect(heard).toEqual([]);
    await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "x" } });
    expect(heard).toEqual(["graph POST /v1.0/applications"]);
    expect(seen).toBe(before + 1);
    await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { unknown: 1 } });
    undo();
    await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "y" } });
    expect(heard).toHaveLength(1);
  });

  it("may itself call the emulator", async () => {
    const statuses: number[] = [];
    const undo = emulator.onChange(async () => {
      statuses.push((await emulator.call("GET", "/v1.0/applications", { as: "partner-deployer" })).status);
    });
    await emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "x" } });
    undo();
    expect(statuses).toEqual([200]);
  });
});

describe("a fault", () => {
  const users = "/v1.0/users";
  const create = (displayName: string) =>
    emulator.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName } });
  const names = async (): Promise<string[]> => {
    const { tenants } = await emulator.control("GET", "state");
    return tenants[partnerTenant.id].applications.map(({ displayName }: { displayName: string }) => displayName);
  };
  const plan = (...faults: Record<string, unknown>[]) => emulator.control("POST", "faults", faults);

  it("answers a status before anything is done, in the service's own words, with Retry-After", async () => {
    await plan({ service: "graph", method: "POST", when: "before", action: "status", status: 429, retryAfter: 3 });
    const answer = await create("never made");
    expect(answer.status).toBe(429);
    expect(answer.headers["retry-after"]).toBe("3");
    expect(answer.body.error).toMatchObject({
      code: "TooManyRequests",
      message: expect.any(String),
      innerError: expect.any(Object),
    });
    expect(await names()).not.toContain("never made");
    expect(await lastEntry()).toMatchObject({ status: 429, fault: "status before" });
  });

  it("answers a status after the commit, with a body of the test's own and no Retry-After", async () => {
    const body = { error: { code: "Directory_ConcurrencyViolation", message: "try again" } };
    await plan({ service: "graph", method: "POST", nth: 1, when: "after", action: "status", status: 503, body });
    const answer = await create("made all the same");
    expect(answer).toMatchObject({ status: 503, body });
    expect(answer.headers["retry-after"]).toBeUndefined();
    expect(await names()).toContain("made all the same");
    expect((await create("and the next works")).status).toBe(201);
  });

  it("words a sign-in failure as Entra does", async () => {
    await plan({ service: "entra", when: "before", action: "status", status: 503, times: 1 });
    const form = {
      client_id: partnerTenant.deployer.clientId,
      client_secret: emulator.secrets.deployer,
      grant_type: "client_credentials",
      scope: "https://graph.microsoft.com/.default",
    };
    expect(await emulator.requestToken(form)).toMatchObject({
      status: 503,
      body: { error: "temporarily_unavailable", error_codes: [90000] },
    });
    expect((await emulator.requestToken(form)).status).toBe(200);
  });

  it.each(["before", "after"])("resets the connection %s the commit", async (when) => {
    await plan({ path: "/v1.0/applications", method: "POST", when, action: "reset" });
    await expect(create(`reset ${when}`)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect((await names()).includes(`reset ${when}`)).toBe(when === "after");
    expect(await lastEntry()).toMatchObject({ status: null, fault: `reset ${when}` });
  });

  it("truncates an answer after the commit", async () => {
    await plan({ method: "POST", service: "graph", when: "after", action: "truncate" });
    await expect(create("half told")).rejects.toThrow("aborted");
    expect(await names()).toContain("half told");
    expect(await lastEntry()).toMatchObject({ status: 201, fault: "truncate after" });
  });

  it("truncates an answer of its own before anything is done", async () => {
    await plan({
      method: "POST",
      service: "graph",
      when: "before",
      action: "truncate",
      status: 200,
      body: { half: "of this" },
    });
    await expect(create("not made")).rejects.toThrow("aborted");
    expect(await names()).not.toContain("not made");
  });

  it.each(["before", "after"])("hangs %s the commit until the emulator stops", async (when) => {
    const own = await startTestEmulator();
    await own.tokenOf("partner-deployer", "https://graph.microsoft.com");
    await own.control("POST", "faults", [{ service: "graph", method: "POST", when, action: "hang" }]);
    let ended = false;
    const hanging = own.call("POST", "/v1.0/applications", { as: "partner-deployer", body: { displayName: "hung" } });
    const outcome = hanging.then(
      () => "answered",
      (error: Error) => error.message,
    );
    void outcome.then(() => {
      ended = true;
    });
    await new Promise((done) => setTimeout(done, 150));
    expect(ended).toBe(false);
    const state = JSON.stringify(await own.control("GET", "state"));
    expect(state.includes('"hung"')).toBe(when === "after");
    const begun = performance.now();
    await own.stop();
    expect(await outcome).toMatch(/socket hang up|ECONNRESET/);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it("strikes the n-th call of a path pattern", async () => {
    await plan({ path: "/v1.0/us*", nth: 2, when: "before", action: "status", status: 500 });
    const statuses = [];
    for (let index = 0; index < 3; index++)
      statuses.push((await emulator.call("GET", users, { as: "partner-deployer" })).status);
    expect(statuses).toEqual([200, 500, 200]);
  });

  it("leaves the control routes alone", async () => {
    await plan({ when: "before", action: "reset" });
    expect(await plan()).toEqual([]);
  });
});

describe("the ports", () => {
  it("are on loopback, and are free again at once when it stops, whatever is still connected", async () => {
    const own = await startTestEmulator();
    const port = Number(new URL(own.origin).port);
    const proxyPort = Number(new URL(own.proxy).port);
    const open = connect(port, "127.0.0.1");
    await new Promise((done) => open.once("connect", done));
    open.on("error", () => undefined);
    const begun = performance.now();
    await own.stop();
    expect(performance.now() - begun).toBeLessThan(2000);
    for (const free of [port, proxyPort]) await expect(dial(free)).rejects.toThrow("ECONNREFUSED");
    const again = await startTestEmulator({ port });
    expect(again.origin).toBe(own.origin);
    await again.stop();
  });

  it("that are taken are an error", async () => {
    const port = Number(new URL(emulator.origin).port);
    await expect(startTestEmulator({ port })).rejects.toThrow("EADDRINUSE");
  });
});

function dial(port: number): Promise<void> {
  return new Promise((done, failed) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done();
    });
    socket.once("error", failed);
  });
}

it("tells its tenants as the emulator's line of JSON does", () => {
  const { deployer, id, domain, reportingUser } = partnerTenant;
  expect(emulator.tenants).toEqual([
    { id, domain, role: "partner", deployer, reportingUser: { userPrincipalName: reportingUser.userPrincipalName } },
    { id: homeTenant.id, domain: homeTenant.domain, role: "home", deployer: homeTenant.deployer, reportingUser: null },
  ]);
});
