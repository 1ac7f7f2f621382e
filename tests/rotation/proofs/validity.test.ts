import { partnerTenant } from "../../../offline/emulator/seed/constants";
import { type DrivenTenant, type RunChanges, startDrivenTenant } from "../../support/driver/driven-tenant";
import { setLag } from "./lags";
import { published } from "./looking";

let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
beforeEach(() => tenant.restart());
afterAll(() => tenant.stop());

/** A run that must succeed; answers the generation that is published afterwards. */
async function up(changes?: RunChanges): Promise<number> {
  const run = await tenant.up(changes);
  expect(run).toMatchObject({ ok: true, error: undefined });
  return published(tenant);
}

describe("whoever reads the vault, or has read it inside the overlap, gets a token at that moment", () => {
  it("in one rotation, on the days of its overlap and after it", async () => {
    await up();
    setLag(tenant, 3);
    tenant.advance(90);
    const kept: number[] = [];
    for (const days of [0, 1, 5, 1, 1]) {
      tenant.advance(days);
      expect(await up()).toBe(2);
      kept.push(tenant.keyIds().length);
    }
    expect(kept).toEqual([2, 2, 2, 1, 1]);
    expect(tenant.watch.invalid).toEqual([]);
  });

  it("when somebody asks for another one inside the overlap: it waits", async () => {
    await up();
    tenant.advance(90);
    expect(await up()).toBe(2);
    tenant.advance(6);
    const rotation = { request: "in a hurry" };
    expect(await up({ rotation })).toBe(2);
    tenant.advance(1);
    expect(await up({ rotation })).toBe(3);
    expect(await up({ rotation })).toBe(3);
    expect(tenant.watch.invalid).toEqual([]);
  });

  it("when a secret is replaced because it was compromised, and when a roll-back brings the one before back", async () => {
    await up();
    setLag(tenant, 6);
    tenant.advance(90);
    expect(await up()).toBe(2);
    tenant.advance(1);
    expect(await up({ rollback: "a consumer broke" })).toBe(1);
    expect(await up({ rollback: "a consumer broke" })).toBe(1);
    tenant.advance(1);
    tenant.watch.expectCompromise();
    expect(await up({ rotation: { request: "leaked", compromised: true } })).toBe(3);
    expect(tenant.keyIds()).toHaveLength(1);
    expect(tenant.watch.invalid).toEqual([]);
  });

  it("when the new secret is not accepted in time: the vault goes on serving the old one, and nothing is minted twice", async () => {
    await up();
    tenant.advance(90);
    const { lag } = tenant.emulator.world as { lag: { secretAcceptanceSeconds: number } };
    lag.secretAcceptanceSeconds = 3600;
    const run = await tenant.up();
    expect(run.ok).toBe(false);
    expect(run.error).toContain("AADSTS7000215");
    expect(run.error).toContain("it has not reached every server yet; run again later");
    expect(published(tenant)).toBe(1);
    const minted = tenant.keyIds();
    expect(minted).toHaveLength(2);
    await tenant.time.sleep(3600_000);
    tenant.advance(1);
    expect(await up()).toBe(2);
    expect(tenant.keyIds()).toEqual(minted);
    expect(tenant.watch.invalid).toEqual([]);
  });
});

describe("the watch", () => {
  it("sees a published secret that was removed, one that is not accepted yet, and an overlap that is cut short", async () => {
    await up();
    tenant.advance(90);
    await up();
    const moments = tenant.watch.moments;
    const [previous = "", current = ""] = tenant.keyIds();
    await remove(previous);
    expect(tenant.watch.invalid).toEqual([expect.stringMatching(/removePassword: the held secret .*Invalid client/)]);
    await remove(current);
    expect(tenant.watch.invalid).toHaveLength(3);
    expect(tenant.watch.invalid[1]).toMatch(/removePassword: the published secret .*Invalid client secret/);
    expect(tenant.watch.moments).toBe(moments + 4);
  });

  it("sees a secret that expires while nobody calls", async () => {
    await up();
    tenant.advance(200);
    expect(tenant.watch.invalid).toEqual([expect.stringContaining("after 200 days: the published secret")]);
  });
});

async function remove(keyId: string): Promise<void> {
  const applications = tenant.emulator.world.tenants.get(partnerTenant.id)?.applications.all() ?? [];
  const owner = applications.find(({ passwordCredentials }) => passwordCredentials.some((one) => one.keyId === keyId));
  const answer = await tenant.emulator.call("POST", `/v1.0/applications/${owner?.id}/removePassword`, {
    as: "partner-administrator",
    body: { keyId },
  });
  expect(answer.status).toBe(204);
}
