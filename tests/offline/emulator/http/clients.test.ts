import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { homeTenant, partnerTenant } from "../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";

const run = promisify(execFile);
const root = resolve(__dirname, "../../../..");
const log: string[] = [];

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ log: (line) => log.push(line) });
});
afterAll(() => emulator.stop());
beforeEach(() => {
  log.length = 0;
});

/** Runs a script as a client in a process of its own with the emulator's environment and nothing of ours but PATH. */
async function client(script: string, changes: Record<string, string> = {}): Promise<unknown> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", ...emulator.env, ...changes };
  const { stdout } = await run(process.execPath, ["-e", script], { env, cwd: root });
  return JSON.parse(stdout);
}

describe("Node's fetch with the emulator's environment", () => {
  it("meets the origin directly and a vault's host through CONNECT, trusting both certificates", async () => {
    const script = `(async () => {
      const metadata = await (await fetch("https://" + process.env.ARM_METADATA_HOSTNAME + "/metadata/endpoints?api-version=2022-09-01")).json();
      const vault = await fetch("https://fabrikam-partner-access." + metadata.suffixes.keyVaultDns + "/secrets?api-version=7.4");
      console.log(JSON.stringify({ arm: metadata.resourceManager, status: vault.status, challenge: vault.headers.get("www-authenticate") }));
    })()`;
    expect(await client(script)).toEqual({
      arm: emulator.origin,
      status: 401,
      challenge: expect.stringContaining(`authorization="${emulator.origin}/${homeTenant.id}"`),
    });
  });

  it("does not trust it without our certificate authority", async () => {
    const script = `fetch(${JSON.stringify(emulator.origin)}).then(() => "met", (error) => error.cause.code).then((x) => console.log(JSON.stringify(x)))`;
    expect(await client(script, { NODE_EXTRA_CA_CERTS: "/dev/null" })).toMatch(
      /UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/,
    );
  });

  it("reaches nothing else through the proxy", async () => {
    const script = `fetch("https://example.com/").then((r) => r.status, (error) => String(error.cause?.code ?? error)).then((x) => console.log(JSON.stringify(x)))`;
    expect(await client(script)).not.toBe(200);
    expect(log).toEqual(["refused: CONNECT example.com:443 is no service of the emulator"]);
  });
});

