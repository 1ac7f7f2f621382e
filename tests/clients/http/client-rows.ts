import { controlEmulator, emulatedTenants } from "../../../clients/emulator-control";
import { openIdTenant, readCloudEndpoints } from "../../../clients/entra/clouds";
import { createLooker } from "../../../clients/entra/looker";
import { requestPipelineToken } from "../../../clients/entra/pipeline-token";
import { requestAppOnlyToken } from "../../../clients/entra/proof";
import { partnerCredential } from "../../../clients/entra/sign-in";
import { createTokenEndpoint } from "../../../clients/entra/token-endpoint";
import { readAppPolicies } from "../../../clients/graph/app-policies";
import { createDirectoryView } from "../../../clients/graph/directory-view";
import { createGraphInventory } from "../../../clients/graph/inventory";
import { createGraph } from "../../../clients/graph/reading";
import { createGraphWriter } from "../../../clients/graph/writer";
import type { HttpSettings } from "../../../clients/http/exchange";
import { readDeletedSecret } from "../../../clients/key-vault/deleted-secret";
import { createKeyVault } from "../../../clients/key-vault/records";
import { createSecretReader } from "../../../clients/key-vault/secret-reader";
import { createSecretWriter } from "../../../clients/key-vault/secret-writer";
import { createInsights } from "../../../clients/partner-center/insights";
import { createPartnerCenter } from "../../../clients/partner-center/partner-center";
import { openAzureDevOps } from "../../../clients/pull-requests/azure-devops";
import { openGitHub } from "../../../clients/pull-requests/github";
import { createResourceManager } from "../../../clients/resource-manager/role-assignments";
import { createVaultSetup } from "../../../clients/resource-manager/vault-setup";
import type { Misbehaviour, Well } from "../../support/misbehaving-server";

/** One operation of a client, what its service answers when it is well, and where a fault ends otherwise than usual. */
export interface ClientRow {
  readonly name: string;
  /** The file that sends. */
  readonly file: string;
  readonly kind: "object" | "list" | "write";
  readonly well: Well;
  readonly run: (settings: HttpSettings) => Promise<unknown>;
  readonly expected?: Partial<Readonly<Record<Misbehaviour, RegExp>>>;
}

const token = "a-bearer-token-text";
const secret = "a-client-secret-text";
/** What may reach no host but the one that was chosen. */
export const secretTexts = [token, secret, "a-refresh-token-text", "a-request-token-text", "signature-text"];

const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
const accessToken = async () => token;
const graph = { endpoint: "https://graph.example", credential };
const vaultUri = "https://fabrikam.vault.example";
const partner = { endpoint: "https://partner.example", accessToken };
const client = { authority: "https://login.example", tenantId: "t", clientId: "c", secret };

const principal = {
  ...{ id: "object", appId: "client", displayName: "It", accountEnabled: true, appRoleAssignmentRequired: true },
  ...{ passwordCredentials: [], keyCredentials: [] },
};
const application = {
  ...{ id: "object", appId: "client", displayName: "It", signInAudience: "AzureADMyOrg" },
  ...{ requiredResourceAccess: [], passwordCredentials: [], keyCredentials: [] },
};
const assignment = {
  id: "/a",
  properties: { scope: "/s", principalId: "p", roleDefinitionId: "/r", principalType: "User" },
};
const bundle = {
  id: `${vaultUri}/secrets/name/v1`,
  value: "text",
  attributes: { enabled: true, created: 1 },
  tags: {},
};
const issued = { access_token: "issued", expires_in: 3600, token_type: "Bearer" };

