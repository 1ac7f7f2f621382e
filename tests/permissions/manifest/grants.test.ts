import { buildManifest, type ResourceRecord } from "../../../permissions/manifest";
import { manifestJson } from "../../../permissions/manifest/canonical";
import { changed, manifestWith, outputOf, records, type } from "./changed-records";
import { graph, guidOf, partnerCenter, reader } from "./declared-stack";

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
      "partner-deployment",
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
    expect(manifestWith(double).granted.map(({ application }) => application)).toEqual([objectId]);
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
    const manifest = manifestWith({
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
