import fc from "fast-check";
import {
  type AccessManifest,
  buildManifest,
  manifestDigest,
  manifestJson,
  overallDigest,
  type ResourceRecord,
  readManifest,
} from "../../../permissions/manifest";
import {
  declared,
  firstPreview,
  graph,
  guidOf,
  laterPreview,
  partnerCenter,
  reader,
  recordsOf,
  secretsUser,
  underMocks,
  userImpersonation,
} from "./declared-stack";
import { anyStack } from "./generators";

const records = recordsOf(declared, underMocks);
const type = {
  application: "azuread:index/application:Application",
  principal: "azuread:index/servicePrincipal:ServicePrincipal",
  grant: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
  assignment: "azuread:index/appRoleAssignment:AppRoleAssignment",
  password: "azuread:index/applicationPassword:ApplicationPassword",
  azureRole: "azure-native:authorization:RoleAssignment",
  entry: "azure-native:keyvault:Secret",
  vault: "azure-native:keyvault:Vault",
};

/** The same records with the inputs of one changed. */
function changed(name: string, inputs: Readonly<Record<string, unknown>>, of = records): readonly ResourceRecord[] {
  expect(of.filter((record) => record.name === name)).toHaveLength(1);
  return of.map((record) => (record.name === name ? { ...record, inputs: { ...record.inputs, ...inputs } } : record));
}

function with1(record: ResourceRecord): AccessManifest {
  return buildManifest([...records, record]);
}

const outputOf = (name: string, output: string) =>
  records.find((record) => record.name === name)?.outputs?.[output] as string;

describe("the access manifest of a stack", () => {
  it("holds what the records grant, in words that hold on every machine", () => {
    expect(buildManifest(records)).toEqual({
      schema: "partner-access/manifest/1",
      signIns: [
        {
          provider: "azuread",
          environment: "public",
          tenantId: "11111111-1111-4111-8111-111111111111",
          subscriptionId: null,
        },
      ],
      applications: [
        {
          application: "partner-application",
          displayName: "Partner Insights contoso",
          audience: "AzureADMyOrg",
          redirectUris: [{ platform: "web", uri: "http://localhost:8400/" }],
          owners: ["deployer"],
          hasImplicitAccessTokens: false,
          hasImplicitIdTokens: false,
          isPublicClient: false,
          principal: { isEnabled: true, isAssignmentRequired: true, owners: ["deployer"] },
        },
      ],
      requested: [
        {
          application: "partner-application",
          apiClientId: partnerCenter,
          kind: "delegated",
          permissionId: userImpersonation,
        },
      ],
      granted: [
        {
          application: "partner-application",
          api: partnerCenter,
          kind: "delegated",
          permission: "user_impersonation",
          consent: { for: "user", user: "reports@contoso.example" },
        },
      ],
      assignments: [],
      credentials: [{ application: "partner-application", everyDays: 90, overlapDays: 7, lifetimeDays: 180 }],
      vaults: [],
      entries: [
        {
          vault: "fabrikam-partner-access",
          entry: "partner-insights-contoso-client-id",
          isEnabled: true,
          hasExpiry: false,
          isSecret: false,
        },
        {
          vault: "fabrikam-partner-access",
          entry: "partner-insights-contoso-client-secret",
          isEnabled: true,
          hasExpiry: true,
          isSecret: true,
        },
      ],
      vaultAccess: [
        {
          on: "entry",
          vault: "fabrikam-partner-access",
          entry: "partner-insights-contoso-client-secret",
          scope: null,
          role: secretsUser,
          principal: reader,
          principalType: "ServicePrincipal",
          name: "report-builder",
          condition: null,
        },
      ],
      unrecognised: [],
    });
  });

  it("is the same under mocks, in a first preview and in the preview of a stack with two secrets", () => {
    fc.assert(
      fc.property(anyStack, (stack) => {
        const [mocks, first, later] = [underMocks, firstPreview, laterPreview].map((style) =>
          manifestJson(buildManifest(recordsOf(stack, style))),
        );
        expect(first).toBe(mocks);
        expect(later).toBe(mocks);
      }),
      { numRuns: 300 },
    );
  });

  it("is the same to the byte in whatever order the records come", () => {
    const shuffled = anyStack.chain((stack) => {
      const all = recordsOf(stack, underMocks);
      return fc.shuffledSubarray([...all], { minLength: all.length }).map((order) => ({ all, order }));
    });
    fc.assert(
      fc.property(shuffled, ({ all, order }) => {
        expect(manifestDigest(buildManifest(order))).toBe(manifestDigest(buildManifest(all)));
      }),
      { numRuns: 300 },
    );
  });

  it("holds no date and no text of a secret", () => {
    const json = manifestJson(buildManifest(records));
    expect(json).not.toMatch(/planted-secret-text|20\d\d-\d\d|1800000000/);
  });

  it("is read back as it was written, whatever it holds", () => {
    fc.assert(
      fc.property(anyStack, (stack) => {
        const manifest = buildManifest(recordsOf(stack, underMocks));
        expect(readManifest(manifestJson(manifest))).toEqual(manifest);
      }),
    );
  });

  it("has one digest over many stacks that ignores their order and notices an exchange", () => {
    const [one, other] = [
      { stack: "a", digest: "sha256:1" },
      { stack: "b", digest: "sha256:2" },
    ] as const;
    expect(overallDigest([one, other])).toBe(overallDigest([other, one]));
    expect(overallDigest([one, other])).not.toBe(
      overallDigest([
        { stack: "a", digest: "sha256:2" },
        { stack: "b", digest: "sha256:1" },
      ]),
    );
  });
});