const azure: readonly ClientRow[] = [
  {
    ...{ name: "Resource Manager, a vault", file: "clients/resource-manager/role-assignments.ts", kind: "object" },
    well: () => ({ properties: { enableRbacAuthorization: true } }),
    run: (settings) => createResourceManager({ endpoint: "https://arm.example", credential, ...settings }).vault("/v"),
  },
  {
    ...{
      name: "Resource Manager, role assignments",
      file: "clients/resource-manager/role-assignments.ts",
      kind: "list",
    },
    well: () => ({ value: [assignment] }),
    run: (settings) =>
      createResourceManager({ endpoint: "https://arm.example", credential, ...settings }).roleAssignmentsOn("/s"),
  },
  {
    ...{ name: "Resource Manager, a resource group", file: "clients/resource-manager/vault-setup.ts", kind: "object" },
    well: () => ({ id: "/g" }),
    run: (settings) => createVaultSetup({ endpoint: "https://arm.example", credential, ...settings }).hasGroup("/g"),
  },
  {
    ...{ name: "Resource Manager, a new group", file: "clients/resource-manager/vault-setup.ts", kind: "write" },
    well: () => ({ id: "/g" }),
    run: (settings) =>
      createVaultSetup({ endpoint: "https://arm.example", credential, ...settings }).createGroup("/g", "westeurope"),
    // Sent again after a lost answer, because it may be done twice; and nothing is read from its answer.
    expected: { reset: /^ok$/, "one 503": /^ok$/, "{}": /^ok$/ },
  },
  {
    ...{ name: "Key Vault, a secret", file: "clients/key-vault/client-options.ts", kind: "object" },
    well: () => bundle,
    run: (settings) => createKeyVault(vaultUri, credential, settings).read("name"),
  },
  {
    ...{ name: "Key Vault, the list of secrets", file: "clients/key-vault/client-options.ts", kind: "list" },
    well: () => ({ value: [bundle] }),
    run: (settings) => createKeyVault(vaultUri, credential, settings).list(),
  },
  {
    ...{ name: "Key Vault, the versions of a secret", file: "clients/key-vault/client-options.ts", kind: "list" },
    well: () => ({ value: [bundle] }),
    run: (settings) => createKeyVault(vaultUri, credential, settings).versions("name"),
  },
  {
    ...{ name: "Key Vault, a consumer's read", file: "clients/key-vault/client-options.ts", kind: "object" },
    well: () => bundle,
    run: (settings) => createSecretReader(vaultUri, { credential }, settings)("name"),
  },
  {
    // Another version with the same text does no harm.
    ...{ name: "Key Vault, a write", file: "clients/key-vault/client-options.ts", kind: "object" },
    well: () => bundle,
    run: (settings) =>
      createSecretWriter(
        vaultUri,
        credential,
        settings,
      )("name", {
        ...{ value: "a-refresh-token-text", tags: {}, contentType: undefined, expiresOn: undefined },
      }),
  },
  {
    ...{ name: "Key Vault, a deleted secret", file: "clients/key-vault/deleted-secret.ts", kind: "object" },
    well: () => ({ ...bundle, deletedDate: 1 }),
    run: (settings) => readDeletedSecret({ vaultUri, name: "name", accessToken, ...settings }),
  },
];

const directory: readonly ClientRow[] = [
  {
    ...{ name: "Graph, a principal", file: "clients/graph/connection.ts", kind: "object" },
    well: () => principal,
    run: (settings) => createGraph({ ...graph, ...settings }).principal("client"),
  },
  {
    ...{ name: "Graph, an application", file: "clients/graph/connection.ts", kind: "object" },
    well: () => application,
    run: (settings) => createDirectoryView({ ...graph, ...settings }).application("client"),
  },
  {
    ...{ name: "Graph, owners", file: "clients/graph/connection.ts", kind: "list" },
    well: () => ({ value: [{ id: "owner" }] }),
    run: (settings) => createGraphInventory({ ...graph, ...settings }).owners("object"),
  },
  {
    ...{ name: "Graph, owned applications", file: "clients/graph/connection.ts", kind: "list" },
    well: () => ({ value: [{ "@odata.type": "#microsoft.graph.application", ...application }] }),
    run: (settings) => createGraph({ ...graph, ...settings }).ownedApplications("principal"),
  },
  {
    ...{ name: "Graph, the removal of an application", file: "clients/graph/connection.ts", kind: "object" },
    well: () => ({}),
    run: (settings) => createGraphWriter({ ...graph, ...settings }).removeApplication("object"),
    // The answer to a DELETE is empty, and nothing is read from it.
    expected: { "{}": /^ok$/ },
  },
  {
    ...{ name: "Graph, the switch of a principal", file: "clients/graph/connection.ts", kind: "object" },
    well: () => principal,
    run: (settings) => createGraphWriter({ ...graph, ...settings }).setPrincipalEnabled("object", true),
    // The answer to a PATCH is empty, and nothing is read from it.
    expected: { "{}": /^ok$/ },
  },
  {
    // After a lost answer the application itself is asked, and shows that the secret is gone.
    ...{ name: "Graph, the removal of a secret", file: "clients/graph/connection.ts", kind: "write" },
    well: () => application,
    run: (settings) => createGraphWriter({ ...graph, ...settings }).removeCredential("object", "key"),
    expected: { reset: /^ok$/, "one 503": /^ok$/, "{}": /^ok$/ },
  },
  {
    ...{ name: "Graph, policies", file: "clients/graph/app-policies.ts", kind: "object" },
    well: () => ({ id: "p", displayName: "d", isEnabled: true }),
    run: (settings) =>
      readAppPolicies({ graph: "https://graph.example", clientId: undefined, accessToken, ...settings }),
  },
  {
    ...{ name: "a look that tells apart", file: "clients/entra/looker.ts", kind: "object" },
    well: () => ({ a: 1 }),
    run: (settings) =>
      createLooker({ service: "X", endpoint: "https://x.example", resource: "r", credential, ...settings })("/a"),
    // What an object must hold is known to whoever looks.
    expected: { "{}": /^ok$/ },
  },
];

