import { problemsWith, reader, readerId, renewerId, stranger, validSections } from "./valid-stack";

const { tenant, vault, reportingUser } = validSections;

/** What is changed in a valid stack, and every problem that follows, as path and message. */
type Refusal = readonly [what: string, changes: Record<string, unknown>, ...problems: [string, string][]];

const refusals: readonly Refusal[] = [
  // Unknown keys and wrong types
  ["an unknown key", { rotaton: {} }, ["rotaton", "is not a known key"]],
  ["an unknown field", { tenant: { ...tenant, domian: "x" } }, ["tenant.domian", "is not a known key"]],
  ["an audience", { application: { signInAudience: "x" } }, ["application.signInAudience", "is not a known key"]],
  ["a provider's key", { "azuread:tenantId": "x" }, ["azuread:tenantId", "configures a provider that is never used"]],
  [
    "azure-native's",
    { "azure-native:location": "x" },
    ["azure-native:location", "configures a provider that is never used"],
  ],
  ["a foreign namespace", { "other:key": "x" }, ["other:key", "is not a key of this project"]],
  ["a text for a mapping", { rotation: "weekly" }, ["rotation", "is not a mapping"]],
  ["a mapping for a list", { permissions: { api: "Graph" } }, ["permissions", "is not a list"]],
  [
    "a text for a number",
    { rotation: { everyDays: "ninety" } },
    ["rotation.everyDays", "is not a usable number of days"],
  ],
  ["half a day", { rotation: { overlapDays: 2.5 } }, ["rotation.overlapDays", "is not a usable number of days"]],
  ["a text for yes", { tenant: { ...tenant, experimental: "yes" } }, ["tenant.experimental", "is not true or false"]],
  ["a number for a text", { tenant: { ...tenant, alias: 12 } }, ["tenant.alias", "is not a usable alias"]],

  // Tenant
  [
    "no tenant",
    { tenant: undefined },
    ["tenant.id", "is missing"],
    ["tenant.domain", "is missing"],
    ["tenant.alias", "is missing"],
  ],
  ["a tenant by name", { tenant: { ...tenant, id: "common" } }, ["tenant.id", "is not a GUID"]],
  [
    "a tenant of zeros",
    { tenant: { ...tenant, id: "00000000-0000-0000-0000-000000000000" } },
    ["tenant.id", "is not a GUID"],
  ],
  [
    "personal accounts",
    { tenant: { ...tenant, id: "9188040d-6c67-4c5b-b112-36a304b66dad" } },
    ["tenant.id", "is Microsoft's tenant of personal accounts"],
  ],
  ["a domain without a dot", { tenant: { ...tenant, domain: "contoso" } }, ["tenant.domain", "is not a domain name"]],
  ["an alias in capitals", { tenant: { ...tenant, alias: "Contoso" } }, ["tenant.alias", "is not a usable alias"]],
  ["an alias with two dashes", { tenant: { ...tenant, alias: "a--b" } }, ["tenant.alias", "is not a usable alias"]],
  ["an unknown cloud", { tenant: { ...tenant, cloud: "germany" } }, ["tenant.cloud", "is not one of the choices"]],
  ["a national cloud", { tenant: { ...tenant, cloud: "usgovernment" } }, ["tenant.cloud", "is not supported yet"]],
  [
    "China's cloud",
    { tenant: { ...tenant, cloud: "china", experimental: false } },
    ["tenant.cloud", "is not supported yet"],
  ],

  // Application
  ["no owner at all", { application: { owners: [] } }, ["application.owners", "is empty"]],
  ["an owner by name", { application: { owners: ["me"] } }, ["application.owners[0]", "is not a GUID"]],
  [
    "an owner twice",
    { application: { owners: [readerId, readerId.toUpperCase()] } },
    ["application.owners[1]", "is the same as application.owners[0]"],
  ],
  ["an empty name", { application: { displayName: " " } }, ["application.displayName", "is not a usable text"]],
  [
    "a name with a line break",
    { application: { displayName: "a\nb" } },
    ["application.displayName", "is not a usable text"],
  ],
  [
    "a bare host",
    { application: { redirectUri: "http://localhost:8400" } },
    ["application.redirectUri", "is not in its normal form"],
  ],
  [
    "http elsewhere",
    { application: { redirectUri: "http://contoso.example/" } },
    ["application.redirectUri", "is neither https nor http to this machine"],
  ],
  ["no URI", { application: { redirectUri: "localhost" } }, ["application.redirectUri", "is not a URI"]],
  [
    "a pattern",
    { application: { redirectUri: "https://*.contoso.example/" } },
    ["application.redirectUri", "contains a character that Entra refuses"],
  ],
  [
    "a fragment",
    { application: { redirectUri: "https://contoso.example/#x" } },
    ["application.redirectUri", "contains a user or a fragment"],
  ],

  // Permissions
  ["no permission", { permissions: [] }, ["permissions", "asks for nothing"]],
  [
    "an entry for nothing",
    { permissions: [{ api: "Graph", reason: "r" }] },
    ["permissions[0]", "asks for no permission"],
  ],
  [
    "an unknown API",
    { permissions: [{ api: "Microsoft Grph", delegated: ["openid"], reason: "r" }] },
    ["permissions[0].api", "is not in the catalog"],
  ],
  [
    "an unknown permission",
    { permissions: [{ api: "Graph", delegated: ["openid", "User.Raed"], reason: "r" }] },
    ["permissions[0].delegated[1]", "is not a delegated permission of the catalog"],
  ],
  [
    "the wrong kind",
    { permissions: [{ api: "Graph", delegated: ["openid"], application: ["offline_access"], reason: "r" }] },
    ["permissions[0].application[0]", "exists only as a delegated permission"],
  ],
  [
    "a permission that is not allowed",
    {
      permissions: [
        { api: "Graph", delegated: ["Mail.Read"], application: ["AppRoleAssignment.ReadWrite.All"], reason: "r" },
      ],
    },
    ["permissions[0].delegated[0]", "is a delegated permission of Microsoft Graph that is not allowed"],
    ["permissions[0].application[0]", "is an application permission of Microsoft Graph that is not allowed"],
  ],
  ["no reason", { permissions: [{ api: "Graph", delegated: ["openid"] }] }, ["permissions[0].reason", "is missing"]],
  [
    "a name twice",
    { permissions: [{ api: "Graph", delegated: ["openid", "openid"], reason: "r" }] },
    ["permissions[0].delegated[1]", "is the same as permissions[0].delegated[0]"],
  ],
  [
    "an API twice",
    {
      permissions: [
        { api: "Graph", delegated: ["openid"], reason: "r" },
        { api: "00000003-0000-0000-c000-000000000000", delegated: ["profile"], reason: "r" },
      ],
    },
    ["permissions[1].api", "is the API of permissions[0] again"],
  ],

  // Consent and the reporting user
  ["tenant-wide consent without a reason", { consent: { kind: "tenant" } }, ["consent.reason", "is missing"]],
  [
    "a reason nobody reads",
    { consent: { kind: "user", reason: "r" } },
    ["consent.reason", "is set, but it is not used"],
  ],
  ["consent of another kind", { consent: { kind: "everyone" } }, ["consent.kind", "is not one of the choices"]],
  [
    "delegated permissions without a user",
    { reportingUser: undefined },
    ["reportingUser", "is missing, and delegated permissions act for a user"],
  ],
  [
    "tenant-wide consent without a user",
    { reportingUser: {}, consent: { kind: "tenant", reason: "r" } },
    ["reportingUser", "is missing, and delegated permissions act for a user"],
  ],
  [
    "a user without a domain",
    { reportingUser: { userPrincipalName: "reports" } },
    ["reportingUser.userPrincipalName", "is not a user principal name"],
  ],
  [
    "another assigner",
    { reportingUser: { ...reportingUser, assignedBy: "me" } },
    ["reportingUser.assignedBy", "is not one of the choices"],
  ],

  // Vault
  ["a short vault name", { vault: { ...vault, name: "ab" } }, ["vault.name", "is not a name of a vault"]],
  ["a long vault name", { vault: { ...vault, name: "a".repeat(25) } }, ["vault.name", "is not a name of a vault"]],
  [
    "a vault's address",
    { vault: { ...vault, name: "https://x.vault.azure.net" } },
    ["vault.name", "is not a name of a vault"],
  ],
  ["two dashes in a vault name", { vault: { ...vault, name: "a--b" } }, ["vault.name", "is not a name of a vault"]],
  ["a prefix with an underscore", { vault: { ...vault, prefix: "a_" } }, ["vault.prefix", "is not a usable prefix"]],
  [
    "a prefix that is too long",
    { vault: { ...vault, prefix: "a".repeat(115) } },
    ["vault.prefix", "makes names that are too long for a vault"],
  ],
  [
    "a resource group with a dot at the end",
    { vault: { ...vault, resourceGroup: "a." } },
    ["vault.resourceGroup", "is not a name of a resource group"],
  ],
  [
    "a location for a vault that exists",
    { vault: { ...vault, location: "westeurope" } },
    ["vault.location", "is set, but the vault exists"],
  ],
  ["an unknown mode", { vault: { ...vault, mode: "import" } }, ["vault.mode", "is not one of the choices"]],
  [
    "a subscription by name",
    { vault: { ...vault, subscriptionId: "prod" } },
    ["vault.subscriptionId", "is not a GUID"],
  ],
  [
    "a reader nobody allowed",
    { vault: { ...vault, readers: [reader(stranger)] } },
    ["vault.readers[0]", "may not read the client-secret"],
  ],
  [
    "a reader of secrets for refresh tokens",
    { vault: { ...vault, readers: [reader(readerId)], refreshTokenReaders: [reader(readerId)] } },
    ["vault.refreshTokenReaders[0]", "may not read the refresh-token"],
  ],
  [
    "a reader twice",
    { vault: { ...vault, readers: [reader(readerId), reader(readerId)] } },
    ["vault.readers[1]", "is the same as vault.readers[0]"],
  ],
  [
    "a reader of no type",
    { vault: { ...vault, readers: [{ name: "b", id: readerId }] } },
    ["vault.readers[0].type", "is missing"],
  ],
  [
    "two readers of one name",
    { vault: { ...vault, readers: [reader(readerId), reader(renewerId)] } },
    ["vault.readers[1]", "has the same name as vault.readers[0]"],
  ],
  [
    "one permission by its name and by its id",
    {
      permissions: [
        { api: "Microsoft Graph", delegated: ["openid", "37F7F235-527C-4136-ACCD-4A02D197296E"], reason: "Sign-in." },
      ],
    },
    ["permissions[0].delegated[1]", "is the same as permissions[0].delegated[0]"],
  ],
  [
    "readers of a refresh token that never is",
    {
      reportingUser: undefined,
      permissions: [{ api: "Graph", application: ["PartnerBilling.Read.All"], reason: "r" }],
      vault: { ...vault, refreshTokenReaders: [reader(renewerId)] },
    },
    ["vault.refreshTokenReaders", "is set, but there is no reporting user, so there is no refresh token"],
  ],
  [
    "a redirect URI for nobody",
    {
      reportingUser: undefined,
      permissions: [{ api: "Graph", application: ["PartnerBilling.Read.All"], reason: "r" }],
      application: { redirectUri: "http://localhost:8400/" },
    },
    ["application.redirectUri", "is set, but there is no reporting user"],
  ],

  // Who acts
  ["nobody who writes the vault", { vault: { ...vault, clientId: undefined } }, ["vault.clientId", "is missing"]],
  ["an identity by name", { vault: { ...vault, clientId: "writer" } }, ["vault.clientId", "is not a GUID"]],
  [
    "two who write the vault",
    { solo: true },
    ["vault.clientId", "is set, but with solo: true the person who is signed in writes the vault"],
  ],
  [
    "a vault that a person creates",
    { solo: true, vault: { ...vault, clientId: undefined, mode: "create" } },
    ["vault.mode", "is not possible with solo: true"],
  ],
  ["half a person", { solo: "partly" }, ["solo", "is not true or false"]],

  // Rotation
  [
    "a life under twice the period",
    { rotation: { everyDays: 91 } },
    ["rotation.lifetimeDays", "is less than twice rotation.everyDays"],
  ],
  ["one day of overlap", { rotation: { overlapDays: 1 } }, ["rotation.overlapDays", "is not a usable number of days"]],
  [
    "an overlap over the period",
    { rotation: { everyDays: 6 } },
    ["rotation.overlapDays", "is more than rotation.everyDays"],
  ],
  ["never", { rotation: { everyDays: 0 } }, ["rotation.everyDays", "is not a usable number of days"]],
  [
    "compromised without a request",
    { rotation: { compromised: true } },
    ["rotation.compromised", "is true without a request"],
  ],
];

describe("a configuration is refused for", () => {
  const cases = refusals.map(([what, changes, ...expected]) => ({ what, changes, expected }));
  it.each(cases)("$what", ({ changes, expected }) => {
    const problems = problemsWith(changes);
    expect(problems.map(({ path, message }) => [path, message])).toEqual(expected);
    for (const problem of problems) {
      expect(problem.allowed).not.toBe("");
      expect(problem.fix).not.toBe("");
    }
  });
});
