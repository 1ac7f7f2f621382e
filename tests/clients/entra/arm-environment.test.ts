import { readArmSignIn, type SignInSettingsError } from "../../../clients/entra/arm-environment";
import { partnerCredential } from "../../../clients/entra/sign-in";

const files: Readonly<Record<string, string>> = {
  "/token": "file-assertion\n",
  "/id": "client\n",
  "/secret": "s3\n",
  "/empty": " ",
  "/c.pem":
    "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n",
  "/encrypted.pem":
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII\n-----END ENCRYPTED PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n",
  "/key.pem": "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\n",
  "/certificate.pem": "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n",
  // The first bytes of a PKCS#12 bundle, as text.
  "/bundle.pfx": "0\ufffd\n\u0002\u0001\u00030\ufffd",
};
const readFile = (path: string) => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
  return text;
};
const read = (env: Readonly<Record<string, string>>) => readArmSignIn(env, readFile);
const problems = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    return [`signed in by ${read(env).kind}`];
  } catch (error) {
    return (error as SignInSettingsError).problems;
  }
};
const github = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.example/t", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer" };
const azure = { SYSTEM_OIDCREQUESTURI: "https://dev.example/oidctoken", SYSTEM_ACCESSTOKEN: "bearer" };
const oidc = { ARM_CLIENT_ID: "client", ARM_USE_OIDC: "true" };

