type Environment = Readonly<Record<string, string | undefined>>;

/** How the partner identity signs in, as the variables ask for it. */
export type ArmSignIn =
  | {
      readonly kind: "certificate";
      readonly clientId: string;
      readonly path: string;
      readonly password: string | undefined;
    }
  | { readonly kind: "secret"; readonly clientId: string; readonly secret: string }
  | { readonly kind: "assertion"; readonly clientId: string; readonly assertion: () => string }
  | { readonly kind: "pipeline"; readonly clientId: string; readonly request: PipelineRequest }
  | { readonly kind: "managed-identity"; readonly clientId: string | undefined }
  | { readonly kind: "azure-cli" };

/** Where a pipeline gives a token for this job. */
export interface PipelineRequest {
  readonly url: string;
  readonly bearer: string;
  /** Azure DevOps gives tokens per service connection; GitHub per job. */
  readonly serviceConnectionId: string | undefined;
}

/** A sign-in that the variables ask for and that cannot be had. Never answered with another identity. */
export class SignInSettingsError extends Error {
  readonly code = "sign-in-settings";
  readonly isTemporary = false;

  constructor(readonly problems: readonly string[]) {
    super(`the sign-in that the environment asks for is not possible: ${problems.join("; ")}`);
    this.name = "SignInSettingsError";
  }
}

const REQUEST_URLS = ["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", "SYSTEM_OIDCREQUESTURI"];
const REQUEST_TOKENS = ["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN"];
const SERVICE_CONNECTIONS = ["ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"];

/**
 * Reads `ARM_*` as the azuread provider does, in its order: certificate, secret, OIDC token, the pipeline's token service, managed identity,
 * Azure CLI. Throws all problems at once.
 * Source: https://www.pulumi.com/registry/packages/azuread/installation-configuration/ and the provider's own schema.
 */
export function readArmSignIn(env: Environment, readFile: (path: string) => string): ArmSignIn {
  const reader = createReader(env, readFile);
  const signIn = wanted(reader);
  if (reader.problems.length > 0 || signIn === undefined) throw new SignInSettingsError(reader.problems);
  return signIn;
}

type Reader = ReturnType<typeof createReader>;

function wanted(reader: Reader): ArmSignIn | undefined {
  const { text, first, flag, fileOr, demandClientId } = reader;
  const [useOidc, useMsi, useCli] = [
    flag("ARM_USE_OIDC", false),
    flag("ARM_USE_MSI", false),
    flag("ARM_USE_CLI", true),
  ];
  if (text("ARM_CLIENT_CERTIFICATE") !== undefined || text("ARM_CLIENT_CERTIFICATE_PATH") !== undefined) {
    return certificate(reader);
  }
  const secret = fileOr("ARM_CLIENT_SECRET", "ARM_CLIENT_SECRET_FILE_PATH");
  if (secret !== undefined)
    return withClientId(demandClientId("ARM_CLIENT_SECRET"), (clientId) => ({
      kind: "secret",
      clientId,
      secret: secret(),
    }));
  if (useOidc) return oidc(reader);
  if (useMsi) return { kind: "managed-identity", clientId: text("ARM_CLIENT_ID") };
  if (useCli) return { kind: "azure-cli" };
  const asked = first(["ARM_CLIENT_ID"]) === undefined ? "" : " for ARM_CLIENT_ID";
  reader.problems.push(`ARM_USE_CLI is false, and nothing else is set${asked}: set ARM_USE_OIDC or ARM_CLIENT_SECRET`);
  return undefined;
}

function oidc(reader: Reader): ArmSignIn | undefined {
  const { first, fileOr, demandClientId, problems } = reader;
  const clientId = demandClientId("ARM_USE_OIDC");
  const assertion = fileOr("ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH");
  if (assertion !== undefined) return withClientId(clientId, (id) => ({ kind: "assertion", clientId: id, assertion }));
  const [url, bearer] = [first(REQUEST_URLS), first(REQUEST_TOKENS)];
  const serviceConnectionId = first(SERVICE_CONNECTIONS)?.value;
  if (url === undefined || bearer === undefined) {
    const missing = [url ?? REQUEST_URLS.join(" or "), bearer ?? REQUEST_TOKENS.join(" or ")];
    const names = missing.filter((it) => typeof it === "string").join(", and ");
    problems.push(`ARM_USE_OIDC is set, and there is no ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH, nor ${names}`);
    return undefined;
  }
  if (!URL.canParse(url.value))
    problems.push(`${url.name} must be an address like https://…, got ${JSON.stringify(url.value)}`);
  if (url.name === "SYSTEM_OIDCREQUESTURI" && serviceConnectionId === undefined) {
    problems.push(`${SERVICE_CONNECTIONS[0]} is not set: Azure DevOps gives tokens for a service connection only`);
  }
  const request = { url: url.value, bearer: bearer.value, serviceConnectionId };
  return withClientId(clientId, (id) => ({ kind: "pipeline", clientId: id, request }));
}

