import { z } from "zod";
import { refuseUnlessLoopback } from "./loopback";
import type { Settings } from "./settings";

/** Where a pipeline's job gets a token for one sign-in. */
export interface TokenRequest {
  readonly url: string;
  readonly bearer: string;
  /** Azure DevOps issues tokens for a service connection; GitHub for the job. */
  readonly serviceConnectionId?: string;
}

/** Which of the pipelines' ways a plugin knows. azure-native (3.28) knows GitHub's only. */
export interface TokenRequestSupport {
  readonly asksAzureDevOps: boolean;
}

const answer = z.union([
  z.object({ value: z.string().min(1) }).transform(({ value }) => value),
  z.object({ oidcToken: z.string().min(1) }).transform(({ oidcToken }) => oidcToken),
]);

/**
 * Reads what GitHub sets by itself for a job with `id-token: write`, and what a job of Azure DevOps hands on, in the order of the real
 * plugins. Refuses an address that is not this machine's.
 */
export function readTokenRequest(
  settings: Settings,
  { asksAzureDevOps }: TokenRequestSupport,
): TokenRequest | undefined {
  const first = (name: string, variables: readonly string[]) =>
    variables.map((variable) => settings.text(name, variable)).find((text) => text !== undefined);
  const [urls, bearers] = asksAzureDevOps ? [["SYSTEM_OIDCREQUESTURI"], ["SYSTEM_ACCESSTOKEN"]] : [[], []];
  const url = first("oidcRequestUrl", ["ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL", ...urls]);
  const bearer = first("oidcRequestToken", ["ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", ...bearers]);
  if (url === undefined || bearer === undefined) return undefined;
  refuseUnlessLoopback("oidcRequestUrl", url);
  const serviceConnectionId = asksAzureDevOps
    ? first("adoPipelineServiceConnectionId", [
        "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
        "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
      ])
    : undefined;
  return { url, bearer, ...(serviceConnectionId !== undefined && { serviceConnectionId }) };
}

/**
 * One token. GitHub: GET with the audience (https://docs.github.com/en/actions/reference/security/oidc). Azure DevOps: POST for a service
 * connection (https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create).
 */
export async function requestPipelineToken(request: TokenRequest, fetch: typeof globalThis.fetch): Promise<string> {
  const url = new URL(request.url);
  const isAzureDevOps = request.serviceConnectionId !== undefined;
  if (isAzureDevOps) {
    url.searchParams.set("api-version", "7.1");
    url.searchParams.set("serviceConnectionId", request.serviceConnectionId);
  } else url.searchParams.set("audience", "api://AzureADTokenExchange");
  const headers = {
    accept: "application/json",
    authorization: `Bearer ${request.bearer}`,
    "content-type": isAzureDevOps ? "application/json" : "application/x-www-form-urlencoded",
  };
  const response = await fetch(url, { method: isAzureDevOps ? "POST" : "GET", headers, redirect: "error" });
  const read = answer.safeParse(await response.json().catch(() => undefined));
  if (response.ok && read.success) return read.data;
  throw new Error(`the pipeline's token service at ${url.origin} gave no token: status ${response.status}`);
}
