import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../../support/emulator";

const run = promisify(execFile);
let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

describe("Graph behind the server", () => {
  it("answers a request without a token, or with one for another service, in its own words", async () => {
    for (const options of [{}, { as: "partner-deployer", resource: "https://management.azure.com" } as const]) {
      const { status, headers, body } = await emulator.call("GET", "/v1.0/applications", options);
      expect([status, body.error.code]).toEqual([401, "InvalidAuthenticationToken"]);
      expect(body.error.innerError["request-id"]).toBe(headers["request-id"]);
    }
  });

  it("accepts tokens for the emulator's own address and for Microsoft's", async () => {
    for (const resource of [emulator.origin, "https://graph.microsoft.com"]) {
      expect((await emulator.call("GET", "/v1.0/applications", { as: "partner-deployer", resource })).status).toBe(200);
    }
  });

  it("shows each tenant its own directory only", async () => {
    const { body } = await emulator.call("POST", "/v1.0/applications", {
      as: "partner-deployer",
      body: { displayName: "mine" },
    });
    expect((await emulator.call("GET", `/v1.0/applications/${body.id}`, { as: "home-administrator" })).status).toBe(
      404,
    );
  });

  it("gives a home deployer nothing in Graph", async () => {
    expect((await emulator.call("GET", "/v1.0/applications", { as: "home-deployer" })).status).toBe(403);
  });

  it("names a path, an option and a field that it does not know in the journal", async () => {
    const as = "partner-deployer";
    expect((await emulator.call("GET", "/v1.0/groups", { as })).status).toBe(501);
    expect((await emulator.call("GET", "/v1.0/applications?$expand=nothing", { as })).status).toBe(400);
    expect(
      (await emulator.call("POST", "/v1.0/applications", { as, body: { displayName: "a", colour: "blue" } })).body.error
        .code,
    ).toBe("Request_BadRequest");
    const journal: { service: string; problem?: string }[] = await emulator.control("GET", "journal");
    const problems = journal.filter(({ service }) => service === "graph").flatMap(({ problem }) => problem ?? []);
    expect(problems.filter((problem) => /groups|\$expand|colour/.test(problem))).toHaveLength(3);
  });

  it("answers what Azure CLI asks a directory for", async () => {
    const as = "partner-administrator";
    const filter = encodeURIComponent(`servicePrincipalNames/any(c:c eq '${partnerTenant.deployer.clientId}')`);
    const { body } = await emulator.call("GET", `/v1.0/servicePrincipals?%24filter=${filter}`, { as });
    expect(body.value.map(({ id }: { id: string }) => id)).toEqual([partnerTenant.deployer.objectId]);
    expect((await emulator.call("GET", "/v1.0/organization", { as })).body.value[0].id).toBe(partnerTenant.id);
    const ids = { ids: [partnerTenant.deployer.objectId], types: ["servicePrincipal"] };
    expect((await emulator.call("POST", "/v1.0/directoryObjects/getByIds", { as, body: ids })).body.value).toHaveLength(
      1,
    );
  });
});

describe("Microsoft's own Graph client", () => {
  it("pages, writes, reads errors and handles an empty answer", async () => {
    const as = "partner-administrator";
    for (let index = 0; index < 12; index++)
      await emulator.call("POST", "/v1.0/applications", { as, body: { displayName: `page ${index}` } });
    const { stdout } = await run(process.execPath, [join(__dirname, "graph-client.js")], {
      env: { PATH: process.env["PATH"], ...emulator.env, GRAPH_TOKEN: await emulator.tokenOf(as, emulator.origin) },
    });
    expect(JSON.parse(stdout)).toEqual({
      created: "from the client",
      paged: 12,
      renamed: "renamed",
      missing: { statusCode: 404, code: "Request_ResourceNotFound", hasRequestId: true },
      refused: { statusCode: 400, code: "Request_BadRequest", details: 1 },
    });
  });
});
