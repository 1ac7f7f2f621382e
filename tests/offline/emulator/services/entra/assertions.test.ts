import { createHash, createPrivateKey, generateKeyPairSync } from "node:crypto";
import { decodeJwt, SignJWT } from "jose";
import { createAuthority, issueCertificate } from "../../../../../offline/emulator/http/certificates";
import { partnerTenant } from "../../../../../offline/emulator/seed/constants";
import { pipelineSubjects } from "../../../../../offline/emulator/seed/seed";
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

const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const shown = ({ status, body }: CallResult) => [status, body.error, body.error_codes?.[0]];

function ask(clientId: string, assertion: string, changes: Record<string, string> = {}): Promise<CallResult> {
  return emulator.requestToken({
    client_id: clientId,
    client_assertion: assertion,
    client_assertion_type: type,
    grant_type: "client_credentials",
    scope: "https://graph.microsoft.com/.default",
    ...changes,
  });
}

describe("a pipeline's token", () => {
  const { clientId } = partnerTenant.deployer;
  const issue = emulatorIssue();
  function emulatorIssue() {
    return (subject: string = pipelineSubjects.deployer, options = {}) => emulator.issuePipelineToken(subject, options);
  }

  it("proves an application that trusts its issuer, subject and audience", async () => {
    const { status, body } = await ask(clientId, await issue());
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({ appid: clientId, appidacr: "2" });
  });

  it("is in the environment, made to outlive every move of the clock", async () => {
    await emulator.control("POST", "clock", { advance: "P400D" });
    expect((await ask(clientId, emulator.env["ARM_OIDC_TOKEN"] ?? "")).status).toBe(200);
  });

  it("is refused for another subject, audience or issuer, each in its own words", async () => {
    expect(shown(await ask(clientId, await issue("repo:other/repo:environment:apply")))).toEqual([
      401,
      "invalid_client",
      700213,
    ]);
    expect(shown(await ask(clientId, await issue(pipelineSubjects.deployer.toUpperCase())))).toEqual([
      401,
      "invalid_client",
      700213,
    ]);
    expect(shown(await ask(clientId, await issue(undefined, { audience: "api://other" })))).toEqual([
      401,
      "invalid_client",
      700212,
    ]);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const foreign = new SignJWT({
      sub: pipelineSubjects.deployer,
      iss: "https://issuer.example",
      aud: "api://AzureADTokenExchange",
    });
    const signed = await foreign.setExpirationTime("5m").setProtectedHeader({ alg: "RS256" }).sign(privateKey);
    expect(shown(await ask(clientId, signed))).toEqual([401, "invalid_client", 700211]);
  });

  it("is refused when somebody else signed it, or when it is too old", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const forged = new SignJWT({
      sub: pipelineSubjects.deployer,
      iss: `${emulator.origin}/_issuer`,
      aud: "api://AzureADTokenExchange",
    });
    const signed = await forged.setExpirationTime("5m").setProtectedHeader({ alg: "RS256" }).sign(privateKey);
    expect(shown(await ask(clientId, signed))).toEqual([401, "invalid_client", 50013]);
    expect(shown(await ask(clientId, await issue(undefined, { lifetimeSeconds: -3600 })))).toEqual([
      401,
      "invalid_client",
      700024,
    ]);
  });

  it("is refused where nothing is federated, and when it is no token at all", async () => {
    expect(shown(await ask(partnerTenant.administrator.clientId, await issue()))).toEqual([
      401,
      "invalid_client",
      70021,
    ]);
    expect(shown(await ask(clientId, "nonsense"))).toEqual([400, "invalid_request", 50027]);
    expect(shown(await ask(clientId, await issue(), { client_assertion_type: "other" }))).toEqual([
      400,
      "invalid_request",
      50027,
    ]);
  });

  it("is signed with keys that the issuer publishes", async () => {
    const configuration = await emulator.call("GET", "/_issuer/.well-known/openid-configuration");
    expect(configuration.body.issuer).toBe(`${emulator.origin}/_issuer`);
    const { keys } = (await emulator.call("GET", configuration.body.jwks_uri)).body;
    expect(keys).toMatchObject([{ kty: "RSA", alg: "RS256", kid: expect.any(String) }]);
    expect(Object.keys(keys[0])).not.toContain("d");
  });
});

