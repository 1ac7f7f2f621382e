import fc from "fast-check";
import { type AccessChange, diffManifests, type GivenReasons } from "../../../permissions/diff";
import { type AccessManifest, buildManifest, emptyManifest, type ResourceRecord } from "../../../permissions/manifest";
import {
  type DeclaredStack,
  declared,
  graph,
  guidOf,
  partnerCenter,
  reader,
  recordsOf,
  underMocks,
} from "../manifest/declared-stack";
import { anyStack } from "../manifest/generators";

const manifestOf = (stack: Partial<DeclaredStack> = {}) =>
  buildManifest(recordsOf({ ...declared, ...stack }, underMocks));
const base = manifestOf();
const changes = (head: Partial<DeclaredStack>, reasons?: GivenReasons) =>
  diffManifests(base, manifestOf(head), reasons && { reasons });
const brief = (list: readonly AccessChange[]) =>
  list.map(({ code, direction, risk, before, after }) => ({ code, direction, risk: risk.level, before, after }));

const userRead = { api: graph, kind: "delegated" as const, id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d" };
const directoryReadAll = "7ab1d382-f21e-4acd-a863-ba3e13f7da61";
const delegatedAsNow = declared.delegated[0]!;

const inverse = { added: "removed", removed: "added", widened: "narrowed", narrowed: "widened", changed: "changed" };
/** What must mirror when the sides are exchanged; risk, reasons and who is meant may differ with the direction. */
const core = ({ code, direction, subject, before, after }: AccessChange) => ({
  code,
  direction,
  subject: { ...subject, holder: code === "consent" ? null : subject.holder },
  before,
  after,
});
const texts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();

describe("the difference of two manifests", () => {
  it("is nothing between equal ones", () => {
    fc.assert(
      fc.property(anyStack, (stack) => expect(diffManifests(manifestOf(stack), manifestOf(stack))).toEqual([])),
    );
  });

  it("mirrors when the sides are exchanged", () => {
    fc.assert(
      fc.property(anyStack, anyStack, (one, other) => {
        const [a, b] = [manifestOf(one), manifestOf(other)];
        const there = diffManifests(a, b).map(core);
        const back = diffManifests(b, a)
          .map(core)
          .map((it) => ({ ...it, direction: inverse[it.direction], before: it.after, after: it.before }));
        expect(texts(back)).toEqual(texts(there));
      }),
      { numRuns: 300 },
    );
  });

  it("reports every permission that is added or removed, and invents none", () => {
    const facts = (manifest: AccessManifest) =>
      new Set([
        ...manifest.requested.map((it) => `requested ${it.apiClientId} ${it.kind} ${it.permissionId}`),
        ...manifest.granted.map((it) => {
          const consent = it.consent === null ? "" : it.consent.for === "user" ? it.consent.user : "everyone";
          return `granted ${it.api} ${it.kind} ${it.permission} ${consent}`;
        }),
      ]);
    fc.assert(
      fc.property(anyStack, anyStack, (one, other) => {
        const [a, b] = [manifestOf(one), manifestOf(other)];
        expect(reported(diffManifests(a, b))).toEqual(
          texts([
            ...[...facts(b)].filter((fact) => !facts(a).has(fact)).map((fact) => `+ ${fact}`),
            ...[...facts(a)].filter((fact) => !facts(b).has(fact)).map((fact) => `- ${fact}`),
          ]),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("names everything a new stack grants", () => {
    expect(brief(diffManifests(emptyManifest, base))).toEqual(
      [
        ["granted", "high"],
        ["reader", "high"],
        ["requested", "high"],
        ["application", "medium"],
        ["credential", "low"],
        ["owner", "low"],
        ["owner", "low"],
        ["redirect-uri", "low"],
        ["sign-in", "low"],
        ["vault-entry", "low"],
        ["vault-entry", "low"],
      ].map(([code, risk]) => ({ code, direction: "added", risk, before: null, after: null })),
    );
  });
});

/** The permission facts a report states: what a consent change says counts as the removal and the addition that it is. */
function reported(list: readonly AccessChange[]): readonly string[] {
  const everyone = (text: string) => (text === "everyone who signs in" ? "everyone" : text);
  const facts = list.flatMap(({ code, direction, subject, before, after }) => {
    const { permission, holder } = subject;
    if (permission === null) return [];
    const what = `${permission.apiClientId} ${permission.kind}`;
    if (code === "requested") {
      return [
        `${direction === "added" ? "+" : "-"} requested ${what} ${permission.permissionId ?? permission.permission}`,
      ];
    }
    if (permission.kind === "application") {
      return [
        `${direction === "added" ? "+" : "-"} granted ${what} ${permission.permissionId ?? permission.permission} `,
      ];
    }
    const granted = `granted ${what} ${permission.permission}`;
    if (code === "granted") return [`${direction === "added" ? "+" : "-"} ${granted} ${everyone(holder?.name ?? "")}`];
    return [`- ${granted} ${everyone(before ?? "")}`, `+ ${granted} ${everyone(after ?? "")}`];
  });
  return texts(facts);
}

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
      risk: { level: "high", reasons: [expect.stringContaining("does not know")] },
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
        risk: { level: "high", reasons: expect.arrayContaining(["the records do not say which user this is"]) },
        subject: { holder: { name: "a user the records do not name", id: guidOf("nobody") } },
      },
    ]);
  });
});

