import {
  AzureCliCredential,
  ClientAssertionCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  type TokenCredential,
} from "@azure/identity";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The identity that acts in a partner tenant, from the same `ARM_*` variables that the azuread provider reads, so that a command and
 * `pulumi up` are the same caller: client secret, OIDC token, GitHub's token request, else the Azure CLI.
 * Source: https://www.pulumi.com/registry/packages/azuread/installation-configuration/
 */
export function partnerCredential(env: Environment, tenantId: string, authorityHost: string): TokenCredential {
  // The provider takes an empty variable for none, and a pipeline easily sets one.
  const clientId = env["ARM_CLIENT_ID"] || undefined;
  const options = { authorityHost, disableInstanceDiscovery: isLoopback(authorityHost) };
  if (clientId === undefined) return new AzureCliCredential({ tenantId });
  const secret = env["ARM_CLIENT_SECRET"] || undefined;
  if (secret !== undefined) return new ClientSecretCredential(tenantId, clientId, secret, options);
  const assertion = assertionOf(env);
  if (assertion !== undefined) return new ClientAssertionCredential(tenantId, clientId, assertion, options);
  return new AzureCliCredential({ tenantId });
}

/**
 * The identity that reads and writes vaults in the commands: `AZURE_*`, a managed identity, or the Azure CLI, in that order. It signs in
 * where `AZURE_AUTHORITY_HOST` says, else at the vault's own cloud: Microsoft's library would ask the public one, and lets an option win
 * over the variable, so the choice is made here.
 * Loopback authorities are never Microsoft's, so asking Microsoft about them (instance discovery) is left out.
 */
export function vaultCredential(env: Environment, authority: string): TokenCredential {
  const authorityHost = env["AZURE_AUTHORITY_HOST"] || authority;
  const { AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret, AZURE_TENANT_ID: tenantId } = env;
  if (isLoopback(authorityHost) && clientId && secret && tenantId) {
    return new ClientSecretCredential(tenantId, clientId, secret, { authorityHost, disableInstanceDiscovery: true });
  }
  return new DefaultAzureCredential({ authorityHost });
}

function assertionOf(env: Environment): (() => Promise<string>) | undefined {
  if (env["ARM_USE_OIDC"] !== "true") return undefined;
  const token = env["ARM_OIDC_TOKEN"] || undefined;
  if (token !== undefined) return async () => token;
  const url = env["ARM_OIDC_REQUEST_URL"] || env["ACTIONS_ID_TOKEN_REQUEST_URL"];
  const bearer = env["ARM_OIDC_REQUEST_TOKEN"] || env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
  if (!url || !bearer) return undefined;
  return async () => {
    // GitHub: https://docs.github.com/en/actions/reference/security/oidc (audience is a query option).
    const request = new URL(url);
    request.searchParams.set("audience", "api://AzureADTokenExchange");
    const answer = await fetch(request, { headers: { authorization: `Bearer ${bearer}` } });
    if (!answer.ok) throw new Error(`the token request to ${request.host} failed with status ${answer.status}`);
    const { value } = (await answer.json()) as { value?: string };
    if (value === undefined) throw new Error(`${request.host} answered the token request without a token`);
    return value;
  };
}

function isLoopback(address: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(address).hostname);
}
