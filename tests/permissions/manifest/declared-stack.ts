import { createHash } from "node:crypto";
import type { ResourceRecord } from "../../../permissions/manifest";

export const graph = "00000003-0000-0000-c000-000000000000";
export const partnerCenter = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
export const userImpersonation = "1cebfa2a-fb4d-419e-b5f9-839b4383e05a";
export const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
export const reader = "c0ffee00-0000-4000-8000-000000000005";

/** What a stack declares, in the words of a test. */
export interface DeclaredStack {
  readonly displayName: string;
  readonly audience: string;
  /** "deployer", or object ids. */
  readonly owners: readonly string[];
  /** Whether a person wrote the list; then it holds real object ids, perhaps the deployer's among them. */
  readonly ownersAreConfigured: boolean;
  readonly redirectUris: readonly string[];
  readonly isAssignmentRequired: boolean;
  readonly requested: readonly {
    readonly api: string;
    readonly kind: "delegated" | "application";
    readonly id: string;
  }[];
  readonly delegated: readonly { readonly api: string; readonly names: readonly string[] }[];
  readonly appRoles: readonly { readonly api: string; readonly id: string }[];
  /** User principal name; undefined for the whole tenant. */
  readonly consentUser: string | undefined;
  readonly readers: readonly { readonly name: string; readonly id: string; readonly entry: string }[];
  readonly lifetimeDays: number;
}

export const declared: DeclaredStack = {
  displayName: "Partner Insights contoso",
  audience: "AzureADMyOrg",
  owners: ["deployer"],
  ownersAreConfigured: false,
  redirectUris: ["http://localhost:8400/"],
  isAssignmentRequired: true,
  requested: [{ api: partnerCenter, kind: "delegated", id: userImpersonation }],
  delegated: [{ api: partnerCenter, names: ["user_impersonation"] }],
  appRoles: [],
  consentUser: "reports@contoso.example",
  readers: [{ name: "report-builder", id: reader, entry: "client-secret" }],
  lifetimeDays: 180,
};

/** How a run names what Microsoft chooses: another run, or the engine, chooses otherwise. */
export interface RunStyle {
  /** Any text: made-up ids come from it. */
  readonly seed: string;
  /** "known": ids are there. "unknown": a first preview. */
  readonly ids: "known" | "unknown";
  readonly secrets: "wrapped" | "blinded";
  /** Generation of the secrets that exist. */
  readonly generations: readonly number[];
}

export const underMocks: RunStyle = { seed: "mock", ids: "known", secrets: "wrapped", generations: [1] };
export const firstPreview: RunStyle = { seed: "real", ids: "unknown", secrets: "blinded", generations: [1] };
export const laterPreview: RunStyle = { seed: "real", ids: "known", secrets: "blinded", generations: [7, 8] };

const unknownToken = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const types = {
  application: "azuread:index/application:Application",
  principal: "azuread:index/servicePrincipal:ServicePrincipal",
  grant: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
  appRole: "azuread:index/appRoleAssignment:AppRoleAssignment",
  password: "azuread:index/applicationPassword:ApplicationPassword",
};

