import fc from "fast-check";
import { homeSubscription, homeTenant, partnerTenant } from "../../offline/emulator/seed/constants";
import { stableId } from "../../offline/emulator/world/stable-id";
import { catalog } from "../../permissions/catalog";

/** The keys of a stack file as plain values: everything that grants something differs from one to the next. */
export type Sections = Readonly<Record<string, unknown>>;

/** One configuration, and how many days pass before it is applied: so that secrets fall due under whatever rule then holds. */
export interface Step {
  readonly sections: Sections;
  readonly daysBefore: number;
}

const { reader, renewer } = homeTenant;
/** Names stay with their ids: under another name the same role would be assigned before the old assignment goes, which Azure refuses. */
const people = [
  { name: "report-builder", id: reader.objectId, type: "ServicePrincipal" },
  { name: "token-renewer", id: renewer.objectId, type: "ServicePrincipal" },
  { name: "operator", id: stableId(homeTenant.id, "user", "admin"), type: "User" },
] as const;
const { deployer, rotator, administrator } = partnerTenant;
const [byDeployer, byRotator, byAdministrator] = [deployer.objectId, rotator.objectId, administrator.objectId];
const users = [partnerTenant.reportingUser.userPrincipalName, `admin@${partnerTenant.domain}`] as const;

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

/** `undefined` leaves a key out: then the default holds, or what the first update remembers. */
const wishes = fc.record({
  permissions: apis,
  isForEveryone: fc.boolean(),
  displayName: fc.constantFrom(undefined, "Partner Insights access (contoso)", "Reports of contoso"),
  owners: fc.constantFrom(
    undefined,
    [byDeployer],
    [byDeployer, byRotator],
    [byRotator, byDeployer],
    [byDeployer, byAdministrator, byRotator],
    [byRotator],
    [byRotator, stableId(partnerTenant.id, "user", "admin")],
  ),
  user: fc.option(fc.record({ name: fc.constantFrom(...users), assignedBy: fc.constantFrom("admin", "deployer") }), {
    nil: undefined,
    freq: 4,
  }),
  redirectUri: fc.constantFrom(
    undefined,
    "http://localhost:8400/",
    "http://localhost:8401/",
    "https://reports.example/",
  ),
  readers: fc.subarray([...people]),
  refreshTokenReaders: fc.subarray([...people]),
  // Any of these fit together: the shortest life is twice the longest period, the longest overlap the shortest period.
  rotation: fc.option(
    fc.record({
      everyDays: fc.constantFrom(30, 60, 90),
      overlapDays: fc.constantFrom(2, 7, 30),
      lifetimeDays: fc.constantFrom(180, 181, 200, 365, 730),
    }),
    { nil: undefined, freq: 6 },
  ),
});
type Wish = typeof wishes extends fc.Arbitrary<infer T> ? T : never;

/** What hangs on a reporting user goes with the user; everything else is as wished, so that any can follow any other. */
function sectionsOf(wanted: Wish): Sections {
  const { user } = wanted;
  const permissions = wanted.permissions
    .map((api) => ({ ...api, delegated: user === undefined ? [] : api.delegated }))
    .filter(({ delegated, application }) => delegated.length + application.length > 0);
  const sections = {
    tenant: { id: partnerTenant.id, domain: partnerTenant.domain, alias: "contoso" },
    application: {
      displayName: wanted.displayName,
      owners: wanted.owners,
      redirectUri: user === undefined ? undefined : wanted.redirectUri,
    },
    permissions: permissions.length > 0 ? permissions : [user === undefined ? withoutUser : withUser],
    consent: wanted.isForEveryone ? { kind: "tenant", reason: "generated" } : { kind: "user" },
    reportingUser: user && { userPrincipalName: user.name, assignedBy: user.assignedBy },
    vault: {
      tenantId: homeTenant.id,
      subscriptionId: homeSubscription.id,
      clientId: homeTenant.deployer.clientId,
      resourceGroup: homeSubscription.resourceGroup,
      name: homeSubscription.vault,
      mode: "existing",
      readers: wanted.readers,
      refreshTokenReaders: user === undefined ? [] : wanted.refreshTokenReaders,
    },
    rotation: wanted.rotation,
  };
  // As a file would hold it: what is undefined is not there.
  return JSON.parse(JSON.stringify(sections)) as Sections;
}

const fallback = { delegated: [] as string[], application: [] as string[], reason: "generated" };
const withUser = { ...fallback, api: "Microsoft Partner Center", delegated: ["user_impersonation"] };
const withoutUser = { ...fallback, api: "Microsoft Graph", application: ["PartnerBilling.Read.All"] };

const keys = ["permissions", "isForEveryone", "displayName", "owners", "user", "redirectUri"] as const;
const moreKeys = ["readers", "refreshTokenReaders", "rotation"] as const;

/** Most steps change one or two keys, the others all: a change must be reported alone as well as among many. */
const changes = fc.record({
  wanted: wishes,
  changed: fc.option(fc.subarray([...keys, ...moreKeys], { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
  daysBefore: fc.constantFrom(0, 0, 0, 0, 3, 35, 100),
});

/** So many configurations, one after the other; the same for the same seed. */
export function walk(count: number, seed: number): readonly Step[] {
  let before: Wish | undefined;
  return fc.sample(changes, { numRuns: count, seed }).map(({ wanted, changed, daysBefore }) => {
    const part = Object.fromEntries((changed ?? []).map((key) => [key, wanted[key]]));
    before = before === undefined || changed === undefined ? wanted : { ...before, ...part };
    return { sections: sectionsOf(before), daysBefore };
  });
}