describe("a setting", () => {
  it.each<[string, Partial<DeclaredStack>, readonly Record<string, unknown>[]]>([
    [
      "an audience that lets others in",
      { audience: "AzureADMultipleOrgs" },
      [{ code: "audience", direction: "widened", risk: "high", before: "AzureADMyOrg", after: "AzureADMultipleOrgs" }],
    ],
    [
      "an audience of personal accounts",
      { audience: "PersonalMicrosoftAccount" },
      [{ code: "audience", direction: "widened", risk: "critical" }],
    ],
    [
      "assignment no longer required",
      { isAssignmentRequired: false },
      [{ code: "assignment-required", direction: "widened", risk: "high", before: "on", after: "off" }],
    ],
    [
      "a redirect URI elsewhere",
      { redirectUris: ["https://evil.example/"] },
      [
        { code: "redirect-uri", direction: "added", risk: "high" },
        { code: "redirect-uri", direction: "removed", risk: "low" },
      ],
    ],
    [
      "a redirect URI that only looks like this machine",
      { redirectUris: [...declared.redirectUris, "http://localhost.evil.example/"] },
      [{ code: "redirect-uri", direction: "added", risk: "high" }],
    ],
    [
      "an owner, on application and principal",
      { owners: ["deployer", guidOf("somebody")] },
      [
        { code: "owner", direction: "added", risk: "high" },
        { code: "owner", direction: "added", risk: "high" },
      ],
    ],
    [
      "a lifetime over the default",
      { lifetimeDays: 365 },
      [{ code: "lifetime", direction: "widened", risk: "high", before: "180", after: "365" }],
    ],
    [
      "a shorter lifetime",
      { lifetimeDays: 90 },
      [{ code: "lifetime", direction: "narrowed", risk: "low", before: "180", after: "90" }],
    ],
    [
      "a reader of the client secret",
      { readers: [...declared.readers, { name: "dashboard", id: guidOf("dashboard"), entry: "client-secret" }] },
      [{ code: "reader", direction: "added", risk: "high" }],
    ],
    [
      "a reader of the client id only",
      { readers: [...declared.readers, { name: "dashboard", id: guidOf("dashboard"), entry: "client-id" }] },
      [{ code: "reader", direction: "added", risk: "low" }],
    ],
    [
      "another name",
      { displayName: "Something else" },
      [{ code: "application-name", direction: "changed", risk: "low", before: "Partner Insights contoso" }],
    ],
  ])("is told: %s", (_, head, expected) => {
    const found = brief(changes(head));
    expect(found).toHaveLength(expected.length);
    expect(found).toMatchObject(expected);
  });

  it("names a lifetime over the default in a new stack too", () => {
    const found = diffManifests(emptyManifest, manifestOf({ lifetimeDays: 365 }));
    expect(found.find(({ code }) => code === "lifetime")).toMatchObject({
      direction: "widened",
      risk: { level: "high" },
      after: "365",
    });
    expect(diffManifests(emptyManifest, base).some(({ code }) => code === "lifetime")).toBe(false);
  });

  it("is told when the rule of a credential is no longer stated", () => {
    const silent = { ...base, credentials: base.credentials.map((it) => ({ ...it, lifetimeDays: null })) };
    expect(brief(diffManifests(base, silent))).toEqual([
      { code: "lifetime", direction: "widened", risk: "high", before: "180", after: "not stated" },
    ]);
  });

  it.each([
    ["implicit access tokens", { hasImplicitAccessTokens: true }, "implicit-grant"],
    ["public client flows", { isPublicClient: true }, "public-client"],
  ])("is told: %s", (_, setting, code) => {
    const head = { ...base, applications: base.applications.map((it) => ({ ...it, ...setting })) };
    expect(brief(diffManifests(base, head))).toEqual([
      { code, direction: "widened", risk: "high", before: "off", after: "on" },
    ]);
  });
});

