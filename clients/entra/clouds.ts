import { call, malformed } from "../http/call";
import type { HttpSettings } from "../http/exchange";

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

/** Entra's sign-in service for this vault, from the address alone. */
export function authorityOfVault(vaultUri: string): string {
  return CLOUDS[cloudOfVault(vaultUri)].authority;
}

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const SERVICE = "Microsoft sign-in";

interface Outside extends HttpSettings {
  /** How long a temporary failure is asked again. Default one and a half minutes. */
  readonly budgetMs?: number;
}

/** A cloud's endpoints: the known ones, or those a metadata host names, as both providers read them. */
export async function readCloudEndpoints(
  options: { readonly cloud: CloudName; readonly metadataHost?: string | undefined } & Outside,
): Promise<CloudEndpoints> {
  if (!options.metadataHost) return CLOUDS[options.cloud];
  const host = options.metadataHost.replace(/^https:\/\//, "").replace(/\/+$/, "");
  const { document } = await readJson(
    `https://${host}/metadata/endpoints?api-version=2022-09-01`,
    "endpoints",
    options,
  );
  const authentication = document["authentication"] as Record<string, unknown> | undefined;
  const suffixes = document["suffixes"] as Record<string, unknown> | undefined;
  return {
    authority: text(authentication?.["loginEndpoint"], "authentication.loginEndpoint"),
    graph: text(document["microsoftGraphResourceId"], "microsoftGraphResourceId"),
    resourceManager: text(document["resourceManager"], "resourceManager"),
    keyVaultSuffix: text(suffixes?.["keyVaultDns"], "suffixes.keyVaultDns").replace(/^\./, ""),
  };
}

/** What a domain's OpenID configuration says. */
export interface OpenId {
  readonly tenantId: string;
  /** The service's own time; undefined where something on the way took it out. */
  readonly date: Date | undefined;
}

/** The tenant id that a domain's OpenID configuration names. */
export async function openIdTenant(
  options: { readonly authority: string; readonly domain: string } & Outside,
): Promise<string> {
  return (await readOpenId(options)).tenantId;
}

/** Reads a domain's OpenID configuration. Anyone may; no sign-in is needed. */
export async function readOpenId(
  options: { readonly authority: string; readonly domain: string } & Outside,
): Promise<OpenId> {
  const url = `${options.authority}/${encodeURIComponent(options.domain)}/v2.0/.well-known/openid-configuration`;
  const { document, headers } = await readJson(url, `OpenID configuration of ${options.domain}`, options);
  // The issuer is a pattern for multi-tenant authorities; the token endpoint always names the one tenant.
  const tenantId = GUID.exec(text(document["token_endpoint"], "token_endpoint"))?.[0];
  if (tenantId === undefined) throw malformed(SERVICE, "read token_endpoint", "tenant id");
  return { tenantId: tenantId.toLowerCase(), date: dateIn(headers) };
}

/** The sign-in service's own time, which comes with a public document. */
export async function readServiceTime(options: { readonly authority: string } & Outside): Promise<Date | undefined> {
  const url = `${options.authority}/common/v2.0/.well-known/openid-configuration`;
  return dateIn((await readJson(url, "OpenID configuration", options)).headers);
}

function dateIn(headers: Headers): Date | undefined {
  const date = headers.get("date");
  return date === null ? undefined : new Date(date);
}

/** Whether an origin, URL or `host:port` is this machine itself. The emulator is; no tenant of Microsoft's ever is. */
export function isLoopback(address: string): boolean {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(withScheme)) return false;
  const host = new URL(withScheme).hostname.toLowerCase();
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

async function readJson(url: string, operation: string, outside: Outside) {
  const { budgetMs } = outside;
  const help = (code: string | undefined) =>
    code === "AADSTS90002" ? "No tenant has this domain: check tenant.domain." : undefined;
  const { body, headers } = await call({ service: SERVICE, operation, url, help, budgetMs }, outside);
  if (typeof body !== "object" || body === null) throw malformed(SERVICE, operation, "JSON object");
  return { document: body as Record<string, unknown>, headers };
}

/** A field that must be a text; trailing slashes are taken away. */
function text(value: unknown, field: string): string {
  if (typeof value === "string" && value !== "") return value.replace(/\/+$/, "");
  throw malformed(SERVICE, `read ${field}`, "text");
}
