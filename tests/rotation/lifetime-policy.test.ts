import { day } from "../../model/day";
import {
  lifetimeProblems,
  type PasswordRestriction,
  type SecretPolicies,
  secretLimit,
} from "../../rotation/lifetime-policy";
import { type PlannedSlot, planSlots } from "../../rotation/plan";

const today = day("2026-03-01");
const schedule = { everyDays: 90, overlapDays: 7, lifetimeDays: 180, tenantId: "11111111-1111-4111-8111-111111111111" };
const first = planSlots(undefined, schedule, today, { origin: "dev" });
const policy = (...restrictions: PasswordRestriction[]) => ({ id: "p", name: "Short", isEnabled: true, restrictions });
const lifetime = (maxLifetime: string, more: PasswordRestriction = {}) => ({
  ...{ restrictionType: "passwordLifetime", maxLifetime },
  ...more,
});
const limitOf = (changes: Partial<SecretPolicies>, options?: { forEverybody: boolean }) =>
  secretLimit({ tenantDefault: policy(), own: undefined, applicationCreatedAt: undefined, ...changes }, options);
const daysOf = (...restrictions: PasswordRestriction[]) => limitOf({ tenantDefault: policy(...restrictions) })?.days;

describe("the longest life that a tenant's policies allow", () => {
  it("is unlimited without a rule, and when the policy is off", () => {
    expect(limitOf({})).toBeUndefined();
    expect(limitOf({ tenantDefault: { ...policy(lifetime("P90D")), isEnabled: false } })).toBeUndefined();
    expect(daysOf(lifetime("P90D", { state: "disabled" }))).toBeUndefined();
    expect(daysOf({ restrictionType: "customPasswordAddition" })).toBeUndefined();
    expect(daysOf({ restrictionType: "symmetricKeyLifetime", maxLifetime: "P1D" })).toBeUndefined();
  });

  it("is the narrowest rule's, in whole days", () => {
    expect(daysOf(lifetime("P365D"), lifetime("P90D", { state: "enabled" }))).toBe(90);
    expect(daysOf(lifetime("P4DT12H30M5S"))).toBe(4);
    expect(daysOf(lifetime("PT48H"))).toBe(2);
    expect(daysOf(lifetime("PT1440M"))).toBe(1);
    expect(daysOf(lifetime("PT86400S"))).toBe(1);
    expect(daysOf(lifetime("PT23H59M60S"))).toBe(1);
    expect(daysOf(lifetime("P1DT23H59M59S"))).toBe(1);
  });

  it("is none at all where new client secrets are forbidden", () => {
    const limit = limitOf({ tenantDefault: policy(lifetime("P90D"), { restrictionType: "passwordAddition" }) });
    expect(limit).toMatchObject({ days: undefined, policy: { name: "Short" } });
  });

  it("is the application's own policy's, also when that one is off", () => {
    const tenantDefault = policy(lifetime("P30D"));
    expect(limitOf({ tenantDefault, own: policy(lifetime("P200D")) })?.days).toBe(200);
    expect(limitOf({ tenantDefault, own: { ...policy(), isEnabled: false } })).toBeUndefined();
  });

  it("spares applications that are older than the rule, and never a new one", () => {
    const tenantDefault = policy(lifetime("P30D", { restrictForAppsCreatedAfterDateTime: "2026-01-01T00:00:00Z" }));
    const createdOn = (on: string) => limitOf({ tenantDefault, applicationCreatedAt: new Date(on) })?.days;
    expect(createdOn("2025-12-31T23:59:59Z")).toBeUndefined();
    expect(createdOn("2026-01-01T00:00:00Z")).toBe(30);
    expect(limitOf({ tenantDefault })?.days).toBe(30);
  });

  it("leaves out on request what some callers are exempt from: it may not hold for this one", () => {
    const exempting = { excludeActors: { customSecurityAttributes: [{ id: "Engineering_Deployer" }] } };
    const tenantDefault = policy(
      lifetime("P30D", exempting),
      { restrictionType: "passwordAddition", ...exempting },
      lifetime("P90D", { excludeActors: null }),
    );
    expect(limitOf({ tenantDefault })).toMatchObject({ days: undefined });
    expect(limitOf({ tenantDefault }, { forEverybody: true })).toMatchObject({ days: 90 });
    expect(limitOf({ tenantDefault: policy(lifetime("P30D", exempting)) }, { forEverybody: true })).toBeUndefined();
  });

  it.each(["", "P", "P1Y", "P3M", "P1DT", "90", "P-1D"])("is not guessed from %p", (text) => {
    expect(() => daysOf(lifetime(text))).toThrow("must be a duration like P90D");
  });
});

describe("a plan under a policy", () => {
  const minted = first.slots.a as PlannedSlot;
  const limit = (days?: number) => ({ policy: policy(), days });

  it("is refused with the allowed value and what to set", () => {
    expect(lifetimeProblems(minted, limit(90), today, schedule)).toEqual([
      'rotation.lifetimeDays is 180, and the app management policy "Short" (p) allows client secrets of at most 90 days: ' +
        "set rotation.lifetimeDays to 90 or less and rotation.everyDays to 45 or less, " +
        "or ask an administrator to give this application its own policy",
    ]);
    expect(lifetimeProblems(minted, limit(), today, schedule)).toEqual([
      'the app management policy "Short" (p) allows no new client secrets: ' +
        "ask an administrator to give this application its own policy",
    ]);
  });

  it("names the period only where half the allowed life is shorter", () => {
    const long = { ...schedule, lifetimeDays: 365 };
    const plan = planSlots(undefined, long, today, { origin: "dev" });
    const said = (days: number) => lifetimeProblems(plan.slots.a as PlannedSlot, limit(days), today, long)[0];
    expect(said(180)).toContain("set rotation.lifetimeDays to 180 or less, or ask an administrator");
    expect(said(179)).toContain("set rotation.lifetimeDays to 179 or less and rotation.everyDays to 89 or less, or");
  });

  it("passes when the secret it mints is short enough, to the day", () => {
    const end = minted.end;
    const days = (Date.parse(end) - Date.parse(today)) / 86_400_000;
    expect(lifetimeProblems(minted, limit(days), today, schedule)).toEqual([]);
    expect(lifetimeProblems(minted, limit(days - 1), today, schedule)).toHaveLength(1);
  });
});
