import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ServiceError } from "../http/errors";
import type { HttpSettings } from "../http/exchange";
import { type ArmSignIn, readArmSignIn, SignInSettingsError } from "./arm-environment";
import { requestPipelineToken } from "./pipeline-token";

type Environment = Readonly<Record<string, string | undefined>>;
type PipelineSignIn = Extract<ArmSignIn, { kind: "pipeline" }>;

/**
 * Azure DevOps' tokens, offered on loopback the way GitHub offers its own: the azure-native plugin asks in GitHub's way only, and a token
 * that is handed over once is dead after ten minutes, while an update may take longer. Answers the environment for the engine and everything
 * it starts. The job's access token is not in it; a random one, which opens nothing but this relay, is.
 *
 * Anywhere but in a job of Azure DevOps that signs in by a service connection, the environment comes back as it is.
 */
export async function relayPipelineTokens(env: Environment, settings: HttpSettings = {}): Promise<Environment> {
  const signIn = connectionSignIn(env);
  if (signIn === undefined) return env;
  const bearer = randomBytes(32).toString("base64url");
  const server = createRelay(bearer, () => requestPipelineToken(signIn.request, settings));
  await new Promise<void>((ready, fail) => server.once("error", fail).listen(0, "127.0.0.1", ready)).catch(
    cannotListen,
  );
  // It serves as long as the command runs, and keeps no process alive by itself.
  server.on("connection", (socket) => socket.unref()).unref();
  const { port } = server.address() as AddressInfo;
  const {
    ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: _connection,
    ARM_OIDC_AZURE_SERVICE_CONNECTION_ID: _alias,
    SYSTEM_OIDCREQUESTURI: _address,
    SYSTEM_ACCESSTOKEN: _token,
    ...rest
  } = env;
  return { ...rest, ARM_OIDC_REQUEST_URL: `http://127.0.0.1:${port}/token`, ARM_OIDC_REQUEST_TOKEN: bearer };
}

function cannotListen({ code, message }: NodeJS.ErrnoException): never {
  throw new ServiceError({
    ...{ service: "Azure DevOps", operation: "tokens for this job", outcome: "not-asked", code: "no-relay" },
    detail: `The relay that hands them to the engine cannot listen on 127.0.0.1 (${code ?? message})`,
    help: "Let this agent's processes listen on loopback.",
    isTemporary: false,
  });
}

function connectionSignIn(env: Environment): PipelineSignIn | undefined {
  if (!env["ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID"] && !env["ARM_OIDC_AZURE_SERVICE_CONNECTION_ID"]) return undefined;
  try {
    const signIn = readArmSignIn(env, () => {
      throw new SignInSettingsError(["a file is given"]);
    });
    return signIn.kind === "pipeline" && signIn.request.serviceConnectionId !== undefined ? signIn : undefined;
  } catch (error) {
    // What is wrong with the variables is reported by the command that signs in with them.
    if (error instanceof SignInSettingsError) return undefined;
    throw error;
  }
}

function createRelay(bearer: string, issue: () => Promise<string>): Server {
  const expected = Buffer.from(`Bearer ${bearer}`);
  return createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization ?? "");
    const isAllowed = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isAllowed || request.method !== "GET" || !request.url?.startsWith("/token")) {
      response.writeHead(isAllowed ? 404 : 401).end();
      return;
    }
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    issue().then(
      (value) => answer(200, { value }),
      (error: unknown) => answer(502, { message: error instanceof Error ? error.message : String(error) }),
    );
  });
}