describe("who and what a grant is about", () => {
  it("counts one claim with blanks as the several permissions Entra makes of it", () => {
    const manifest = buildManifest(
      changed(`partner-delegated-${partnerCenter}`, { claimValues: ["user_impersonation Directory.AccessAsUser.All"] }),
    );
    expect(manifest.granted.map(({ permission }) => permission)).toEqual([
      "Directory.AccessAsUser.All",
      "user_impersonation",
    ]);
  });

  it("takes a left-out or empty user for everyone", () => {
    for (const userObjectId of [undefined, null, ""]) {
      const manifest = buildManifest(changed(`partner-delegated-${partnerCenter}`, { userObjectId }));
      expect(manifest.granted[0]?.consent).toEqual({ for: "tenant" });
    }
  });

  it("names an API by the principal a grant really points to, whatever the resource is called", () => {
    const graphPrincipal = guidOf("the principal of Graph");
    const manifest = buildManifest(
      changed(`partner-delegated-${partnerCenter}`, { resourceServicePrincipalObjectId: graphPrincipal }),
      { identities: [{ objectId: graphPrincipal, identity: { kind: "api", clientId: graph } }] },
    );
    expect(manifest.granted[0]?.api).toBe(graph);
  });

  it("believes a caller's look-ups, not what the program remembers of its own", () => {
    const attacker = guidOf("attacker");
    const lying = changed(
      "deployment",
      { input: { id: "x", owners: [attacker] } },
      changed("partner-application", { owners: [attacker] }),
    );
    const identities = [{ objectId: guidOf("mock/deployer"), identity: { kind: "deployer" as const } }];
    expect(buildManifest(lying).applications[0]?.owners).toEqual(["deployer"]);
    expect(buildManifest(lying, { identities }).applications[0]?.owners).toEqual([attacker]);
  });

  it("keeps the object ids of owners that a person has written down, even the deployer's", () => {
    const owners = [guidOf("mock/deployer")];
    const ownersOf = (inputs: Readonly<Record<string, unknown>>, list: readonly string[]) =>
      buildManifest(
        changed("partner-application", { owners: list }).map((record) =>
          record.type === "partner-access:index:PartnerApplication" ? { ...record, inputs } : record,
        ),
      ).applications[0]?.owners;
    expect(ownersOf({ ownersAreConfigured: true }, owners)).toEqual(owners);
    expect(ownersOf({ ownersAreConfigured: false }, owners)).toEqual(["deployer"]);
    // A program that does not say: nobody writes down the deployer alone, or lists others without writing.
    expect(ownersOf({}, owners)).toEqual(["deployer"]);
    expect(ownersOf({}, [...owners, reader])).toEqual([...owners, reader].sort());
  });

  it("names nobody by an id that two of them claim", () => {
    const objectId = outputOf("partner-principal", "objectId");
    const double: ResourceRecord = {
      type: type.principal,
      name: "double",
      inputs: { clientId: partnerCenter },
      outputs: { objectId },
    };
    expect(with1(double).granted.map(({ application }) => application)).toEqual([objectId]);
  });

  it("takes the same one of two principals of an application whatever their order", () => {
    const second = (name: string, appRoleAssignmentRequired: boolean): ResourceRecord => ({
      type: type.principal,
      name,
      inputs: { clientId: outputOf("partner-application", "clientId"), appRoleAssignmentRequired },
    });
    const two = [second("z", false), second("a", true)];
    const [there, back] = [two, [...two].reverse()].map((list) => buildManifest([...records, ...list]));
    expect(manifestJson(back!)).toBe(manifestJson(there!));
    expect(there?.unrecognised).toHaveLength(2);
  });

  it("shows a grant to an application of somebody else by its object id", () => {
    const stranger = guidOf("stranger");
    const manifest = buildManifest(
      changed(`partner-delegated-${partnerCenter}`, { servicePrincipalObjectId: stranger }),
    );
    expect(manifest.granted[0]?.application).toBe(stranger);
  });

  it("follows no list of sources when a known value says otherwise", () => {
    const vault = "/subscriptions/3/resourceGroups/r/providers/Microsoft.KeyVault/vaults/fabrikam-partner-access";
    const manifest = buildManifest(changed("partner-client-secret-reader-report-builder", { scope: vault }));
    expect(manifest.vaultAccess[0]).toMatchObject({ on: "vault", vault: "fabrikam-partner-access", entry: null });
  });

  it("tells a user's right to sign in from a permission", () => {
    const manifest = with1({
      type: type.assignment,
      name: "partner-reporting-user",
      inputs: {
        appRoleId: "00000000-0000-0000-0000-000000000000",
        principalObjectId: guidOf("mock/reports@contoso.example"),
        resourceObjectId: outputOf("partner-principal", "objectId"),
      },
    });
    expect(manifest.assignments).toEqual([
      {
        application: "partner-application",
        role: "00000000-0000-0000-0000-000000000000",
        who: "reports@contoso.example",
      },
    ]);
    expect(manifest.granted).toHaveLength(1);
  });
});

