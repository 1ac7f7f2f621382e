import * as pulumi from "@pulumi/pulumi";
import type { Fault } from "../../../offline/emulator/http/faults";
import { homeTenant } from "../../../offline/emulator/seed/constants";
import { type DrivenTenant, startDrivenTenant } from "../../support/driver/driven-tenant";
import { onTheVault, published } from "./looking";

let tenant: DrivenTenant;
let warnings: string[];
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
beforeEach(() => {
  tenant.restart();
  warnings = [];
  jest.spyOn(pulumi.log, "warn").mockImplementation(async (text) => void warnings.push(text));
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => tenant.stop());

const faults = (...list: Partial<Fault>[]) => tenant.emulator.control("POST", "faults", list);
const deniedLook = {
  service: "vault",
  method: "GET",
  path: "**/deletedsecrets/*",
  when: "before",
  action: "status",
  status: 403,
} as const;

/** A run that must be refused with nothing minted and nothing written. */
async function refused(changes?: Parameters<DrivenTenant["up"]>[0]): Promise<string> {
  const [since, keys] = [await tenant.callsSoFar(), tenant.keyIds()];
  const run = await tenant.up(changes);
  expect(run.ok).toBe(false);
  expect(await tenant.writesSince(since)).toEqual([]);
  expect(tenant.keyIds()).toEqual(keys);
  return run.error ?? "";
}

/** As after the vault's retention, or a purge by hand: nothing is left that could be recovered. */
function purge(): void {
  const id = `${tenant.configuration.vault.name}/${tenant.clientSecretName}`;
  const gone = tenant.emulator.world.tenants.get(homeTenant.id)?.secrets.remove(id);
  if (gone === undefined) throw new Error(`the vault has no ${id}`);
}

describe("an entry that the vault does not show", () => {
  it("and that was purged is no first publish: the secret that consumers hold stays as it is", async () => {
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    tenant.advance(90);
    purge();
    const said = await refused();
    expect(said).toContain(`this stack published the vault's entry ${tenant.clientSecretName}`);
    expect(said).toContain("it was purged, or its vault is gone");
  });

  it("and whose deletion nobody may look at is refused when the state knows it, with the reason", async () => {
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    tenant.advance(90);
    await onTheVault(tenant, "DELETE");
    await faults(deniedLook);
    expect(await refused()).toMatch(/it is not known whether it was deleted \(.*403.*\).*az keyvault secret recover/);
    await faults();
    await onTheVault(tenant, "recover");
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    expect(published(tenant)).toBe(2);
  });

  it("is a first publish where nothing was published, and a look that failed is said aloud", async () => {
    await faults(deniedLook);
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    expect(published(tenant)).toBe(1);
    expect(warnings).toEqual([expect.stringMatching(/^Cannot tell whether an entry .* was deleted in .*403/)]);
  });
});

describe("an entry whose latest version somebody disabled", () => {
  it("is served again after an emergency, which publishes a version that is enabled", async () => {
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    await onTheVault(tenant, "PATCH", { attributes: { enabled: false } });
    const leak = { rotation: { request: "disabled in the vault", compromised: true } };
    expect(await tenant.up(leak)).toMatchObject({ ok: true, error: undefined });
    expect(published(tenant)).toBe(2);
    const { name } = tenant.configuration.vault;
    const entry = tenant.emulator.world.tenants.get(homeTenant.id)?.secrets.get(`${name}/${tenant.clientSecretName}`);
    expect(entry?.versions.at(-1)).toMatchObject({ enabled: true });
  });
});

describe("a place that consumers know", () => {
  const at = (prefix: string) => ({ vault: { prefix } });

  it("is not left unnoticed because the very first update failed at yet another one", async () => {
    await faults({
      service: "arm",
      method: "PUT",
      path: "**/secrets/first-client-secret",
      when: "before",
      action: "status",
      status: 403,
    });
    expect((await tenant.up(at("first-"))).ok).toBe(false);
    await faults();
    expect(await tenant.up(at("second-"))).toMatchObject({ ok: true, error: undefined });
    const said = await refused(at("third-"));
    expect(said).toMatch(/publishes? to .*\/secrets\/second-client-secret: consumers would break/);
    // Nor is the way back to the first place, which the state remembers from before.
    expect(await refused(at("first-"))).toContain("/secrets/second-client-secret: consumers would break");
    expect(await tenant.up({ ...at("third-"), migrate: "the old prefix names a person" })).toMatchObject({
      ok: true,
      error: undefined,
    });
    expect(await tenant.up(at("third-"))).toMatchObject({ ok: true, steps: [] });
  });
});

describe("a latest version that somebody disabled", () => {
  it("is said aloud by every update that does not replace it", async () => {
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    await onTheVault(tenant, "PATCH", { attributes: { enabled: false } });
    expect(await tenant.up()).toMatchObject({ ok: true, error: undefined });
    expect(warnings).toEqual([expect.stringContaining("the latest version of the client secret's entry is disabled")]);
  });
});