/** The records such a stack leaves in a run of the given style. */
export function recordsOf(stack: DeclaredStack, style: RunStyle): readonly ResourceRecord[] {
  const made = (text: string) => guidOf(`${style.seed}/${text}`);
  const objectIdOf = (who: string) => (/^[0-9a-f]{8}-/.test(who) ? who : made(who));
  const urn = (type: string, name: string) => `urn:pulumi:contoso::partner-insights-access::${type}::${name}`;
  const secret = (text: string) =>
    style.secrets === "blinded"
      ? "[secret]"
      : { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: text };

  const record = (
    type: string,
    name: string,
    inputs: Readonly<Record<string, unknown>>,
    own: { readonly id?: string; readonly outputs?: Readonly<Record<string, unknown>> } = {},
    refers: Readonly<Record<string, { readonly to: string; readonly value: string }>> = {},
  ): ResourceRecord => {
    const links = Object.entries(refers);
    return {
      type,
      name,
      urn: urn(type, name),
      custom: true,
      inputs: {
        ...inputs,
        ...Object.fromEntries(links.map(([key, { value }]) => [key, style.ids === "known" ? value : unknownToken])),
      },
      id: style.ids === "known" ? own.id : "",
      outputs: style.ids === "known" ? own.outputs : {},
      propertyDependencies: Object.fromEntries(links.map(([key, { to }]) => [key, [to]])),
    };
  };
  const application = urn(types.application, "partner-application");
  const principal = urn(types.principal, "partner-principal");
  const prefix = "partner-insights-contoso-";
  const entryId = (entry: string) =>
    `/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/partner-insights/providers/Microsoft.KeyVault/vaults/${style.seed === "mock" ? "made-up" : "fabrikam-partner-access"}/secrets/${prefix}${entry}`;
  const apis = [...new Set([...stack.delegated.map(({ api }) => api), ...stack.appRoles.map(({ api }) => api)])];
  const remembered = { ...(stack.consentUser && { [stack.consentUser]: true }) };

  return [
    { type: "pulumi:pulumi:Stack", name: "partner-insights-access-contoso", inputs: {} },
    {
      type: "pulumi:providers:azuread",
      name: "partner-tenant",
      inputs: { tenantId: "11111111-1111-4111-8111-111111111111", environment: "public", useMsi: "false" },
    },
    {
      type: "partner-access:index:RotatingClientSecret",
      name: "partner",
      custom: false,
      inputs: { everyDays: 90, overlapDays: 7, lifetimeDays: stack.lifetimeDays },
    },
    {
      type: "partner-access:index:PartnerApplication",
      name: "partner",
      custom: false,
      inputs: { ownersAreConfigured: stack.ownersAreConfigured },
    },
    record("pulumi:index:Stash", "partner-deployment", {
      input: { id: made("random"), owners: [objectIdOf("deployer")] },
    }),
    ...apis.map((api) =>
      record("pulumi:index:Stash", `partner-api-principal-${api}`, { input: { status: "found", objectId: made(api) } }),
    ),
    ...Object.keys(remembered).map((user) =>
      record("pulumi:index:Stash", "partner-reporting-user-id", {
        input: { userPrincipalName: user, objectId: made(user) },
      }),
    ),
    record(
      types.application,
      "partner-application",
      {
        displayName: stack.displayName,
        signInAudience: stack.audience,
        owners: stack.owners.map(objectIdOf),
        fallbackPublicClientEnabled: false,
        requiredResourceAccesses: requiredResourceAccesses(stack),
        web: {
          redirectUris: stack.redirectUris,
          implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
          ...(style.secrets === "blinded" && { __defaults: [] }),
        },
        ...(style.secrets === "blinded" && { __defaults: ["preventDuplicateNames"], preventDuplicateNames: false }),
      },
      {
        id: `/applications/${made("application")}`,
        outputs: { clientId: made("client"), objectId: made("application") },
      },
    ),
    record(
      types.principal,
      "partner-principal",
      {
        appRoleAssignmentRequired: stack.isAssignmentRequired,
        owners: stack.owners.map(objectIdOf),
        accountEnabled: true,
      },
      { id: `/servicePrincipals/${made("principal")}`, outputs: { objectId: made("principal") } },
      { clientId: { to: application, value: made("client") } },
    ),
    ...stack.delegated.map(({ api, names }) =>
      record(
        types.grant,
        `partner-delegated-${api}`,
        {
          claimValues: names,
          resourceServicePrincipalObjectId: made(api),
          ...(stack.consentUser !== undefined && { userObjectId: made(stack.consentUser) }),
        },
        {},
        { servicePrincipalObjectId: { to: principal, value: made("principal") } },
      ),
    ),
    ...stack.appRoles.map(({ api, id }) =>
      record(
        types.appRole,
        `partner-application-${id}`,
        { appRoleId: id, resourceObjectId: made(api) },
        {},
        { principalObjectId: { to: principal, value: made("principal") } },
      ),
    ),
    ...style.generations.map((generation, slot) =>
      record(
        types.password,
        `partner-secret-${slot === 0 ? "a" : "b"}`,
        {
          displayName: `partner-access/contoso/${generation}`,
          endDate: `2027-0${slot + 1}-01T00:00:00Z`,
          rotateWhenChanged: { generation: String(generation) },
        },
        {},
        { applicationId: { to: application, value: `/applications/${made("application")}` } },
      ),
    ),
    ...["client-id", "client-secret"].map((entry) => ({
      ...record(
        "azure-native:keyvault:Secret",
        `partner-${entry}`,
        {
          resourceGroupName: "partner-insights",
          vaultName: "fabrikam-partner-access",
          secretName: `${prefix}${entry}`,
          properties: {
            // While it is unknown, a preview does not even say that it is secret.
            value:
              style.ids === "unknown" ? unknownToken : entry === "client-secret" ? secret("planted-secret-text") : "x",
            attributes: { enabled: true, ...(entry === "client-secret" && { expires: 1_800_000_000 }) },
          },
        },
        { id: entryId(entry) },
      ),
      propertyDependencies: {
        properties: [entry === "client-secret" ? urn(types.password, "partner-secret-a") : application],
      },
    })),
    ...stack.readers.map(({ name, id, entry }) =>
      record(
        "azure-native:authorization:RoleAssignment",
        `partner-${entry}-reader-${name}`,
        {
          principalId: id,
          principalType: "ServicePrincipal",
          roleDefinitionId: `/subscriptions/3/providers/Microsoft.Authorization/roleDefinitions/${secretsUser}`,
          ...(style.secrets === "blinded" && {
            roleAssignmentName: made(`${entry}/${name}`),
            azureApiVersion: "2022-04-01",
            __createBeforeDelete: true,
          }),
        },
        {},
        {
          scope: { to: urn("azure-native:keyvault:Secret", `partner-${entry}`), value: entryId(entry) },
        },
      ),
    ),
  ];
}

function requiredResourceAccesses({ requested }: DeclaredStack) {
  return [...new Set(requested.map(({ api }) => api))].map((api) => ({
    resourceAppId: api,
    resourceAccesses: requested
      .filter((access) => access.api === api)
      .map(({ id, kind }) => ({ id, type: kind === "delegated" ? "Scope" : "Role" })),
  }));
}

/** A GUID that depends on the text alone. */
export function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
