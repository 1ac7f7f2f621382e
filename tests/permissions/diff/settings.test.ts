import { diffManifests } from "../../../permissions/diff";
import { emptyManifest } from "../../../permissions/manifest";
import { type DeclaredStack, declared, guidOf } from "../manifest/declared-stack";
import { base, brief, changes, manifestOf } from "./changed-stack";

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
