import { partnerTenant } from "../../../offline/emulator/constants";
import { type DrivenTenant, type RunChanges, startDrivenTenant } from "../../support/driver/driven-tenant";

const PROFILES = 20;
const ROTATIONS_PER_PROFILE = 5;
const LONGEST_LAG_SECONDS = 60;

jest.setTimeout(600_000);
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
  return published();
}

function published(): number {
  const record = tenant.record();
  return record?.slots[record.current]?.generation ?? 0;
}

/** The seconds by which sign-in and replicas run behind: from none to a minute, never in step. */
function setLag(profile: number): void {
  const step = LONGEST_LAG_SECONDS / (PROFILES - 1);
  const { lag } = tenant.emulator.world as { lag: { secretAcceptanceSeconds: number; readLagSeconds: number } };
  lag.secretAcceptanceSeconds = profile * step;
  lag.readLagSeconds = ((profile * 7) % PROFILES) * step;
}

describe("whoever reads the vault, or has read it inside the overlap, gets a token at that moment", () => {
  it("in 100 rotations in a row, with 20 lags from 0 to 60 seconds", async () => {
    let generation = await up();
    for (let profile = 0; profile < PROFILES; profile += 1) {
      setLag(profile);
      for (let rotation = 0; rotation < ROTATIONS_PER_PROFILE; rotation += 1) {
        tenant.advance(90);
        expect(await up()).toBe(generation + 1);
        generation += 1;
      }
      // Once per profile what a schedule does on its other days: inside the overlap, and when it has passed.
      tenant.advance(6);
      expect(await up()).toBe(generation);
      expect(tenant.keyIds()).toHaveLength(2);
      tenant.advance(2);
      expect(await up()).toBe(generation);
      expect(tenant.keyIds()).toHaveLength(1);
    }
    const { moments, publications, invalid } = tenant.watch;
    process.stderr.write(
      `validity: ${generation - 1} rotations, ${PROFILES} lag profiles, ${publications} publications, ` +
        `${moments} moments looked at, ${invalid.length} invalid\n`,
    );
    expect(generation).toBe(1 + PROFILES * ROTATIONS_PER_PROFILE);
    expect(publications).toBe(generation);
    expect(invalid).toEqual([]);
  });

  it("in one rotation, on the days of its overlap and after it", async () => {
    await up();
    setLag(3);
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
    setLag(6);
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
    expect(published()).toBe(1);
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
