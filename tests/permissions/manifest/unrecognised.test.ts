import { type AccessManifest, buildManifest, type ResourceRecord } from "../../../permissions/manifest";
import { manifestJson } from "../../../permissions/manifest/canonical";
import { changed, manifestWith, outputOf, records, type } from "./changed-records";
import { guidOf, partnerCenter } from "./declared-stack";

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
    expect(manifestWith(record as ResourceRecord).unrecognised).toHaveLength(1);
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
        why: "it adopts a resource that already exists",
        properties: [{ property: "import", value: `id ${importId}` }],
      }),
    ]);
    expect(inPreview.unrecognised.filter(({ why }) => why.startsWith("it adopts"))).toEqual(inReview.unrecognised);
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
    const manifest = manifestWith({
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
    const manifest = manifestWith({
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