describe("the vault", () => {
  const access = base.vaultAccess[0]!;
  const withAccess = (change: Partial<typeof access>) => ({
    ...base,
    vaultAccess: [...base.vaultAccess, { ...access, ...change }],
  });

  it.each([
    ["a refresh token", { entry: "partner-insights-contoso-refresh-token" }, "critical"],
    ["the whole vault", { on: "vault" as const, entry: null }, "critical"],
    [
      "something else in Azure",
      { on: "other" as const, vault: null, entry: null, scope: "/subscriptions/3" },
      "critical",
    ],
    ["an entry nobody knows", { entry: "partner-insights-contoso-other" }, "high"],
    ["a role that writes", { role: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7" }, "critical"],
    ["a role nobody knows", { role: guidOf("role") }, "critical"],
  ])("makes who may reach %s a risk of its own", (_, change, risk) => {
    expect(brief(diffManifests(base, withAccess(change)))).toMatchObject([
      { code: "reader", direction: "added", risk },
    ]);
  });

  it("tells when a value is no longer a secret to Pulumi", () => {
    const head = { ...base, entries: base.entries.map((it) => ({ ...it, isSecret: false })) };
    expect(brief(diffManifests(base, head))).toMatchObject([
      { code: "entry-setting", direction: "widened", risk: "high" },
    ]);
  });

  it("tells every setting that protects it less", () => {
    const vault = {
      vault: "v",
      isRoleBased: true,
      hasSoftDelete: true,
      hasPurgeProtection: true,
      retentionDays: 90,
      publicNetwork: "Disabled",
    };
    const open = {
      ...vault,
      isRoleBased: false,
      hasSoftDelete: false,
      hasPurgeProtection: false,
      retentionDays: 7,
      publicNetwork: "Enabled",
    };
    const found = diffManifests({ ...base, vaults: [vault] }, { ...base, vaults: [open] });
    expect(found).toHaveLength(5);
    expect(found.every(({ code, direction }) => code === "vault-setting" && direction === "widened")).toBe(true);
  });
});

describe("where a stack writes, and what nobody can read", () => {
  it("tells when a stack turns to another tenant", () => {
    const head = { ...base, signIns: base.signIns.map((it) => ({ ...it, tenantId: guidOf("elsewhere") })) };
    expect(brief(diffManifests(base, head))).toMatchObject([
      { code: "sign-in", direction: "added", risk: "high" },
      { code: "sign-in", direction: "removed", risk: "low" },
    ]);
  });

  it("tells what is unrecognised, with what it holds", () => {
    const record: ResourceRecord = { type: "aws:iam/role:Role", name: "x", inputs: { policy: "all" } };
    const head = buildManifest([...recordsOf(declared, underMocks), record]);
    expect(diffManifests(base, head)).toMatchObject([
      {
        code: "unrecognised",
        direction: "added",
        risk: { level: "high", reasons: ["a type of resource that the manifest does not know"] },
        subject: { detail: 'aws:iam/role:Role "x": policy = all' },
      },
    ]);
  });
});
