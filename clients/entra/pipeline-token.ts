import { z } from "zod";
import { call } from "../http/call";
import type { HttpSettings } from "../http/exchange";
import { shaped } from "../http/shape";
import type { PipelineRequest } from "./arm-environment";

/** What Entra wants a federated token to be made for. */
const AUDIENCE = "api://AzureADTokenExchange";
/** A busy token service is well again within seconds; a job waits that long rather than fail. */
const BUDGET_MS = 60_000;

/**
 * A token for this job from the pipeline's own service. GitHub: the audience is a query option
 * (https://docs.github.com/en/actions/reference/security/oidc). Azure DevOps: a POST for one service connection
 * (https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create).
 */
export async function requestPipelineToken(request: PipelineRequest, settings: HttpSettings = {}): Promise<string> {
  const url = new URL(request.url);
  const asked = {
    service: request.serviceConnectionId === undefined ? "GitHub's token service" : "Azure DevOps' token service",
    operation: "a token for this job",
    accessToken: async () => request.bearer,
    budgetMs: BUDGET_MS,
    // It makes another token each time, and nothing else.
    ...{ isSafe: true, isEndable: true },
  };
  if (request.serviceConnectionId === undefined) {
    url.searchParams.set("audience", AUDIENCE);
    const { body } = await call({ ...asked, url }, settings);
    return shaped(z.object({ value: z.string().min(1) }), body, asked).value;
  }
  url.searchParams.set("api-version", "7.1");
  url.searchParams.set("serviceConnectionId", request.serviceConnectionId);
  const { body } = await call({ ...asked, url, method: "POST", json: {} }, settings);
  return shaped(z.object({ oidcToken: z.string().min(1) }), body, asked).oidcToken;
}