const signIn: readonly ClientRow[] = [
  {
    ...{ name: "a tenant's OpenID document", file: "clients/entra/clouds.ts", kind: "object" },
    well: () => ({ token_endpoint: "https://login.example/11111111-1111-4111-8111-111111111111/token" }),
    run: (settings) => openIdTenant({ authority: "https://login.example", domain: "contoso.example", ...settings }),
  },
  {
    ...{ name: "a cloud's metadata", file: "clients/entra/clouds.ts", kind: "object" },
    well: () => ({
      ...{ resourceManager: "https://arm.example", microsoftGraphResourceId: "https://graph.example" },
      ...{ authentication: { loginEndpoint: "https://login.example" }, suffixes: { keyVaultDns: "vault.example" } },
    }),
    run: (settings) => readCloudEndpoints({ cloud: "public", metadataHost: "metadata.example", ...settings }),
  },
  {
    ...{ name: "the token endpoint", file: "clients/entra/token-endpoint.ts", kind: "object" },
    well: () => issued,
    run: (settings) =>
      createTokenEndpoint(settings)(client, {
        ...{ kind: "refresh-token", refreshToken: "a-refresh-token-text", scope: "s" },
      }),
  },
  {
    // One attempt: a proof waits between attempts by itself.
    ...{ name: "a proof's token", file: "clients/entra/token-endpoint.ts", kind: "object" },
    well: () => issued,
    run: (settings) => requestAppOnlyToken({ ...client, scope: "s", ...settings }),
    expected: {
      reset: /und_err_socket|econnreset/,
      "one 503": /status-503/,
      "one 429 with Retry-After": /status-429/,
    },
  },
  ...[undefined, "connection"].map(
    (serviceConnectionId): ClientRow => ({
      name: `the token service of ${serviceConnectionId ? "Azure DevOps" : "GitHub"}`,
      ...{ file: "clients/entra/pipeline-token.ts", kind: "object" },
      well: () => ({ value: "assertion", oidcToken: "assertion" }),
      run: (settings) =>
        requestPipelineToken(
          { url: "https://pipeline.example/token", bearer: "a-request-token-text", serviceConnectionId },
          settings,
        ),
    }),
  ),
  {
    ...{ name: "Microsoft's sign-in library", file: "clients/entra/sign-in-transport.ts", kind: "object" },
    well: ({ path }) =>
      path.includes("openid-configuration")
        ? {
            token_endpoint: "https://127.0.0.1:8443/t/oauth2/v2.0/token",
            authorization_endpoint: "https://127.0.0.1:8443/t/oauth2/v2.0/authorize",
            issuer: "https://127.0.0.1:8443/t/v2.0",
            jwks_uri: "https://127.0.0.1:8443/t/keys",
          }
        : issued,
    run: (settings) =>
      partnerCredential(
        { ARM_CLIENT_ID: "c", ARM_CLIENT_SECRET: secret },
        "t",
        "https://127.0.0.1:8443",
        settings,
      ).getToken("https://graph.example/.default"),
    // The library finds no addresses in the document, and asks nobody.
    expected: { "{}": /not-signed-in/ },
  },
];

