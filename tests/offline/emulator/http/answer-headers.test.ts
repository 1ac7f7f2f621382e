import { homeSubscription, keyVaultSuffix, partnerTenant } from "../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const vault = `https://${homeSubscription.vault}.${keyVaultSuffix}`;
const subscription = `/subscriptions/${homeSubscription.id}`;

describe("every answer names its request", () => {
  it.each([
    ["Graph", "/v1.0/applications", "partner-deployer", ["request-id", "client-request-id"]],
    ["Graph's refusal", "/v1.0/nothing", "partner-deployer", ["request-id", "client-request-id"]],
    [
      "Resource Manager",
      `${subscription}/resourceGroups?api-version=2025-04-01`,
      "home-administrator",
      ["x-ms-request-id", "x-ms-correlation-request-id"],
    ],
    [
      "Resource Manager's refusal",
      `${subscription}/nothing`,
      "home-administrator",
      ["x-ms-request-id", "x-ms-correlation-request-id"],
    ],
    ["Key Vault", `${vault}/secrets?api-version=7.4`, "home-deployer", ["x-ms-request-id", "x-ms-client-request-id"]],
    ["Key Vault's refusal", `${vault}/keys`, undefined, ["x-ms-request-id", "x-ms-client-request-id"]],
    ["Entra", `/${partnerTenant.id}/v2.0/.well-known/openid-configuration`, undefined, ["x-ms-request-id"]],
    ["Entra's refusal", "/nobody.example/v2.0/.well-known/openid-configuration", undefined, ["x-ms-request-id"]],
    ["Partner Center", "/v1/profiles/mpn", undefined, ["ms-requestid", "ms-correlationid"]],
    ["Insights", "/insights/v1/mpn/ScheduledDataset", undefined, ["ms-requestid", "ms-correlationid"]],
    ["the cloud metadata", "/metadata/endpoints?api-version=2022-09-01", undefined, ["x-ms-request-id"]],
  ] as const)("%s", async (_service, path, as, names) => {
    const ask = async () => (await emulator.call("GET", path, as === undefined ? {} : { as })).headers;
    const [first, second] = [await ask(), await ask()];
    for (const name of names) {
      expect(first[name]).toMatch(guid);
      expect(second[name]).not.toBe(first[name]);
    }
  });

  it("and its error body names the same", async () => {
    const graph = await emulator.call("GET", "/v1.0/nothing", { headers: { "client-request-id": "mine" } });
    expect(graph.headers["client-request-id"]).toBe("mine");
    expect(graph.body.error.innerError).toMatchObject({
      "client-request-id": "mine",
      "request-id": graph.headers["request-id"],
    });
    const entra = await emulator.call("POST", `/${partnerTenant.id}/oauth2/v2.0/token`, {
      body: new URLSearchParams({ grant_type: "client_credentials" }),
      headers: { "client-request-id": "mine" },
    });
    expect(entra.body).toMatchObject({ correlation_id: "mine", trace_id: entra.headers["x-ms-request-id"] });
  });

  it("with the id that the client sent, where the service gives it back", async () => {
    const headers = {
      "x-ms-correlation-request-id": "operation",
      "x-ms-client-request-id": "mine",
      "x-ms-return-client-request-id": "true",
    };
    const arm = await emulator.call("GET", "/tenants?api-version=2022-12-01", { as: "home-deployer", headers });
    expect(arm.headers).toMatchObject({
      "x-ms-correlation-request-id": "operation",
      "x-ms-client-request-id": "mine",
    });
    const unasked = await emulator.call("GET", "/tenants?api-version=2022-12-01", {
      as: "home-deployer",
      headers: { "x-ms-client-request-id": "mine" },
    });
    expect(unasked.headers["x-ms-client-request-id"]).toBeUndefined();
    const secrets = await emulator.call("GET", `${vault}/secrets?api-version=7.4`, { as: "home-deployer", headers });
    expect(secrets.headers["x-ms-client-request-id"]).toBe("mine");
  });
});