function certificate({ text, read, demandClientId, problems }: Reader): ArmSignIn | undefined {
  const path = text("ARM_CLIENT_CERTIFICATE_PATH");
  const clientId = demandClientId("a client certificate");
  if (path === undefined) {
    problems.push(
      "ARM_CLIENT_CERTIFICATE holds a PKCS#12 bundle, which the azuread provider reads and the commands cannot: use ARM_USE_OIDC, which both understand",
    );
    return undefined;
  }
  try {
    const lack = pemLack(read("ARM_CLIENT_CERTIFICATE_PATH", path));
    if (lack !== undefined) problems.push(`ARM_CLIENT_CERTIFICATE_PATH names ${path}, ${lack}`);
  } catch (error) {
    if (!(error instanceof SignInSettingsError)) throw error;
    problems.push(...error.problems);
  }
  const password = text("ARM_CLIENT_CERTIFICATE_PASSWORD");
  return withClientId(clientId, (id) => ({ kind: "certificate", clientId: id, path, password }));
}

/**
 * What keeps the commands from signing in with a certificate file. Microsoft's library for Node reads PEM only, the azuread provider PKCS#12
 * only (its `clientCertificatePath`), so one file never serves both.
 */
function pemLack(text: string): string | undefined {
  const otherwise = "use ARM_USE_OIDC, which commands and providers both understand";
  if (!text.includes("-----BEGIN ")) {
    return `which is no PEM file: the azuread provider reads a PKCS#12 bundle (.pfx, .p12) there, the commands a PEM file with certificate and private key only; ${otherwise}`;
  }
  const missing = [
    !text.includes("-----BEGIN CERTIFICATE-----") && "certificate",
    !/-----BEGIN (?:\w+ )*PRIVATE KEY-----/.test(text) && "private key",
  ].filter(Boolean);
  return missing.length === 0
    ? undefined
    : `which holds no ${missing.join(" and no ")}: put both into it, or ${otherwise}`;
}

function withClientId<T>(clientId: string | undefined, make: (clientId: string) => T): T | undefined {
  return clientId === undefined ? undefined : make(clientId);
}

/** `strconv.ParseBool` of Go, which the providers read flags with. */
const TRUE = ["1", "t", "T", "TRUE", "true", "True"];
const FALSE = ["0", "f", "F", "FALSE", "false", "False"];

function createReader(env: Environment, readFile: (path: string) => string) {
  const problems: string[] = [];
  // The providers take an empty variable for none, and a pipeline easily sets one.
  const text = (name: string) => env[name]?.trim() || undefined;
  const first = (names: readonly string[]) =>
    names.flatMap((name) => (text(name) === undefined ? [] : [{ name, value: text(name) ?? "" }]))[0];
  const read = (variable: string, path: string): string => {
    try {
      return readFile(path).trim();
    } catch (error) {
      const { code } = error as { code?: string };
      throw new SignInSettingsError([`${variable} names ${path}, which cannot be read (${code ?? "unknown error"})`]);
    }
  };
  /** A value, or a file's content, read again at each call: what a platform writes there is renewed. Both must say the same. */
  const fileOr = (name: string, pathName: string): (() => string) | undefined => {
    const [value, path] = [text(name), text(pathName)];
    if (path === undefined) return value === undefined ? undefined : () => value;
    let inFile = "";
    try {
      inFile = read(pathName, path);
      if (inFile === "") problems.push(`${pathName} names ${path}, which is empty`);
      if (value !== undefined && value !== inFile)
        problems.push(`${name} differs from the content of ${pathName}: remove one`);
    } catch (error) {
      if (!(error instanceof SignInSettingsError)) throw error;
      problems.push(...error.problems);
    }
    return () => read(pathName, path);
  };
  const flag = (name: string, standard: boolean): boolean => {
    const value = text(name);
    if (value === undefined || TRUE.includes(value) || FALSE.includes(value)) {
      return value === undefined ? standard : TRUE.includes(value);
    }
    problems.push(`${name} must be true or false, got ${JSON.stringify(value)}`);
    return standard;
  };
  const demandClientId = (reason: string): string | undefined => {
    const clientId = fileOr("ARM_CLIENT_ID", "ARM_CLIENT_ID_FILE_PATH")?.();
    if (clientId === undefined)
      problems.push(`${reason} is set, and ARM_CLIENT_ID (or ARM_CLIENT_ID_FILE_PATH) is not`);
    return clientId;
  };
  return { problems, text, first, flag, read, fileOr, demandClientId };
}