const partnerApis: readonly ClientRow[] = [
  {
    ...{ name: "Partner Center, a profile", file: "clients/partner-center/partner-api.ts", kind: "object" },
    well: () => ({ mpnId: "1" }),
    run: (settings) => createPartnerCenter({ ...partner, ...settings }).mpnProfile(),
  },
  {
    ...{ name: "Partner Center, roles", file: "clients/partner-center/partner-api.ts", kind: "object" },
    well: () => ({ items: [{ id: "1", name: "role" }] }),
    run: (settings) => createPartnerCenter({ ...partner, ...settings }).roles(),
  },
  {
    // The next page is asked for at our own address, whatever host it names.
    ...{ name: "Partner Center, members of a role", file: "clients/partner-center/partner-center.ts", kind: "object" },
    well: () => ({ items: [{ id: "1", userPrincipalName: "u", displayName: "d" }] }),
    run: (settings) => createPartnerCenter({ ...partner, ...settings }).roleMembers("1"),
    expected: { "page loop": /endless-list/, "page on another host": /endless-list/ },
  },
  {
    ...{ name: "Insights, datasets", file: "clients/partner-center/partner-api.ts", kind: "list" },
    well: () => ({ value: [{ datasetName: "d" }], statusCode: 200 }),
    run: (settings) => createInsights({ ...partner, ...settings }).datasets(),
  },
  {
    ...{ name: "Insights, a new query", file: "clients/partner-center/partner-api.ts", kind: "write" },
    well: () => ({ value: [{ queryId: "q" }], statusCode: 200 }),
    run: (settings) =>
      createInsights({ ...partner, ...settings }).createQuery({ name: "n", description: "d", query: "q" }),
    expected: { "page loop": /endless-list/, "page on another host": /foreign-page/ },
  },
  {
    ...{ name: "Insights, the download of a report", file: "clients/partner-center/insights.ts", kind: "object" },
    well: () => "a,b\n1,2\n",
    async run(settings) {
      const link = "https://store.example/report?sig=signature-text";
      const stream = await createInsights({ ...partner, ...settings }).download(link);
      for await (const _ of stream);
    },
    expected: { "HTML with 200": /malformed/ },
  },
];

const repository = { id: "repo", defaultBranch: "refs/heads/main" };
const hosts: readonly ClientRow[] = [
  {
    ...{ name: "GitHub, comments", file: "clients/pull-requests/github.ts", kind: "list" },
    well: () => [{ id: 1, user: { login: "me" }, body: "text" }],
    run: (settings) => github(settings).readComments(1),
  },
  {
    ...{ name: "GitHub, a new comment", file: "clients/pull-requests/github.ts", kind: "write" },
    well: () => ({ id: 1 }),
    run: (settings) => github(settings).createComment(1, "text", true),
    // Nothing is read from the answer to a write.
    expected: { "{}": /^ok$/, "page loop": /endless-list/, "page on another host": /foreign-page/ },
  },
  {
    ...{ name: "Azure DevOps", file: "clients/pull-requests/azure-devops-connection.ts", kind: "object" },
    well: ({ path, method }) => {
      if (method === "OPTIONS") return { count: azureLocations.length, value: azureLocations };
      if (path.includes("ResourceAreas")) return { count: 0, value: null };
      return path.includes("connectionData") ? { authenticatedUser: { id: "me" } } : repository;
    },
    run: async (settings) => {
      const where = { collectionUri: "https://azure.example/org", project: "p", repositoryId: "repo", token };
      return (await openAzureDevOps({ ...where, budgetMs: 60_000, ...settings })).defaultBranch();
    },
    expected: { "page loop": /endless-list/, "page on another host": /foreign-page/ },
  },
];
const azureLocations = [
  ["225f7195-f9c7-4d14-ab28-a83f7ff77e1f", "git", "repositories", "{project}/_apis/{area}/{resource}/{repositoryId}"],
  ["e81700f7-3be2-46de-8624-2eb35882fcaa", "Location", "ResourceAreas", "_apis/{resource}/{areaId}"],
].map(([id, area, resourceName, routeTemplate]) => ({
  ...{ id, area, resourceName, routeTemplate, resourceVersion: 1 },
  ...{ minVersion: "1.0", maxVersion: "7.2", releasedVersion: "7.1" },
}));

function github(settings: HttpSettings) {
  const where = { apiUrl: "https://api.github.example", repository: "o/r", token, author: "me" };
  return openGitHub({ ...where, budgetMs: 60_000, ...settings });
}

const local: readonly ClientRow[] = [
  {
    ...{ name: "the emulator's control", file: "clients/emulator-control.ts", kind: "write" },
    well: () => ({ now: "2026-01-01T00:00:00Z" }),
    run: (settings) => controlEmulator("https://emulator.example", "clock", {}, settings),
    expected: { "{}": /^ok$/ },
  },
  {
    ...{ name: "the emulator's tenants", file: "clients/emulator-control.ts", kind: "object" },
    well: () => [
      { id: "a", domain: "a.example", role: "partner", deployer: { clientId: "c" }, reportingUser: null, vault: null },
    ],
    run: (settings) => emulatedTenants("https://emulator.example", settings),
  },
];

export const clientRows: readonly ClientRow[] = [...azure, ...directory, ...signIn, ...partnerApis, ...hosts, ...local];
