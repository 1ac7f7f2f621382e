import * as fc from "fast-check";
import type { StackConfiguration } from "../../configuration/stack-configuration";
import { partnerTenantId, read, readerId, renewerId, validSections } from "./valid-stack";

describe("a configuration that is right", () => {
  it.each([
    ["Reports@Contoso.Example", "reports@contoso.example"],
    ["Miles.O'Brien@contoso.example", "miles.o'brien@contoso.example"],
  ])("may name a user as %s, and keeps it without capitals, which make no other user", (written, kept) => {
    const reportingUser = { userPrincipalName: written };
    expect(read({ ...validSections, reportingUser }).configuration?.reportingUser?.userPrincipalName).toBe(kept);
  });

  it("is complete with every default", () => {
    const expected: StackConfiguration = {
      stack: "contoso",
      tenant: { id: partnerTenantId, domain: "contoso.example", alias: "contoso", cloud: "public" },
      application: {
        displayName: "Partner Insights access (contoso)",
        owners: undefined,
        redirectUri: "http://localhost:8400/",
      },
      permissions: [
        {
          api: { name: "Microsoft Graph", clientId: "00000003-0000-0000-c000-000000000000" },
          delegated: [
            { name: "profile", id: "14dad69e-099b-42c9-810b-d002981feec1", kind: "delegated" },
            { name: "openid", id: "37f7f235-527c-4136-accd-4a02d197296e", kind: "delegated" },
            { name: "offline_access", id: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", kind: "delegated" },
          ],
          application: [],
          reason: "The reporting user signs in once, and the sign-in lasts.",
        },
        {
          api: { name: "Microsoft Partner Center", clientId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd" },
          delegated: [{ name: "user_impersonation", id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a", kind: "delegated" }],
          application: [],
          reason: "The Partner Insights reports are read as the reporting user.",
        },
      ],
      consent: { kind: "user" },
      reportingUser: { userPrincipalName: "reports@contoso.example", assignedBy: "admin" },
      vault: {
        tenantId: partnerTenantId,
        subscriptionId: "33333333-3333-4333-8333-333333333333",
        clientId: "c0ffee00-0000-4000-8000-00000000d002",
        resourceGroup: "partner-insights",
        name: "fabrikam-partner-access",
        location: undefined,
        mode: "existing",
        prefix: "partner-insights-contoso-",
        readers: [],
        refreshTokenReaders: [],
      },
      rotation: { everyDays: 90, overlapDays: 7, lifetimeDays: 180, request: undefined, compromised: false },
      migrate: undefined,
      solo: false,
    };
    expect(read(validSections)).toEqual({ configuration: expected, problems: [] });
  });

  it("keeps what is written, in the forms everything else compares", () => {
    const reader = (id: string, name: string) => ({ id, name, type: "ServicePrincipal" });
    const { configuration, problems } = read({
      tenant: { ...validSections.tenant, id: partnerTenantId.toUpperCase(), cloud: "china", experimental: true },
      application: {
        displayName: " Insights ",
        owners: ["C0FFEE00-0000-4000-8000-000000000003", "c0ffee00-0000-4000-8000-000000000001"],
        redirectUri: "https://sign-in.contoso.example/partner",
      },
      permissions: [
        { api: "graph", application: ["PartnerBilling.Read.All"], reason: "Invoices" },
        { api: "Partner Center", delegated: ["user_impersonation"], reason: "Reports" },
      ],
      consent: { kind: "tenant", reason: "Every analyst signs in." },
      reportingUser: { ...validSections.reportingUser, assignedBy: "deployer" },
      vault: {
        ...validSections.vault,
        tenantId: "22222222-2222-4222-8222-222222222222",
        resourceGroup: "RG-Partner",
        name: "Fabrikam-Partner-Access",
        mode: "create",
        location: "westeurope",
        prefix: "",
        readers: [reader(renewerId, "renewer"), reader(readerId, "builder")],
        refreshTokenReaders: [reader(renewerId, "renewer")],
      },
      rotation: { everyDays: 30, overlapDays: 30, lifetimeDays: 60, request: "ticket 7", compromised: true },
      migrate: "The vault moves to another subscription.",
    });
    expect(problems).toEqual([]);
    expect(configuration?.tenant).toEqual({
      id: partnerTenantId,
      domain: "contoso.example",
      alias: "contoso",
      cloud: "china",
    });
    expect(configuration?.application).toEqual({
      displayName: "Insights",
      owners: ["c0ffee00-0000-4000-8000-000000000001", "c0ffee00-0000-4000-8000-000000000003"],
      redirectUri: "https://sign-in.contoso.example/partner",
    });
    expect(configuration?.permissions.map(({ api, reason }) => [api.name, reason])).toEqual([
      ["Microsoft Graph", "Invoices"],
      ["Microsoft Partner Center", "Reports"],
    ]);
    expect(configuration?.consent).toEqual({ kind: "tenant", reason: "Every analyst signs in." });
    expect(configuration?.reportingUser?.assignedBy).toBe("deployer");
    expect(configuration?.vault).toMatchObject({ mode: "create", location: "westeurope", prefix: "" });
    // Names of Azure's: in other capitals the engine would take them for others, and make every entry anew.
    expect(configuration?.vault).toMatchObject({ resourceGroup: "rg-partner", name: "fabrikam-partner-access" });
    expect(
      read({ ...validSections, vault: { ...validSections.vault, prefix: "Team-X-" } }).configuration?.vault.prefix,
    ).toBe("team-x-");
    expect(configuration?.vault.readers.map(({ name }) => name)).toEqual(["builder", "renewer"]);
    expect(configuration?.rotation).toEqual({
      everyDays: 30,
      overlapDays: 30,
      lifetimeDays: 60,
      request: "ticket 7",
      compromised: true,
    });
    expect(configuration?.migrate).toBe("The vault moves to another subscription.");
  });

  it("needs no reporting user and has no redirect URI when only the application acts", () => {
    const permissions = [{ api: "Microsoft Graph", application: ["PartnerBilling.Read.All"], reason: "Invoices" }];
    const { configuration, problems } = read({ ...validSections, reportingUser: undefined, permissions });
    expect(problems).toEqual([]);
    expect(configuration?.reportingUser).toBeUndefined();
    expect(configuration?.application.redirectUri).toBeUndefined();
  });

  it("takes the empty values that Pulumi.yaml gives to keys left out for keys left out", () => {
    const filled = { ...validSections, application: {}, consent: {}, rotation: {}, migrate: "" };
    expect(read(filled)).toEqual(read(validSections));
    expect(read({ ...validSections, rotation: { request: null, everyDays: null } })).toEqual(read(validSections));
  });

  it("tolerates what the engine itself keeps under pulumi:", () => {
    expect(read({ ...validSections, "pulumi:tags": { team: "partners" } }).problems).toEqual([]);
  });
});

const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz");
const word = (length: number) => fc.string({ unit: letter, minLength: 2, maxLength: length });
const sentence = fc.array(word(8), { minLength: 1, maxLength: 8 }).map((words) => words.join(" "));

/** Stacks that keep every rule, with and without each optional key. */
const anyValidStack = fc.integer({ min: 1, max: 365 }).chain((everyDays) =>
  fc.record(
    {
      tenant: fc.record({ id: fc.uuid(), domain: word(8).map((name) => `${name}.example`), alias: word(10) }),
      reportingUser: fc.record(
        {
          userPrincipalName: word(8).map((name) => `${name}@contoso.example`),
          assignedBy: fc.constantFrom("admin", "deployer"),
        },
        { requiredKeys: ["userPrincipalName"] },
      ),
      vault: fc.record(
        {
          subscriptionId: fc.uuid(),
          clientId: fc.uuid(),
          resourceGroup: word(20),
          name: word(12).map((name) => `v${name}`),
          tenantId: fc.uuid(),
          prefix: word(12).map((text) => `${text}-`),
        },
        { requiredKeys: ["subscriptionId", "clientId", "resourceGroup", "name"] },
      ),
      rotation: fc.record(
        {
          everyDays: fc.constant(Math.max(2, everyDays)),
          overlapDays: fc.integer({ min: 2, max: Math.max(2, everyDays) }),
          lifetimeDays: fc.integer({ min: Math.max(4, 2 * everyDays), max: 730 }),
          request: sentence,
        },
        { requiredKeys: ["everyDays", "overlapDays", "lifetimeDays"] },
      ),
      consent: fc.oneof(
        fc.constant({ kind: "user" }),
        sentence.map((reason) => ({ kind: "tenant", reason })),
      ),
      permissions: fc
        .subarray(["user_impersonation", "openid", "profile", "email", "offline_access", "User.Read"], { minLength: 1 })
        .map((names) => {
          const graph = names.filter((name) => name !== "user_impersonation");
          const partner = names.filter((name) => name === "user_impersonation");
          return [
            ...(graph.length > 0 ? [{ api: "Microsoft Graph", delegated: graph, reason: "Sign-in" }] : []),
            ...(partner.length > 0 ? [{ api: "Partner Center", delegated: partner, reason: "Reports" }] : []),
          ];
        }),
      migrate: sentence,
    },
    { requiredKeys: ["tenant", "reportingUser", "vault"] },
  ),
);

/** The same value with the keys of every mapping in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item)]),
  );
}

describe("any configuration that keeps the rules", () => {
  it("passes, and means the same whatever order its keys are in", () => {
    void fc.assert(
      fc.property(anyValidStack, (sections) => {
        const { configuration, problems } = read(sections);
        expect(problems).toEqual([]);
        expect(read(turned(sections) as typeof sections).configuration).toEqual(configuration);
      }),
      { numRuns: 300 },
    );
  });

  it("means the same whatever order permissions and readers are listed in", () => {
    const ids = [readerId, renewerId];
    const sections = (order: readonly string[]) => ({
      ...validSections,
      vault: { ...validSections.vault, readers: order.map((id) => ({ id, name: id, type: "Group" })) },
    });
    expect(read(sections(ids)).configuration).toEqual(read(sections([...ids].reverse())).configuration);
    expect(read(sections(ids)).configuration?.vault.readers).toHaveLength(2);
  });

  it("is refused, with no exception, when any of it is replaced by something else", () => {
    const junk = fc.oneof(fc.jsonValue(), fc.constantFrom(null, 0, "", [], {}, true, "x".repeat(300), "\u001b[31m"));
    const keys = fc.constantFrom(
      "tenant",
      "application",
      "permissions",
      "consent",
      "reportingUser",
      "vault",
      "rotation",
    );
    void fc.assert(
      fc.property(keys, junk, (key, value) => {
        const { configuration, problems } = read({ ...validSections, [key]: value });
        expect(configuration === undefined).toBe(problems.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});