describe("the CONNECT port", () => {
  const ask = (line: string) =>
    new Promise<string>((done, failed) => {
      const socket = connect(Number(new URL(emulator.proxy).port), "127.0.0.1", () =>
        socket.write(`${line}\r\nhost: x\r\n\r\n`),
      );
      socket.once("data", (data) => {
        socket.destroy();
        done(data.toString().split("\r\n")[0] ?? "");
      });
      socket.once("error", failed);
    });

  it.each([
    ["CONNECT any.vault.emulator.test:443 HTTP/1.1", "HTTP/1.1 200 Connection Established"],
    ["CONNECT login.microsoftonline.com:443 HTTP/1.1", "HTTP/1.1 200 Connection Established"],
    ["CONNECT any.vault.emulator.test:80 HTTP/1.1", "HTTP/1.1 403 Forbidden"],
    ["CONNECT vault.emulator.test.example.com:443 HTTP/1.1", "HTTP/1.1 403 Forbidden"],
    ["CONNECT graph.microsoft.com:443 HTTP/1.1", "HTTP/1.1 200 Connection Established"],
    ["CONNECT management.azure.com:443 HTTP/1.1", "HTTP/1.1 200 Connection Established"],
    ["CONNECT api.partnercenter.microsoft.com:443 HTTP/1.1", "HTTP/1.1 200 Connection Established"],
    ["CONNECT graph.microsoft.com.example.com:443 HTTP/1.1", "HTTP/1.1 403 Forbidden"],
    ["CONNECT graph.microsoft.us:443 HTTP/1.1", "HTTP/1.1 403 Forbidden"],
    ["CONNECT 127.0.0.1:22 HTTP/1.1", "HTTP/1.1 403 Forbidden"],
    ["GET http://example.com/ HTTP/1.1", "HTTP/1.1 403 Forbidden"],
  ])("answers %s with %s", async (line, expected) => {
    expect(await ask(line)).toBe(expected);
  });

  it("leads Microsoft's own host names to the services they stand for, and to no other", async () => {
    const token = await emulator.tokenOf("partner-deployer", "https://graph.microsoft.com");
    const graph = await emulator.call("GET", "https://graph.microsoft.com/v1.0/applications?$top=1", { token });
    expect(graph.status).toBe(200);
    // Links lead back to where the caller sends its token.
    expect(graph.body["@odata.nextLink"]).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/applications\?/);
    const path = `/${partnerTenant.id}/oauth2/v2.0/token`;
    const login = await emulator.call("POST", `https://login.microsoftonline.com${path}`, {
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    expect(login.body.error).toBe("invalid_request");
    const arm = await emulator.call("GET", "https://management.azure.com/tenants?api-version=2022-12-01", {
      token: await emulator.tokenOf("home-deployer", "https://management.azure.com"),
    });
    expect(arm.body.value[0].tenantId).toBe(homeTenant.id);
    for (const [method, address] of [
      ["GET", "https://graph.microsoft.com/subscriptions"],
      ["POST", `https://graph.microsoft.com${path}`],
      ["GET", "https://management.azure.com/v1.0/applications"],
      ["GET", "https://login.microsoftonline.com/v1.0/applications"],
      ["GET", "https://api.partnercenter.microsoft.com/v1.0/applications"],
    ] as const) {
      expect([address, (await emulator.call(method, address)).status]).toEqual([address, 501]);
    }
  });
});

describe("Microsoft's identity library", () => {
  it("gets a token with ClientSecretCredential, discovery included, and with what the environment says", async () => {
    const script = `const { ClientSecretCredential, EnvironmentCredential } = require("@azure/identity");
    (async () => {
      const { ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET, AZURE_AUTHORITY_HOST: authorityHost } = process.env;
      const partner = await new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET, { authorityHost }).getToken("https://graph.microsoft.com/.default");
      const home = await new EnvironmentCredential().getToken("https://vault.emulator.test/.default");
      const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
      console.log(JSON.stringify([partner, home].map(({ token }) => [claims(token).tid, claims(token).aud])));
    })()`;
    expect(await client(script)).toEqual([
      [partnerTenant.id, "https://graph.microsoft.com"],
      [homeTenant.id, "https://vault.emulator.test"],
    ]);
    const journal = await emulator.control("GET", "journal");
    expect(journal.map(({ path }: { path: string }) => path)).toContain("/common/discovery/instance");
  });

  it("gets one with ClientAssertionCredential and the pipeline's token", async () => {
    const script = `const { ClientAssertionCredential } = require("@azure/identity");
    (async () => {
      const { ARM_TENANT_ID, ARM_CLIENT_ID, ARM_OIDC_TOKEN, AZURE_AUTHORITY_HOST: authorityHost } = process.env;
      const credential = new ClientAssertionCredential(ARM_TENANT_ID, ARM_CLIENT_ID, async () => ARM_OIDC_TOKEN, { authorityHost });
      console.log(JSON.stringify((await credential.getToken("https://graph.microsoft.com/.default")).token.split(".").length));
    })()`;
    expect(await client(script)).toBe(3);
  });

  it("names Entra's error for a wrong secret", async () => {
    const script = `const { ClientSecretCredential } = require("@azure/identity");
    const { ARM_TENANT_ID, ARM_CLIENT_ID, AZURE_AUTHORITY_HOST: authorityHost } = process.env;
    new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, "wrong", { authorityHost }).getToken("https://graph.microsoft.com/.default")
      .catch((error) => console.log(JSON.stringify(error.message)));`;
    expect(await client(script)).toContain("AADSTS7000215");
  });
});

describe("other clients", () => {
  const find = (command: string) =>
    run("which", [command]).then(
      () => true,
      () => false,
    );

  it("such as curl trust the bundle and take the proxy", async () => {
    if (!(await find("curl"))) return;
    const env = { PATH: process.env["PATH"] ?? "", ...emulator.env };
    const write = ["-s", "-o", "/dev/null", "-w", "%{http_code} "];
    const { stdout } = await run(
      "curl",
      [...write, `${emulator.origin}/contoso.example/v2.0/.well-known/openid-configuration`],
      { env },
    );
    const vault = await run(
      "curl",
      [...write, "https://fabrikam-partner-access.vault.emulator.test/secrets?api-version=7.4"],
      { env },
    );
    expect([stdout, vault.stdout]).toEqual(["200 ", "401 "]);
  });

  it("such as Python trust the bundle and take the proxy", async () => {
    if (!(await find("python3"))) return;
    const script = `
import urllib.request, urllib.error, os
print(urllib.request.urlopen("https://" + os.environ["ARM_METADATA_HOSTNAME"] + "/metadata/endpoints?api-version=2019-05-01").status)
try:
    urllib.request.urlopen("https://fabrikam-partner-access.vault.emulator.test/secrets?api-version=7.4")
except urllib.error.HTTPError as error:
    print(error.code)
`;
    const env = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...emulator.env };
    const { stdout } = await run("python3", ["-c", script], { env });
    expect(stdout.split("\n")).toEqual(["200", "401", ""]);
  });
});

describe("what the environment holds", () => {
  it("is the network part and nothing that points beyond loopback", () => {
    const { origin, env } = emulator;
    expect(env).toMatchObject({
      ARM_CLIENT_ID: partnerTenant.deployer.clientId,
      ARM_TENANT_ID: partnerTenant.id,
      ARM_METADATA_HOSTNAME: new URL(origin).host,
      AZURE_CLIENT_ID: homeTenant.deployer.clientId,
      AZURE_TENANT_ID: homeTenant.id,
      AZURE_AUTHORITY_HOST: origin,
      HTTPS_PROXY: emulator.proxy,
      NODE_USE_ENV_PROXY: "1",
      NO_PROXY: "localhost,127.0.0.1",
      PARTNER_ACCESS_PARTNER_CENTER: origin,
      ARM_CLOUD_METADATA_URL: `${origin}/metadata/endpoints?api-version=2019-05-01`,
      AZURE_CONFIG_DIR: expect.stringContaining("partner-access-ca-"),
    });
    expect(env["ARM_CLIENT_SECRET"]).toBe(env["AZURE_CLIENT_SECRET"]);
    const { administrator } = emulator.secrets;
    expect(Object.values(env)).not.toContain(administrator);
  });

  it("names a bundle with the system's roots and ours", () => {
    const bundle = readFileSync(emulator.env["SSL_CERT_FILE"] ?? "", "utf8");
    const own = readFileSync(emulator.caFile, "utf8");
    expect(bundle.endsWith(own)).toBe(true);
    expect(bundle.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
    expect(own.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  });
});
