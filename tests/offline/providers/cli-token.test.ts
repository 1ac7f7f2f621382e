import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestCliToken } from "../../../offline/providers/cli-token";
import { createSettings, readIdentity } from "../../../offline/providers/settings";

const folder = mkdtempSync(join(tmpdir(), "az-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = { PATH: folder, ARM_CLOUD_METADATA_URL: "https://localhost:8443/metadata/endpoints" };

function azThat(script: string): void {
  writeFileSync(join(folder, "az"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "az"), 0o755);
}

describe("a stand-in that takes the Azure CLI's sign-in", () => {
  it("asks as the real plugins do", async () => {
    azThat(`echo '{"accessToken":"'"$*"'","expires_on":4102444800}'`);
    const { accessToken, lifetimeSeconds } = await requestCliToken(environment, "tenant", "https://graph.example");
    expect(accessToken).toBe("account get-access-token --output json --resource https://graph.example --tenant tenant");
    expect(lifetimeSeconds).toBeGreaterThan(3600);
  });

  it("says what the CLI said, and where there is none", async () => {
    azThat("echo 'Please run az login' >&2; exit 1");
    await expect(requestCliToken(environment, "t", "a")).rejects.toThrow("for a: Please run az login. Sign in with");
    azThat("echo '{}'");
    await expect(requestCliToken(environment, "t", "a")).rejects.toThrow("its answer holds none");
    rmSync(join(folder, "az"));
    await expect(requestCliToken(environment, "t", "a")).rejects.toThrow("there is no az on PATH");
  });

  it("asks no CLI that could be signed in to a real tenant", async () => {
    azThat('echo \'{"accessToken":"real"}\'');
    await expect(requestCliToken({ PATH: folder }, "t", "a")).rejects.toThrow("on this machine only");
  });

  it("takes it only where neither client id nor proof is given", () => {
    const options = { readsTokenFile: true, asksAzureDevOps: true, environment };
    const read = (given: Record<string, string>) => readIdentity(createSettings({ tenantId: "t" }, given), options);
    expect(read({})).toEqual({
      tenantId: "t",
      clientId: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
      proof: { cli: environment },
    });
    expect(() => read({ ARM_CLIENT_ID: "c" })).toThrow("a proof of identity is missing");
  });
});
