import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";
import { onTheApplication, published } from "./looking";

let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
afterAll(() => tenant.stop());

const faults = (...plan: object[]) => tenant.emulator.control("POST", "faults", plan);
const publishRefused = {
  ...{ service: "arm", method: "PUT", path: "**/secrets/*-client-secret" },
  ...{ when: "before", action: "status", status: 403, times: 1000 },
};
const leak = { rotation: { request: "leak?", compromised: true } };

/** Two generations, the second published a day ago. */
beforeEach(async () => {
  tenant.restart();
  expect(await tenant.up()).toMatchObject({ ok: true });
  tenant.advance(90);
  expect(await tenant.up()).toMatchObject({ ok: true });
  tenant.advance(1);
});

describe("an emergency that minted and could not publish", () => {
  beforeEach(async () => {
    await faults(publishRefused);
    expect((await tenant.up(leak)).ok).toBe(false);
    await faults();
    expect(tenant.credentials().map(({ displayName }) => displayName)).toEqual(
      [1, 2, 3].map((generation) => `partner-access/dev/${generation}`),
    );
  });

  it.each([
    ["is taken back", {}],
    ["gives way to a roll-back", { rollback: "consumers broke" }],
  ])("leaves the previous secret to its consumers when it %s", async (_, changes) => {
    const before = tenant.keyIds();
    const { ok, error } = await tenant.up(changes);
    expect({ ok, error }).toEqual({
      ok: false,
      error: expect.stringContaining("an interrupted rotation has put generation 3 there"),
    });
    expect(tenant.keyIds()).toEqual(before);
    expect(tenant.watch.invalid).toEqual([]);
  });

  it("goes on when it is asked for again, and its secret goes unpublished once the overlap is over", async () => {
    const [, , minted] = tenant.keyIds();
    expect(await tenant.up(leak)).toMatchObject({ ok: true });
    expect([published(tenant), tenant.keyIds()]).toEqual([3, [minted]]);
  });

  it("is forgotten once the overlap is over: only the published secret is left", async () => {
    const [, current] = tenant.keyIds();
    tenant.advance(7);
    expect(await tenant.up()).toMatchObject({ ok: true });
    expect([published(tenant), tenant.keyIds()]).toEqual([2, [current]]);
    expect(tenant.watch.invalid).toEqual([]);
  });
});

describe("an app management policy", () => {
  const forbid = (rule: object) =>
    onTheApplication(tenant, "PATCH", "/v1.0/policies/defaultAppManagementPolicy", {
      isEnabled: true,
      applicationRestrictions: { passwordCredentials: [{ restrictionType: "passwordAddition", ...rule }] },
    });

  it("that came after a mint does not keep that secret from being published", async () => {
    await faults(publishRefused);
    expect((await tenant.up(leak)).ok).toBe(false);
    await faults();
    await forbid({});
    expect(await tenant.up(leak)).toMatchObject({ ok: true, error: undefined });
    expect(published(tenant)).toBe(3);
  });

  it("that exempts some callers stops nobody before Entra does", async () => {
    const attributes = [{ id: "Engineering_Deployer", operator: "equals", value: "yes" }];
    await forbid({ excludeActors: { customSecurityAttributes: attributes } });
    const { error } = await tenant.up(leak);
    expect(error ?? "").not.toContain("allows no new client secrets");
    await forbid({});
    expect((await tenant.up(leak)).error).toContain("allows no new client secrets");
  });
});