describe("what cannot be judged", () => {
  const password = (name: string, inputs: Readonly<Record<string, unknown>>): ResourceRecord => ({
    type: type.password,
    name,
    inputs: { applicationId: records.find((record) => record.type === type.application)?.id, ...inputs },
  });
  const slot = (generation: number, endDate = "2027-01-01T00:00:00Z") => ({
    displayName: `partner-access/contoso/${generation}`,
    endDate,
    rotateWhenChanged: { generation: String(generation) },
  });
  const why = (manifest: AccessManifest) => manifest.unrecognised.map((item) => item.why);

  it.each([
    [
      "another type of resource",
      { type: "azuread:index/directoryRoleMember:DirectoryRoleMember", name: "x", inputs: { roleObjectId: "r" } },
    ],
    [
      "a federated credential",
      {
        type: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
        name: "x",
        inputs: { issuer: "https://evil.example" },
      },
    ],
    [
      "a plugin's own resource under the name of our components",
      { type: "partner-access:index:Harmless", name: "x", inputs: {}, custom: true },
    ],
    ["another provider's resource", { type: "aws:iam/role:Role", name: "x", inputs: {} }],
    ["a client secret without our mark", password("x", { displayName: "backdoor", endDate: "2027-01-01T00:00:00Z" })],
    ["a client secret without an end", password("x", { ...slot(2), endDate: undefined })],
    [
      "a client secret with a relative end, which the provider ignores",
      password("x", { ...slot(2), endDateRelative: "1h" }),
    ],
    ["a client secret that nothing replaces", password("x", { ...slot(2), rotateWhenChanged: { generation: "1" } })],
    [
      "the principal of somebody else's application",
      { type: type.principal, name: "x", inputs: { clientId: guidOf("stranger") } },
    ],
    [
      "an API's principal that is adopted",
      { type: type.principal, name: "x", inputs: { clientId: partnerCenter, useExisting: true } },
    ],
    [
      "a grant whose names are secret",
      {
        type: type.grant,
        name: "x",
        inputs: { claimValues: ["[secret]"], servicePrincipalObjectId: "s", resourceServicePrincipalObjectId: "r" },
      },
    ],
    [
      "a grant for a user known only later",
      {
        type: type.grant,
        name: "x",
        inputs: {
          claimValues: ["a"],
          servicePrincipalObjectId: "s",
          resourceServicePrincipalObjectId: "r",
          userObjectId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        },
      },
    ],
    [
      "an Azure role known only later",
      {
        type: type.azureRole,
        name: "x",
        inputs: {
          scope: "/subscriptions/3",
          principalId: "p",
          roleDefinitionId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        },
      },
    ],
  ])("keeps %s", (_, record) => {
    expect(buildManifest(records).unrecognised).toEqual([]);
    expect(with1(record as ResourceRecord).unrecognised).toHaveLength(1);
  });

  it.each([type.application, type.vault, type.entry])("keeps both of two of one name: %s", (kind) => {
    const inputs = { vaultName: "v", secretName: "s", properties: {} };
    const one = records.find((it) => it.type === kind) ?? { type: kind, name: "x", inputs };
    const more = records.some((it) => it === one) ? [] : [one];
    const other = {
      ...one,
      urn: "urn:pulumi:dev::p::elsewhere$t::n",
      id: "another",
      outputs: {},
      inputs: { ...one.inputs, owners: [guidOf("stranger")] },
    };
    const namesakes = (found: readonly ResourceRecord[]) =>
      why(buildManifest(found)).filter((it) => it.startsWith("another one has the same name"));
    expect(namesakes([...records, ...more])).toEqual([]);
    expect(namesakes([...records, ...more, other])).toHaveLength(2);
    // The two steps of a replacement are one resource.
    const urn = "urn:pulumi:dev::p::t::n";
    expect(namesakes([...records.filter((it) => it !== one), { ...one, urn }, { ...other, urn }])).toEqual([]);
  });

  it("keeps what is taken over instead of made: it may come with credentials and owners of somebody else", () => {
    const importId = "/applications/6d1c2f55-4f0e-4c3a-9e0a-2f6a5b1c7d10";
    const takesOver = (id: string) =>
      buildManifest(records.map((it) => (it.type === type.application ? { ...it, id, importId } : it)));
    // Under mocks it has an id of its own, in a preview the one that is taken over.
    const [inReview, inPreview] = [
      takesOver(records.find((it) => it.type === type.application)?.id ?? ""),
      takesOver(importId),
    ];
    expect(inReview.unrecognised).toEqual([
      expect.objectContaining({
        why: "it takes over something that exists already",
        properties: [{ property: "import", value: `id ${importId}` }],
      }),
    ]);
    expect(inPreview.unrecognised.filter(({ why }) => why.startsWith("it takes over"))).toEqual(inReview.unrecognised);
  });

  it.each([
    ["partner-application", { identifierUris: ["api://x"] }, "identifierUris"],
    ["partner-application", { password: { displayName: "inline" } }, "password"],
    ["partner-application", { web: { redirectUris: [], logoutUrl: "https://evil.example" } }, "web.logoutUrl"],
    ["partner-application", { requiredResourceAccesses: "[secret]" }, "requiredResourceAccesses"],
    ["partner-application", { somethingNew: { allows: "all" } }, "somethingNew"],
    ["partner-principal", { samlSingleSignOn: { relayState: "x" } }, "samlSingleSignOn"],
    [
      "partner-client-secret-reader-report-builder",
      { delegatedManagedIdentityResourceId: "x" },
      "delegatedManagedIdentityResourceId",
    ],
  ])("keeps a setting of %s that the manifest does not know: %j", (name, inputs, property) => {
    const manifest = buildManifest(changed(name, inputs));
    expect(manifest.unrecognised.flatMap(({ properties }) => properties.map((item) => item.property))).toEqual([
      property,
    ]);
  });

  it("counts two marked secrets as slots, and a third one as a credential too many", () => {
    const two = [...records, password("partner-secret-b", slot(2))];
    expect(why(buildManifest(two))).toEqual([]);
    expect(why(buildManifest([...two, password("third", slot(3))]))).toEqual([
      "more than 2 client secrets of one application at a time",
    ]);
  });

  it("counts a second secret as too many in a run without history", () => {
    const manifest = buildManifest([...records, password("partner-secret-b", slot(2))], { freshOn: "2026-11-01" });
    expect(why(manifest)).toEqual(["more than 1 client secret of one application at a time"]);
  });

  it("holds a fresh secret to the lifetime its rule states", () => {
    const until = (endDate: string) =>
      buildManifest(changed("partner-secret-a", { endDate }), { freshOn: "2026-11-01" });
    expect(why(until("2027-04-30T00:00:00Z"))).toEqual([]);
    expect(why(until("2027-05-01T00:00:00Z"))).toEqual([
      "a client secret that lives longer than the 180 days its rule allows",
    ]);
  });

  it("notices in a review that a sign-in is sent to another place, and not what an environment sets in a preview", () => {
    const redirected = changed("partner-tenant", { metadataHost: "evil.example" });
    expect(buildManifest(redirected, { freshOn: "2026-11-01" }).unrecognised).toHaveLength(1);
    expect(buildManifest(redirected).unrecognised).toEqual([]);
  });

  it("shows what an unknown resource is about, and nothing that may be a secret", () => {
    const manifest = with1({
      type: "azuread:index/user:User",
      name: "x",
      inputs: {
        userPrincipalName: "new@contoso.example",
        password: "planted-secret-text",
        forClient: outputOf("partner-application", "clientId"),
        nested: { apiKey: "planted-secret-text", on: outputOf("partner-principal", "objectId") },
        token: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "planted-secret-text" },
        long: "y".repeat(10_000),
      },
    });
    expect(JSON.stringify(manifest)).not.toContain("planted-secret-text");
    const properties = Object.fromEntries(manifest.unrecognised[0]?.properties.map((p) => [p.property, p.value]) ?? []);
    expect(properties).toMatchObject({
      userPrincipalName: "new@contoso.example",
      password: "(not shown)",
      forClient: "application partner-application",
      nested: '{"apiKey":"(not shown)","on":"the application partner-application"}',
      token: "(secret)",
    });
    expect(properties["long"]?.length).toBeLessThan(600);
  });

  it("lets nothing grant by being looked up, remembered or grouped", () => {
    const silent: ResourceRecord[] = [
      { type: type.application, name: "looked-up", inputs: {}, isRead: true },
      { type: "pulumi:index:Stash", name: "anything", inputs: { input: 1 } },
      { type: "their:own:Component", name: "group", inputs: { a: 1 }, custom: false },
    ];
    expect(manifestJson(buildManifest([...records, ...silent]))).toBe(manifestJson(buildManifest(records)));
  });

  it("tells a grant to a looked-up application by its id, although the program gave that the name of its own", () => {
    const [client, object, principal] = ["client", "object", "principal"].map((it) => guidOf(`foreign ${it}`));
    const [application] = records.filter((record) => record.type === type.application);
    const [presence] = records.filter((record) => record.type === type.principal);
    const foreign: ResourceRecord[] = [
      { ...application!, urn: "urn:a", id: `/applications/${object}`, outputs: { clientId: client }, isRead: true },
      { ...presence!, urn: "urn:b", inputs: { clientId: client }, outputs: { objectId: principal }, isRead: true },
    ];
    const redirected = records.map((record) =>
      record.type === type.grant
        ? { ...record, inputs: { ...record.inputs, servicePrincipalObjectId: principal } }
        : record,
    );
    const { granted } = buildManifest([...redirected, ...foreign]);
    expect(granted.map(({ application: holder }) => holder)).toEqual([principal]);
    expect(buildManifest([...records, ...foreign])).toEqual(buildManifest(records));
  });

  it("keeps access policies of a vault, which reach past every reader listed", () => {
    const manifest = with1({
      type: type.vault,
      name: "partner-vault",
      inputs: {
        vaultName: "contoso-access",
        properties: {
          tenantId: "t",
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          enablePurgeProtection: true,
          accessPolicies: [{ objectId: "o", permissions: { secrets: ["get"] } }],
        },
      },
    });
    expect(manifest.vaults).toEqual([
      {
        vault: "contoso-access",
        isRoleBased: true,
        hasSoftDelete: true,
        hasPurgeProtection: true,
        retentionDays: 90,
        publicNetwork: "Enabled",
      },
    ]);
    expect(manifest.unrecognised.map(({ properties }) => properties.map((item) => item.property))).toEqual([
      ["accessPolicies"],
    ]);
  });
});
