import fc from "fast-check";
import { buildManifest, manifestDigest, overallDigest } from "../../../permissions/manifest";
import { manifestJson } from "../../../permissions/manifest/canonical";
import { records } from "./changed-records";
import {
  firstPreview,
  laterPreview,
  partnerCenter,
  reader,
  recordsOf,
  secretsUser,
  underMocks,
  userImpersonation,
} from "./declared-stack";
import { anyStack } from "./generators";

describe("the access manifest of a stack", () => {
  it("holds what the records grant, in words that hold on every machine", () => {
    expect(buildManifest(records)).toEqual({
      schema: "partner-access/manifest/2",
      settings: [],
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
        expect(JSON.parse(manifestJson(manifest))).toEqual(manifest);
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
