import fc from "fast-check";
import { homeSubscription, homeTenant, partnerTenant } from "../../offline/emulator/constants";
import { catalog } from "../../permissions/catalog";

/** The keys of a stack file as plain values: everything that grants something differs from one to the next. */
export type Sections = Readonly<Record<string, unknown>>;

const { reader, renewer } = homeTenant;
const people = [
  { name: "report-builder", id: reader.objectId, type: "ServicePrincipal" },
  { name: "token-renewer", id: renewer.objectId, type: "ServicePrincipal" },
] as const;

/** Allows whatever the generator asks for: what is refused is another test's matter. */
export const everythingAllowed = JSON.stringify({
  permissions: catalog.flatMap((api) =>
    api.permissions.map(({ kind, name }) => ({ api: api.name, kind, permission: name, reason: "any of them" })),
  ),
  readers: people.map(({ name, id }) => ({ principalId: id, name, mayReadRefreshTokens: true, reason: "any of them" })),
});

const apis = fc.tuple(
  ...catalog.map((api) => {
    const some = (kind: string, most: number) => {
      const names = api.permissions.filter((it) => it.kind === kind).map(({ name }) => name);
      return fc.subarray(names, { maxLength: Math.min(most, names.length) });
    };
    return fc.record({
      api: fc.constant(api.name),
      delegated: some("delegated", 6),
      application: some("application", 4),
      reason: fc.constant("generated"),
    });
  }),
);

/**
 * Configurations that are valid and can follow each other in any order. What cannot follow stays: the
 * reporting user (a deleted entry cannot be written anew) and the owners (to add one later takes a right the deployer has not). */
export const configurations: fc.Arbitrary<Sections> = fc
  .record({
    permissions: apis,
    isForEveryone: fc.boolean(),
    displayName: fc.constantFrom("Partner Insights access (contoso)", "Reports of contoso"),
    assignedBy: fc.constantFrom("admin", "deployer"),
    redirectUri: fc.constantFrom("http://localhost:8400/", "http://localhost:8401/"),
    readers: fc.subarray([...people]),
    refreshTokenReaders: fc.subarray([...people]),
  })
  .map((it) => {
    const permissions = it.permissions.filter(
      ({ delegated, application }) => delegated.length + application.length > 0,
    );
    return {
      tenant: { id: partnerTenant.id, domain: partnerTenant.domain, alias: "contoso" },
      application: {
        displayName: it.displayName,
        redirectUri: it.redirectUri,
        owners: [partnerTenant.deployer.objectId, partnerTenant.rotator.objectId],
      },
      permissions: permissions.length > 0 ? permissions : [fallback],
      consent: it.isForEveryone ? { kind: "tenant", reason: "generated" } : { kind: "user" },
      reportingUser: { userPrincipalName: partnerTenant.reportingUser.userPrincipalName, assignedBy: it.assignedBy },
      vault: {
        tenantId: homeTenant.id,
        subscriptionId: homeSubscription.id,
        clientId: homeTenant.deployer.clientId,
        resourceGroup: homeSubscription.resourceGroup,
        name: homeSubscription.vault,
        mode: "existing",
        readers: it.readers,
        refreshTokenReaders: it.refreshTokenReaders,
      },
      rotation: { everyDays: 90, overlapDays: 7, lifetimeDays: 180 },
    };
  });

const fallback = {
  api: "Microsoft Partner Center",
  delegated: ["user_impersonation"],
  application: [],
  reason: "generated",
};

/** So many configurations, one after the other; the same for the same seed. */
export function walk(count: number, seed: number): readonly Sections[] {
  return fc.sample(configurations, { numRuns: count, seed });
}
