import { relayPipelineTokens } from "../../../clients/entra/pipeline-token-relay";
import { type ServiceServer, startService } from "../../support/service-server";

let service: ServiceServer;
const job = () => ({
  ARM_USE_OIDC: "true",
  ARM_CLIENT_ID: "deployer",
  ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "connection",
  SYSTEM_OIDCREQUESTURI: `${service.url}/oidc`,
  SYSTEM_ACCESSTOKEN: "token-of-the-job",
  PATH: "/bin",
});
let issued = 0;

beforeEach(async () => {
  issued = 0;
  service = await startService(({ method, path, query, headers }) => {
    const isRight =
      method === "POST" &&
      path === "/oidc" &&
      query.get("serviceConnectionId") === "connection" &&
      query.get("api-version") === "7.1";
    if (headers.authorization !== "Bearer token-of-the-job") return { status: 401, body: { message: "no" } };
    issued += 1;
    return isRight
      ? { status: 200, body: { oidcToken: `token-${issued}` } }
      : { status: 404, body: { message: "unknown" } };
  });
});
afterEach(() => service.stop());

const ask = (env: Readonly<Record<string, string | undefined>>, bearer = env["ARM_OIDC_REQUEST_TOKEN"]) =>
  fetch(`${env["ARM_OIDC_REQUEST_URL"]}?audience=api%3A%2F%2FAzureADTokenExchange`, {
    headers: { authorization: `Bearer ${bearer}` },
  });

describe("the relay of Azure DevOps' tokens", () => {
  it("answers each request as GitHub does, with a token that was made for it", async () => {
    const env = await relayPipelineTokens(job());
    expect(await (await ask(env)).json()).toEqual({ value: "token-1" });
    expect(await (await ask(env)).json()).toEqual({ value: "token-2" });
  });

  it("keeps the job's own token from the engine and its plugins, and leaves the rest", async () => {
    const env = await relayPipelineTokens(job());
    expect(JSON.stringify(env)).not.toContain("token-of-the-job");
    expect(Object.keys(env).sort()).toEqual([
      "ARM_CLIENT_ID",
      "ARM_OIDC_REQUEST_TOKEN",
      "ARM_OIDC_REQUEST_URL",
      "ARM_USE_OIDC",
      "PATH",
    ]);
    expect(env["ARM_OIDC_REQUEST_URL"]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/token$/);
  });

  it("gives nothing to another caller, and asks nobody for it", async () => {
    const env = await relayPipelineTokens(job());
    const refused = [await ask(env, "guessed"), await ask(env, "")];
    expect(refused.map(({ status }) => status)).toEqual([401, 401]);
    expect(issued).toBe(0);
  });

  it("hands on why there is no token", async () => {
    const env = await relayPipelineTokens({ ...job(), SYSTEM_ACCESSTOKEN: "revoked" });
    const answer = await ask(env);
    expect([answer.status, await answer.json()]).toEqual([502, { message: expect.stringContaining("no") }]);
  });

  it.each([
    ["a person's machine", {}],
    [
      "a job of GitHub",
      {
        ARM_USE_OIDC: "true",
        ARM_CLIENT_ID: "x",
        ACTIONS_ID_TOKEN_REQUEST_URL: "https://x",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x",
      },
    ],
    [
      "a job that signs in with a secret",
      { ARM_CLIENT_ID: "x", ARM_CLIENT_SECRET: "x", ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "x" },
    ],
    ["a job whose variables are not complete", { ARM_USE_OIDC: "true", ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: "x" }],
  ])("leaves the environment of %s as it is", async (_, env) => {
    expect(await relayPipelineTokens(env)).toBe(env);
  });
});
