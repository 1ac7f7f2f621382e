import { isTemporaryStatus, networkError, ServiceError } from "./errors";
import { READ_BUDGET_MS, retry, type Time } from "./retry";
import { retryAfterSeconds } from "./retry-after";

/** Microsoft's clouds, by the names the providers use. */
export type CloudName = "public" | "usgovernment" | "china";

/** Where a cloud's services answer. No trailing slashes. */
export interface CloudEndpoints {
  /** Entra's sign-in service, the part before the tenant. */
  readonly authority: string;
  readonly graph: string;
  readonly resourceManager: string;
  /** What follows `<vault>.` in a vault's host name. */
  readonly keyVaultSuffix: string;
}

const CLOUDS: Readonly<Record<CloudName, CloudEndpoints>> = {
  public: {
    authority: "https://login.microsoftonline.com",
    graph: "https://graph.microsoft.com",
    resourceManager: "https://management.azure.com",
    keyVaultSuffix: "vault.azure.net",
  },
  usgovernment: {
    authority: "https://login.microsoftonline.us",
    graph: "https://graph.microsoft.us",
    resourceManager: "https://management.usgovcloudapi.net",
    keyVaultSuffix: "vault.usgovcloudapi.net",
  },
  china: {
    authority: "https://login.partner.microsoftonline.cn",
    graph: "https://microsoftgraph.chinacloudapi.cn",
    resourceManager: "https://management.chinacloudapi.cn",
    keyVaultSuffix: "vault.azure.cn",
  },
};

/** The cloud that a vault's address belongs to: host names end differently in each. An address of no known cloud counts as public. */
export function cloudOfVault(vaultUri: string): CloudName {
  const { hostname } = new URL(vaultUri);
  const national = (["usgovernment", "china"] as const).find((cloud) =>
    hostname.endsWith(`.${CLOUDS[cloud].keyVaultSuffix}`),
  );
  return national ?? "public";
}

/** Entra's sign-in service for whoever signs in to this vault, from the address alone. */
export function authorityOfVault(vaultUri: string): string {
  return CLOUDS[cloudOfVault(vaultUri)].authority;
}

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const LONGEST_ANSWER_MS = 30_000;

interface Outside {
  readonly fetch?: typeof fetch;
  readonly time?: Time;
  /** How long a temporary failure is asked again. Default one and a half minutes. */
  readonly budgetMs?: number;
}

/** A cloud's endpoints: the known ones, or those a metadata host names, as both providers read them. */
export async function readCloudEndpoints(
  options: { readonly cloud: CloudName; readonly metadataHost?: string | undefined } & Outside,
): Promise<CloudEndpoints> {
  if (!options.metadataHost) return CLOUDS[options.cloud];
  const host = options.metadataHost.replace(/^https:\/\//, "").replace(/\/+$/, "");
  const document = await readJson(`https://${host}/metadata/endpoints?api-version=2022-09-01`, "endpoints", options);
  const authentication = document["authentication"] as Record<string, unknown> | undefined;
  const suffixes = document["suffixes"] as Record<string, unknown> | undefined;
  return {
    authority: text(authentication?.["loginEndpoint"], "authentication.loginEndpoint"),
    graph: text(document["microsoftGraphResourceId"], "microsoftGraphResourceId"),
    resourceManager: text(document["resourceManager"], "resourceManager"),
    keyVaultSuffix: text(suffixes?.["keyVaultDns"], "suffixes.keyVaultDns").replace(/^\./, ""),
  };
}

/** The tenant id that a domain's OpenID configuration names. Anyone may read it; no sign-in is needed. */
export async function openIdTenant(
  options: { readonly authority: string; readonly domain: string } & Outside,
): Promise<string> {
  const url = `${options.authority}/${encodeURIComponent(options.domain)}/v2.0/.well-known/openid-configuration`;
  const document = await readJson(url, `OpenID configuration of ${options.domain}`, options);
  // The issuer is a pattern for multi-tenant authorities; the token endpoint always names the one tenant.
  const tenantId = GUID.exec(text(document["token_endpoint"], "token_endpoint"))?.[0];
  if (tenantId === undefined) throw malformed("token_endpoint with a tenant id");
  return tenantId.toLowerCase();
}

/** Whether an origin, URL or `host:port` is this machine itself. The emulator is; no tenant of Microsoft's ever is. */
export function isLoopback(address: string): boolean {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(withScheme)) return false;
  const host = new URL(withScheme).hostname.toLowerCase();
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

async function readJson(url: string, operation: string, outside: Outside): Promise<Record<string, unknown>> {
  const { fetch: fetcher = fetch, time, budgetMs = READ_BUDGET_MS } = outside;
  return retry(() => readJsonOnce(url, operation, fetcher), {
    isTemporary: (error) => error instanceof ServiceError && error.isTemporary,
    budgetMs,
    ...(time && { time }),
  });
}

async function readJsonOnce(url: string, operation: string, fetcher: typeof fetch): Promise<Record<string, unknown>> {
  const service = "Microsoft sign-in";
  const answer = await fetcher(url, { signal: AbortSignal.timeout(LONGEST_ANSWER_MS) }).catch((error: unknown) => {
    throw networkError(service, operation, error);
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw refusal(service, operation, answer, body);
  if (typeof body !== "object" || body === null) throw malformed("a JSON object");
  return body as Record<string, unknown>;
}

function refusal(service: string, operation: string, { status, headers }: Response, body: unknown): ServiceError {
  const codes = (body as { error_codes?: unknown } | undefined)?.error_codes;
  const number: unknown = Array.isArray(codes) ? codes[0] : undefined;
  const help = number === 90002 ? "No tenant has this domain: check tenant.domain." : undefined;
  const code = typeof number === "number" ? `AADSTS${number}` : undefined;
  return new ServiceError({
    service,
    operation,
    status,
    code,
    help,
    isTemporary: isTemporaryStatus(status),
    retryAfterSeconds: retryAfterSeconds(headers, new Date()),
  });
}

function text(value: unknown, field: string): string {
  if (typeof value === "string" && value !== "") return value.replace(/\/+$/, "");
  throw malformed(field);
}

function malformed(field: string): ServiceError {
  return new ServiceError({
    service: "Microsoft sign-in",
    operation: `read ${field}`,
    code: "malformed",
    isTemporary: false,
  });
}