describe("the partner sign-in", () => {
  it.each(["1", "t", "T", "TRUE", "true", "True", " true "])(
    "takes ARM_USE_OIDC=%j for yes, as the providers do",
    (flag) => {
      expect(read({ ...oidc, ARM_USE_OIDC: flag, ARM_OIDC_TOKEN: "a" })).toMatchObject({ kind: "assertion" });
    },
  );

  it.each(["0", "f", "F", "FALSE", "false", "False", ""])("takes ARM_USE_OIDC=%j for no", (flag) => {
    expect(read({ ...oidc, ARM_USE_OIDC: flag, ARM_OIDC_TOKEN: "a" })).toEqual({ kind: "azure-cli" });
  });

  it.each([
    [
      "an encrypted certificate before a secret",
      { ...oidc, ARM_CLIENT_CERTIFICATE_PATH: "/encrypted.pem", ARM_CLIENT_SECRET: "s" },
      "certificate",
    ],
    [
      "a certificate before a secret",
      { ...oidc, ARM_CLIENT_CERTIFICATE_PATH: "/c.pem", ARM_CLIENT_SECRET: "s" },
      "certificate",
    ],
    ["a secret before a token", { ...oidc, ARM_CLIENT_SECRET: "s", ARM_OIDC_TOKEN: "a" }, "secret"],
    [
      "a token beside a variable that a pipeline left empty",
      { ...oidc, ARM_CLIENT_SECRET: "", ARM_OIDC_TOKEN: "a" },
      "assertion",
    ],
    ["a token before the pipeline's service", { ...oidc, ...github, ARM_OIDC_TOKEN: "a" }, "assertion"],
    ["the pipeline's service before a managed identity", { ...oidc, ...github, ARM_USE_MSI: "true" }, "pipeline"],
    ["a managed identity before the Azure CLI", { ARM_CLIENT_ID: "client", ARM_USE_MSI: "1" }, "managed-identity"],
    ["the Azure CLI where nothing else is asked for", {}, "azure-cli"],
  ] as const)("takes %s", (_, env, kind) => {
    expect(read(env).kind).toBe(kind);
  });

  it("reads client id, secret and token from files, and a renewed token anew", () => {
    const byFile = { ARM_CLIENT_ID_FILE_PATH: "/id" };
    expect(read({ ...byFile, ARM_CLIENT_SECRET_FILE_PATH: "/secret" })).toEqual({
      kind: "secret",
      clientId: "client",
      secret: "s3",
    });
    let text = "first";
    const signIn = readArmSignIn({ ...byFile, ARM_USE_OIDC: "1", ARM_OIDC_TOKEN_FILE_PATH: "/token" }, (path) =>
      path === "/id" ? "client" : text,
    );
    text = "second";
    expect(signIn.kind === "assertion" && signIn.assertion()).toBe("second");
  });

  it("asks GitHub for the job's token, and Azure DevOps for that of a service connection", () => {
    expect(read({ ...oidc, ...github })).toMatchObject({
      request: { url: "https://github.example/t", bearer: "bearer", serviceConnectionId: undefined },
    });
    expect(read({ ...oidc, ...azure, ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "connection" })).toMatchObject({
      request: { url: "https://dev.example/oidctoken", bearer: "bearer", serviceConnectionId: "connection" },
    });
    expect(
      read({ ...oidc, ...github, ARM_OIDC_REQUEST_URL: "https://own.example/", ARM_OIDC_REQUEST_TOKEN: "own" }),
    ).toMatchObject({
      request: { url: "https://own.example/", bearer: "own" },
    });
  });

  it.each([
    ["no client id for a token", { ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "a" }, /ARM_CLIENT_ID/],
    ["no client id for a secret", { ARM_CLIENT_SECRET: "a" }, /ARM_CLIENT_ID/],
    ["no client id for a certificate", { ARM_CLIENT_CERTIFICATE_PATH: "/c.pem" }, /ARM_CLIENT_ID/],
    ["no token and no request URL", { ...oidc, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "b" }, /ACTIONS_ID_TOKEN_REQUEST_URL/],
    [
      "no request token",
      { ...oidc, ACTIONS_ID_TOKEN_REQUEST_URL: "https://x.example" },
      /ACTIONS_ID_TOKEN_REQUEST_TOKEN/,
    ],
    ["no service connection", { ...oidc, ...azure }, /ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID/],
    [
      "a request URL that is none",
      { ...oidc, ...github, ARM_OIDC_REQUEST_URL: "nowhere" },
      /ARM_OIDC_REQUEST_URL.*"nowhere"/,
    ],
    [
      "a token file that is not there",
      { ...oidc, ARM_OIDC_TOKEN_FILE_PATH: "/gone" },
      /ARM_OIDC_TOKEN_FILE_PATH names \/gone.*ENOENT/,
    ],
    [
      "an empty token file",
      { ...oidc, ARM_OIDC_TOKEN_FILE_PATH: "/empty" },
      /ARM_OIDC_TOKEN_FILE_PATH names \/empty, which is empty/,
    ],
    [
      "a secret file that is not there",
      { ARM_CLIENT_ID: "c", ARM_CLIENT_SECRET_FILE_PATH: "/gone" },
      /ARM_CLIENT_SECRET_FILE_PATH/,
    ],
    [
      "a client id file that is not there",
      { ...oidc, ARM_OIDC_TOKEN: "a", ARM_CLIENT_ID: "", ARM_CLIENT_ID_FILE_PATH: "/gone" },
      /ARM_CLIENT_ID_FILE_PATH/,
    ],
    [
      "two client ids",
      { ...oidc, ARM_OIDC_TOKEN: "a", ARM_CLIENT_ID: "other", ARM_CLIENT_ID_FILE_PATH: "/id" },
      /ARM_CLIENT_ID differs/,
    ],
    [
      "a flag that is none",
      { ...oidc, ARM_USE_OIDC: "yes", ARM_OIDC_TOKEN: "a" },
      /ARM_USE_OIDC must be true or false, got "yes"/,
    ],
    [
      "a bundle that cannot be read here",
      { ARM_CLIENT_ID: "c", ARM_CLIENT_CERTIFICATE: "TUk=", ARM_CLIENT_CERTIFICATE_PATH: "" },
      /ARM_CLIENT_CERTIFICATE holds/,
    ],
    [
      "a bundle under a path",
      { ARM_CLIENT_ID: "c", ARM_CLIENT_CERTIFICATE_PATH: "/bundle.pfx" },
      /^ARM_CLIENT_CERTIFICATE_PATH names \/bundle\.pfx, which is no PEM file: .*\.pfx.*PEM file with certificate and private key only; use ARM_USE_OIDC/,
    ],
    [
      "a certificate file without a key",
      { ARM_CLIENT_ID: "c", ARM_CLIENT_CERTIFICATE_PATH: "/certificate.pem" },
      /^ARM_CLIENT_CERTIFICATE_PATH names \/certificate\.pem, which holds no private key/,
    ],
    [
      "a key without a certificate",
      { ARM_CLIENT_ID: "c", ARM_CLIENT_CERTIFICATE_PATH: "/key.pem" },
      /^ARM_CLIENT_CERTIFICATE_PATH names \/key\.pem, which holds no certificate/,
    ],
    [
      "a certificate file that is not there",
      { ARM_CLIENT_ID: "c", ARM_CLIENT_CERTIFICATE_PATH: "/gone.pem" },
      /^ARM_CLIENT_CERTIFICATE_PATH names \/gone\.pem, which cannot be read \(ENOENT\)/,
    ],
    ["nothing at all", { ARM_USE_CLI: "false" }, /ARM_USE_CLI/],
  ] as const)("is an error that names the variable with %s, and never the Azure CLI", (_, env, named) => {
    expect(problems(env).join("\n")).toMatch(named);
  });

  it("fails at its first token, so that a command that needs none still runs", async () => {
    const credential = partnerCredential({ ARM_USE_OIDC: "1" }, "tenant", "https://login.example");
    await expect(credential.getToken("https://graph.example/.default")).rejects.toMatchObject({
      code: "sign-in-settings",
      isTemporary: false,
      message: expect.stringContaining("ARM_CLIENT_ID"),
    });
  });
});