describe("a certificate", () => {
  async function certificate(notAfter?: Date) {
    const algorithm = {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const issued = await issueCertificate(await createAuthority("test"), {
      subject: "client",
      publicKey: keys.publicKey,
      ...(notAfter === undefined ? {} : { notAfter }),
    });
    const exported = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
    const privateKey = createPrivateKey({ key: Buffer.from(exported), format: "der", type: "pkcs8" });
    return { privateKey, raw: Buffer.from(issued.rawData) };
  }

  async function register(raw: Buffer): Promise<string> {
    const as = "partner-deployer";
    const keyCredentials = [{ type: "AsymmetricX509Cert", usage: "Verify", key: raw.toString("base64") }];
    const made = await emulator.call("POST", "/v1.0/applications", {
      as,
      body: { displayName: "certified", keyCredentials },
    });
    expect(made.status).toBe(201);
    await emulator.call("POST", "/v1.0/servicePrincipals", { as, body: { appId: made.body.appId } });
    return made.body.appId;
  }

  function assertionFor(
    clientId: string,
    { privateKey, raw }: Awaited<ReturnType<typeof certificate>>,
    changes: Record<string, unknown> = {},
    alg = "PS256",
    padding = "",
  ) {
    const aud = `${emulator.origin}/${partnerTenant.id}/oauth2/v2.0/token`;
    const now = Math.floor(Date.now() / 1000);
    const header =
      alg === "PS256"
        ? { "x5t#S256": createHash("sha256").update(raw).digest("base64url") + padding }
        : { x5t: createHash("sha1").update(raw).digest("base64url") + padding };
    return new SignJWT({ aud, iss: clientId, sub: clientId, jti: "1", nbf: now, exp: now + 300, ...changes })
      .setProtectedHeader({ alg, ...header })
      .sign(createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" })));
  }

  it("registered on the application proves it, by SHA-256 and by SHA-1 thumbprint", async () => {
    const own = await certificate();
    const clientId = await register(own.raw);
    expect((await ask(clientId, await assertionFor(clientId, own))).status).toBe(200);
    expect((await ask(clientId, await assertionFor(clientId, own, {}, "RS256"))).status).toBe(200);
  });

  it("is also known by a padded thumbprint, as MSAL for Python writes it", async () => {
    const own = await certificate();
    const clientId = await register(own.raw);
    for (const alg of ["PS256", "RS256"]) {
      expect((await ask(clientId, await assertionFor(clientId, own, {}, alg, "="))).status).toBe(200);
    }
  });

  it("may be meant for the token endpoint under Microsoft's own host name", async () => {
    const own = await certificate();
    const clientId = await register(own.raw);
    const aud = (host: string) => ({ aud: `https://${host}/${partnerTenant.id}/oauth2/v2.0/token` });
    const here = await assertionFor(clientId, own, aud("login.microsoftonline.com"));
    expect((await ask(clientId, here)).status).toBe(200);
    const elsewhere = await assertionFor(clientId, own, aud("login.example"));
    expect(shown(await ask(clientId, elsewhere))).toEqual([401, "invalid_client", 700023]);
  });

  it("that is not registered, expired, or not the one that signed is refused", async () => {
    const own = await certificate();
    const clientId = await register(own.raw);
    const other = await certificate();
    expect(shown(await ask(clientId, await assertionFor(clientId, other)))).toEqual([401, "invalid_client", 700027]);
    expect(shown(await ask(clientId, await assertionFor(clientId, { ...other, raw: own.raw })))).toEqual([
      401,
      "invalid_client",
      700027,
    ]);
    const old = await certificate(new Date(Date.now() + 86_400_000));
    const oldClient = await register(old.raw);
    expect((await ask(oldClient, await assertionFor(oldClient, old))).status).toBe(200);
    await emulator.control("POST", "clock", { advance: "P3D" });
    expect(shown(await ask(oldClient, await assertionFor(oldClient, old)))).toEqual([401, "invalid_client", 700027]);
  });

  it("does not help an assertion for another audience, subject or time", async () => {
    const own = await certificate();
    const clientId = await register(own.raw);
    const refused = async (changes: Record<string, unknown>) =>
      shown(await ask(clientId, await assertionFor(clientId, own, changes)))[2];
    expect(await refused({ aud: "https://login.microsoftonline.com/x" })).toBe(700023);
    expect(await refused({ sub: partnerTenant.deployer.clientId })).toBe(700021);
    expect(await refused({ nbf: 1, exp: 2 })).toBe(700024);
  });
});
