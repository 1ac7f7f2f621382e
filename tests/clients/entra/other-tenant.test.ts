import { unknownClientWords } from "../../../clients/entra/other-tenant";
import { partnerCredential } from "../../../clients/entra/sign-in";
import { homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { callCommand } from "../../support/command-call";
import { startTestEmulator, type TestEmulator } from "../../support/emulator";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

const both = "set ARM_CLIENT_ID to an identity of that tenant, and ARM_TENANT_ID to its id";

describe("an identity of another tenant", () => {
  it("is refused before anything is asked where ARM_TENANT_ID shows it", async () => {
    const asked: unknown[] = [];
    const fetch = async (url: unknown) => {
      asked.push(url);
      throw new Error("nothing may be asked");
    };
    const env = { ARM_CLIENT_ID: "a", ARM_CLIENT_SECRET: "b", ARM_TENANT_ID: homeTenant.id };
    const credential = partnerCredential(env, partnerTenant.id, "https://localhost:1", { fetch: fetch as never });
    await expect(credential.getToken("https://graph.microsoft.com/.default")).rejects.toThrow(
      `the identity is of tenant ${homeTenant.id}, and the partner tenant is ${partnerTenant.id}: ${both}`,
    );
    expect(asked).toEqual([]);
  });

  it.each([
    ["both variables", { ARM_CLIENT_ID: homeTenant.deployer.clientId, ARM_TENANT_ID: homeTenant.id }],
    ["the client id alone", { ARM_CLIENT_ID: homeTenant.deployer.clientId }],
  ])("is told with both variables by every command that signs in, when %s are another tenant's", async (_what, env) => {
    for (const argv of [
      ["preflight", "-s", "dev"],
      ["stop", "-s", "dev", "--yes", "--client-id", partnerTenant.deployer.clientId],
      ["catalog", "refresh", "-s", "dev", "--api", "00000002-0000-0ff1-ce00-000000000000"],
    ]) {
      const { stdout, stderr } = await callCommand(argv, { ...emulator.env, ...env });
      expect({ argv, told: `${stdout}${stderr}`.replaceAll("\n", " ") }).toEqual({
        argv,
        told: expect.stringContaining(both),
      });
    }
  });

  it.each([
    ["as the azuread provider quotes it", '{"error":"unauthorized_client","error_description":"'],
    ["as Microsoft's library says it", "invalid_client: Error(s): 700016 - "],
  ])("keeps Entra's name of the request, %s", (_who, before) => {
    const client = homeTenant.deployer.clientId;
    const said = (identifier: string) =>
      `${before}AADSTS700016: Application with identifier '${identifier}' was not found in the directory 'Contoso'. Trace ID: ` +
      "0c1e3e5a-0000-4000-8000-000000000001 Correlation ID: 0c1e3e5a-0000-4000-8000-000000000002 Timestamp: 2026-01-01 00:00:00Z";
    expect(unknownClientWords(said(client))).toBe(
      `AADSTS700016, client id ${client}, correlation id 0c1e3e5a-0000-4000-8000-000000000002`,
    );
    // A secret that stands in ARM_CLIENT_ID by mistake is echoed by Entra, and not by us.
    expect(unknownClientWords(said("a~secret"))).not.toContain("a~secret");
    expect(unknownClientWords("AADSTS7000215: Invalid client secret provided.")).toBeUndefined();
  });
});
