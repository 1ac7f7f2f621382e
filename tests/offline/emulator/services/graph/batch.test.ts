import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../../support/emulator";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(async () => {
  emulator.forgetTokens();
  await emulator.control("POST", "reset");
});

type As = "partner-administrator" | "partner-rotator";
const json = { "Content-Type": "application/json" };
const post = async (requests: object[], as: As = "partner-administrator") =>
  emulator.call("POST", "/v1.0/$batch", { as, body: { requests } });
const statuses = (body: { responses: { id: string; status: number }[] }) =>
  Object.fromEntries(body.responses.map(({ id, status }) => [id, status]));

describe("a batch", () => {
  it("answers each request by its id, with status, headers and body", async () => {
    const { status, body } = await post([
      { id: "a", method: "GET", url: "/users?$select=userPrincipalName" },
      { id: "b", method: "POST", url: "applications", headers: json, body: { displayName: "of a batch" } },
      { id: "c", method: "GET", url: "/users/$count", headers: { ConsistencyLevel: "eventual" } },
      { id: "d", method: "GET", url: "/me" },
    ]);
    expect([status, statuses(body)]).toEqual([200, { a: 200, b: 201, c: 200, d: 400 }]);
    expect(body.responses[1].body.displayName).toBe("of a batch");
    expect(body.responses[1].headers.location).toContain(`/applications/${body.responses[1].body.id}`);
    expect(body.responses[2].body).toBe("2");
    expect(body.responses[3].body.error.code).toBe("Request_BadRequest");
  });

  it("judges each request by its own rights, and writes each into the journal", async () => {
    const { body } = await post(
      [
        { id: "1", method: "GET", url: "/users" },
        { id: "2", method: "GET", url: `/applications(appId='${partnerTenant.rotator.clientId}')` },
        { id: "3", method: "GET", url: "/nothing" },
        { id: "4", method: "GET", url: "/users?$skip=1" },
      ],
      "partner-rotator",
    );
    expect(statuses(body)).toEqual({ "1": 403, "2": 200, "3": 501, "4": 400 });
    const journal: { method: string; path: string; status: number; callerObjectId: string; problem?: string }[] =
      await emulator.control("GET", "journal");
    const shown = journal.filter(({ path }) => path.startsWith("/v1.0/")).map(({ path, status }) => [path, status]);
    expect(shown).toEqual([
      ["/v1.0/$batch", 200],
      ["/v1.0/users", 403],
      [`/v1.0/applications(appId='${partnerTenant.rotator.clientId}')`, 200],
      ["/v1.0/nothing", 501],
      ["/v1.0/users", 400],
    ]);
    expect(journal.at(-2)?.problem).toBe("unknown-path: GET /v1.0/nothing: the emulated graph has no such call");
    expect(journal.at(-1)).toMatchObject({
      callerObjectId: partnerTenant.rotator.objectId,
      problem: expect.stringContaining('unknown query option "$skip"'),
    });
  });

  it("does not send what depends on a request that failed", async () => {
    const create = (name: string) => ({
      method: "POST",
      url: "/applications",
      headers: json,
      body: { displayName: name },
    });
    const { body } = await post([
      { id: "3", dependsOn: ["2"], ...create("never made") },
      { id: "2", dependsOn: ["1"], method: "GET", url: "/users/none@contoso.example" },
      { id: "1", ...create("made first") },
      { id: "4", dependsOn: ["3"], ...create("never made either") },
    ]);
    expect(statuses(body)).toEqual({ "1": 201, "2": 404, "3": 424, "4": 424 });
    expect(body.responses.map(({ id }: { id: string }) => id)).toEqual(["1", "2", "3", "4"]);
    const state = JSON.stringify(await emulator.control("GET", "state"));
    expect([state.includes("made first"), state.includes("never made")]).toEqual([true, false]);
  });

  it("lets a fault strike one of its requests", async () => {
    await emulator.control("POST", "faults", [
      { path: "/v1.0/users", when: "before", action: "status", status: 429, retryAfter: 7 },
      { path: "/v1.0/applications", method: "POST", when: "after", action: "reset" },
    ]);
    const { body } = await post([
      { id: "1", method: "GET", url: "/users" },
      { id: "2", method: "GET", url: "/organization" },
      { id: "3", method: "POST", url: "/applications", headers: json, body: { displayName: "made all the same" } },
    ]);
    expect(statuses(body)).toEqual({ "1": 429, "2": 200, "3": 504 });
    expect(body.responses[0].headers["retry-after"]).toBe("7");
    expect(JSON.stringify(await emulator.control("GET", "state"))).toContain("made all the same");
  });

  const get = (id: string, changes: object = {}) => ({ id, method: "GET", url: "/users", ...changes });
  it.each<[string, object[]]>([
    ["no request", []],
    ["more than twenty", Array.from({ length: 21 }, (_, index) => get(String(index)))],
    ["the same id twice, in another case", [get("a"), get("A")]],
    ["a dependency that is not there", [get("1", { dependsOn: ["2"] })]],
    ["a circle", [get("1", { dependsOn: ["2"] }), get("2", { dependsOn: ["1"] })]],
    ["a body without a content type", [get("1", { method: "POST", url: "/applications", body: {} })]],
    ["a token of its own", [get("1", { headers: { Authorization: "Bearer x" } })]],
    ["another host", [get("1", { url: "https://graph.microsoft.com/v1.0/users" })]],
    ["a batch", [get("1", { url: "/$batch" })]],
    ["an unknown field", [get("1", { atomicityGroup: "g" })]],
    ["an unknown method", [get("1", { method: "TRACE" })]],
  ])("with %s is refused as a whole", async (_what, requests) => {
    expect((await post(requests)).status).toBe(400);
    const journal: { path: string }[] = await emulator.control("GET", "journal");
    expect(journal.filter(({ path }) => path.startsWith("/v1.0/")).map(({ path }) => path)).toEqual(["/v1.0/$batch"]);
  });

  it("takes its own whole address, which Microsoft's SDK for Python writes, and no other version or host", async () => {
    const at = (url: string) => post([get("1", { url })]);
    expect(statuses((await at(`${emulator.origin}/v1.0//users`)).body)).toEqual({ "1": 200 });
    for (const url of [`${emulator.origin}/beta/users`, "https://graph.microsoft.com/v1.0/users"]) {
      expect((await at(url)).status).toBe(400);
    }
  });

  it("takes the empty field that Microsoft's SDK for Python writes, and no other value of it", async () => {
    expect(statuses((await post([get("1", { depends_on: [] })])).body)).toEqual({ "1": 200 });
    expect((await post([get("1"), get("2", { depends_on: ["1"] })])).status).toBe(400);
  });

  it("needs a token itself", async () => {
    expect((await emulator.call("POST", "/v1.0/$batch", { body: { requests: [get("1")] } })).status).toBe(401);
  });
});
