import * as pulumi from "@pulumi/pulumi";
import { dayOf } from "../../../model/day";
import { readRecord } from "../../../rotation/record";
import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";
import { onTheVault, published } from "./looking";
import { asked, beginInOverlap, expectRefusalAndRepair, recovered, tags, tamperings, versions } from "./tampering";

let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
afterAll(() => tenant.stop());

/** Changes nothing, says the way out, and the way out ends where the tenant was before. */
async function expectRefusalAndWayOut(keys: readonly string[]): Promise<void> {
  const [since, count] = [await tenant.callsSoFar(), versions(tenant).length];
  const refused = await tenant.up(asked);
  expect(refused).toMatchObject({ ok: false, steps: [] });
  expect(refused.error).toContain("npm run partner-access -- recover -s dev");
  expect([await tenant.writesSince(since), versions(tenant).length]).toEqual([[], count]);
  const repaired = await recovered(tenant);
  expect(repaired).toMatchObject({ ok: true, error: undefined, steps: ["update partner-client-secret"] });
  expect(tenant.keyIds()).toEqual(keys);
}

describe("a record that somebody tampered with, in the overlap of a rotation", () => {
  beforeAll(() => beginInOverlap(tenant));

  // Every eighth: tampered.sweep.test.ts goes on.
  it.each(tamperings.filter((_, place) => place % 8 === 0))(
    "never replaces a secret and has a way out: %s",
    (_, change) => expectRefusalAndRepair(tenant, change),
  );

  it("minds no tag that decides nothing: managedBy, and what others put there", async () => {
    const before = tags(tenant);
    await onTheVault(tenant, "PATCH", { tags: { ...before, managedBy: "somebody", costCenter: "4711" } });
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
    expect(tags(tenant)).toMatchObject({ costCenter: "4711" });
  });
});

describe("a version of the entry that somebody wrote by hand", () => {
  const write = (body: object) => onTheVault(tenant, "PUT", body);
  let keys: readonly string[];
  beforeEach(async () => {
    await beginInOverlap(tenant);
    tenant.advance(89);
    // Generation 3 takes the place of generation 1: an older record would have the published secret removed.
    expect(await tenant.up(asked)).toMatchObject({ ok: true });
    expect(published(tenant)).toBe(3);
    tenant.advance(8);
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: ["delete partner-secret-b"] });
    keys = tenant.keyIds();
    expect(keys).toHaveLength(1);
  });

  it("with a value and no tags", async () => {
    await write({ value: "typed by hand" });
    await expectRefusalAndWayOut(keys);
    expect(published(tenant)).toBe(3);
  });

  it("with the value and the tags of an older version", async () => {
    const [, second] = versions(tenant);
    await write({ value: second?.value, tags: second?.tags });
    expect(readRecord(tags(tenant)).record?.current).toBe("b");
    await expectRefusalAndWayOut(keys);
    expect(published(tenant)).toBe(3);
  });

  it("with the tags of now and another value: the right one is published again", async () => {
    const right = versions(tenant).at(-1)?.value;
    await write({ value: `${right}\n`, tags: tags(tenant) });
    // The tags are right, so an update has no reason to write: only a look at the value tells.
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
    expect(await recovered(tenant)).toMatchObject({ ok: true, steps: ["update partner-client-secret"] });
    expect(versions(tenant).at(-1)?.value).toBe(right);
  });
});

describe("tags of others on the entry", () => {
  const foreign = { costCenter: "4711", owner: "finance", reviewed: "yes" };
  const extra = () =>
    Object.fromEntries(Object.entries(tags(tenant)).filter(([name]) => /^(cost|own|rev|zone)/.test(name)));

  it("stay there through a rotation, and cause no publish of their own", async () => {
    await beginInOverlap(tenant);
    await onTheVault(tenant, "PATCH", { tags: { ...tags(tenant), ...foreign } });
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
    tenant.advance(90);
    expect(await tenant.up(asked)).toMatchObject({ ok: true });
    expect([published(tenant), extra()]).toEqual([3, foreign]);
    expect(Object.keys(tags(tenant))).toHaveLength(15);
    tenant.advance(1);
    expect(await tenant.up(asked)).toMatchObject({ ok: true, steps: [] });
  });

  it("go where there is no room for all, the last by name", async () => {
    tenant.restart();
    expect(await tenant.up()).toMatchObject({ ok: true });
    await onTheVault(tenant, "PATCH", { tags: { ...tags(tenant), ...foreign, zone: "west" } });
    tenant.advance(90);
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    expect(await tenant.up(asked)).toMatchObject({ ok: true, error: undefined });
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      `No room for the tags zone on ${tenant.clientSecretName}: Azure allows 15`,
    ]);
    warn.mockRestore();
    expect(extra()).toEqual(foreign);
  });
});

describe("a publish whose answer was lost", () => {
  it("agrees with what the state was about to write, and is taken over by the next run", async () => {
    await beginInOverlap(tenant);
    tenant.advance(89);
    const fault = { service: "arm", method: "PUT", path: "**/secrets/*-client-secret" };
    await tenant.emulator.control("POST", "faults", [
      { ...fault, when: "after", action: "status", status: 409, times: 1 },
    ]);
    expect((await tenant.up(asked)).ok).toBe(false);
    await tenant.emulator.control("POST", "faults", []);
    expect(published(tenant)).toBe(3);
    const keys = tenant.keyIds();
    expect(await tenant.up(asked)).toMatchObject({ ok: true, error: undefined });
    expect(keys).toEqual(expect.arrayContaining([...tenant.keyIds()]));
    expect([published(tenant), tenant.record()?.publishedOn]).toEqual([3, dayOf(tenant.emulator.world.clock.now())]);
  });
});

describe("an emergency after a rotation that minted and could not publish", () => {
  const refuse = (on: boolean) =>
    tenant.emulator.control(
      "POST",
      "faults",
      on
        ? [
            {
              ...{ service: "arm", method: "PUT", path: "**/secrets/*-client-secret", times: 1000 },
              ...{ when: "before", action: "status", status: 403 },
            },
          ]
        : [],
    );
  const leak = { rotation: { request: "leak", compromised: true } };

  it("publishes a secret of its own, and goes on with that one when it has to be repeated", async () => {
    tenant.restart();
    expect(await tenant.up()).toMatchObject({ ok: true });
    tenant.advance(90);
    await refuse(true);
    expect((await tenant.up()).ok).toBe(false);
    const before = tenant.keyIds();
    expect(before).toHaveLength(2);
    // The leak is of this moment: what was minted before may have leaked too.
    expect((await tenant.up(leak)).ok).toBe(false);
    expect((await tenant.up(leak)).ok).toBe(false);
    const own = tenant.keyIds().filter((keyId) => !before.includes(keyId));
    expect(own).toHaveLength(1);
    await refuse(false);
    expect(await tenant.up(leak)).toMatchObject({ ok: true, error: undefined });
    expect([tenant.keyIds(), published(tenant)]).toEqual([own, 3]);
  });
});
