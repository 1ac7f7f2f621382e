import { diffManifests, type GivenReasons } from "../../../permissions/diff";
import { emptyManifest } from "../../../permissions/manifest";
import { declared, graph, guidOf, partnerCenter, reader } from "../manifest/declared-stack";
import { base, brief, changes, manifestOf } from "./changed-stack";

const userRead = { api: graph, kind: "delegated" as const, id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d" };
const directoryReadAll = "7ab1d382-f21e-4acd-a863-ba3e13f7da61";
const delegatedAsNow = declared.delegated[0]!;

describe("a permission", () => {
  it("is reported where it is requested and where it is granted, apart", () => {
    const [requested, granted] = [
      changes({ requested: [...declared.requested, userRead] }),
      changes({ delegated: [delegatedAsNow, { api: graph, names: ["User.Read"] }] }),
    ];
    expect(requested).toEqual([
      {
        code: "requested",
        direction: "added",
        subject: {
          application: "partner-application",
          permission: {
            api: "Microsoft Graph",
            apiClientId: graph,
            permission: "User.Read",
            permissionId: userRead.id,
            kind: "delegated",
          },
          holder: null,
          vault: null,
          entry: null,
          detail: null,
        },
        before: null,
        after: null,
        risk: { level: "low", reasons: [expect.any(String)] },
        lets: expect.stringMatching(/^Lets it .*as far as the signed-in user may\.$/),
        power: "once granted, acts as the user who signed in, with everything that user may do in Microsoft Graph",
        reason: null,
      },
    ]);
    expect(granted).toHaveLength(1);
    expect(granted[0]).toMatchObject({
      code: "granted",
      subject: { holder: { kind: "user", name: "reports@contoso.example", id: null } },
      power: "acts as reports@contoso.example, with everything that user may do in Microsoft Graph",
    });
  });

  it("acts by itself when it is an application permission, and is rated higher for it", () => {
    expect(changes({ appRoles: [{ api: graph, id: directoryReadAll }] })).toMatchObject([
      {
        code: "granted",
        direction: "added",
        subject: { permission: { permission: "Directory.Read.All", kind: "application" } },
        power: "acts by itself, without a signed-in user",
        risk: { reasons: expect.arrayContaining([expect.stringContaining("application permission")]) },
      },
    ]);
  });

  it("is high when the catalog does not know it, and says so", () => {
    const [change] = changes({ delegated: [delegatedAsNow, { api: graph, names: ["Invented.Scope"] }] });
    expect(change).toMatchObject({
      risk: { level: "high", reasons: [expect.stringContaining("does not list it")] },
      lets: null,
      subject: { permission: { permission: "Invented.Scope", permissionId: null } },
    });
  });

  it("widens from one user to everyone as one change", () => {
    const wider = changes({ consentUser: undefined });
    expect(brief(wider)).toEqual([
      {
        code: "consent",
        direction: "widened",
        risk: "critical",
        before: "reports@contoso.example",
        after: "everyone who signs in",
      },
    ]);
    expect(wider[0]?.power).toBe(
      "acts as anyone who signs in, with everything that user may do in Microsoft Partner Center",
    );
    expect(brief(diffManifests(manifestOf({ consentUser: undefined }), base))).toEqual([
      {
        code: "consent",
        direction: "narrowed",
        risk: "low",
        before: "everyone who signs in",
        after: "reports@contoso.example",
      },
    ]);
  });

  it("is removed from one user and added for another when the user changes", () => {
    expect(brief(changes({ consentUser: "ceo@contoso.example" }))).toMatchObject([
      { code: "granted", direction: "added", risk: "high" },
      { code: "granted", direction: "removed", risk: "low" },
    ]);
  });

  it("carries the reason of the configuration, and of the consent where it is for everyone", () => {
    const reasons: GivenReasons = {
      permissions: [
        { apiClientId: partnerCenter, kind: "delegated", permission: "user_impersonation", reason: "monthly reports" },
      ],
      consent: "three people take turns",
      readers: [{ principalId: reader, reason: "the dashboard" }],
    };
    expect(changes({ consentUser: undefined }, reasons)[0]?.reason).toBe(
      "monthly reports; consent for the whole tenant: three people take turns",
    );
    const added = diffManifests(emptyManifest, base, { reasons });
    expect(added.find(({ code }) => code === "granted")?.reason).toBe("monthly reports");
    expect(added.find(({ code }) => code === "reader")?.reason).toBe("the dashboard");
    expect(diffManifests(base, emptyManifest, { reasons }).map(({ reason }) => reason)).toEqual(
      diffManifests(base, emptyManifest).map(() => null),
    );
  });

  it("is at least high when whoever gets it is not declared here, or the user has no name", () => {
    const stranger = { ...base, granted: base.granted.map((it) => ({ ...it, application: guidOf("stranger") })) };
    expect(diffManifests(base, stranger).find(({ direction }) => direction === "added")?.risk).toEqual({
      level: "high",
      reasons: expect.arrayContaining([expect.stringContaining("not an application that this stack declares")]),
    });
    const consent = { for: "user" as const, user: guidOf("nobody") };
    const grant = {
      application: "partner-application",
      api: graph,
      kind: "delegated" as const,
      permission: "User.Read",
      consent,
    };
    expect(diffManifests(base, { ...base, granted: [...base.granted, grant] })).toMatchObject([
      {
        risk: { level: "high", reasons: expect.arrayContaining(["the records do not show which user this is"]) },
        subject: { holder: { name: "a user the records do not name", id: guidOf("nobody") } },
      },
    ]);
  });
});
