import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { emulator, item, lastEntry, log } from "../probed-emulator";

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
    ["GET", "https://fabrikam-partner-access.vault.emulator.test/secrets/$count", "vault"],
    ["GET", "https://fabrikam-partner-access.vault.emulator.test/secrets/one/$value", "vault"],
    ["GET", "https://fabrikam-partner-access.vault.emulator.test/secrets/one/latest", "vault"],
    ["POST", "https://fabrikam-partner-access.vault.emulator.test/secrets/one/rotate", "vault"],
    ["GET", "/subscriptions/$count", "arm"],
    ["GET", "/subscriptions/x/resourceGroups/$ref", "arm"],
    ["GET", "/subscriptions/x/resourceGroups/g/providers/Microsoft.KeyVault/vaults/$count", "arm"],
    ["GET", "/subscriptions/x/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/$value", "arm"],
    ["GET", "/v1/roles/$count/usermembers", "partner-center"],
    ["GET", "/insights/v1/mpn/ScheduledReport/execution/$count", "insights"],
    ["DELETE", "/insights/v1/mpn/ScheduledReport/$ref", "insights"],
    ["GET", "/$count/v2.0/.well-known/openid-configuration", "entra"],
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
