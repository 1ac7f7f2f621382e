import { homeTenant, partnerTenant } from "../../../offline/emulator/seed/constants";
import { readRecord } from "../../../rotation/record";
import { type DrivenTenant, type RunChanges, startDrivenTenant } from "../../support/driver/driven-tenant";

import { onTheApplication } from "./looking";

let tenant: DrivenTenant;
beforeAll(async () => {
  tenant = await startDrivenTenant();
});
beforeEach(async () => {
  tenant.restart();
  expect(await tenant.up()).toMatchObject({ ok: true });
  tenant.advance(1);
});
afterAll(() => tenant.stop());

const isOurs = ({ properties }: { properties: Readonly<Record<string, unknown>> }) =>
  properties["displayName"] === "Partner Insights access (contoso)";
/** Key ids on the application, whatever the vault says. */
const onlyOurs = () =>
  (tenant.emulator.world.tenants.get(partnerTenant.id)?.applications.all() ?? [])
    .filter(isOurs)
    .flatMap(({ passwordCredentials }) => passwordCredentials.map(({ keyId }) => keyId));
const entries = (prefix: string) =>
  (tenant.emulator.world.tenants.get(homeTenant.id)?.secrets.all() ?? [])
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix));
const move: RunChanges = { vault: { prefix: "moved-" }, migrate: "the old prefix names a person" };
const old = "partner-insights-contoso-";
const names = (prefix: string) => ["client-id", "client-secret", "refresh-token"].map((suffix) => `${prefix}${suffix}`);

describe("a move to another prefix", () => {
  it("publishes the same secret there, and removes the old entries once the new ones are there", async () => {
    const before = tenant.keyIds();
    expect(await tenant.up(move)).toMatchObject({ ok: true, error: undefined });
    expect(entries("moved-").sort()).toEqual(names("moved-"));
    expect(entries(old)).toEqual([]);
    expect(await tenant.up({ vault: { prefix: "moved-" } })).toMatchObject({ ok: true, steps: [] });
    // The same secret, at another place: who still holds it is not cut off.
    const entry = tenant.emulator.world.tenants
      .get(homeTenant.id)
      ?.secrets.all()
      .find(({ name }) => name === "moved-client-secret");
    const { record } = readRecord(entry?.versions.at(-1)?.tags ?? {});
    expect([record?.current, record?.slots[record.current]?.keyId]).toEqual(["a", before[0]]);
  });

  it("goes on with the overlap and the requests of the record it leaves", async () => {
    tenant.advance(90);
    const asked = { rotation: { request: "audit" } };
    expect(await tenant.up(asked)).toMatchObject({ ok: true });
    tenant.advance(1);
    const before = tenant.keyIds();
    expect(before).toHaveLength(2);
    expect(await tenant.up({ ...move, ...asked })).toMatchObject({ ok: true, error: undefined });
    expect(onlyOurs()).toEqual(before);
    const at = { vault: { prefix: "moved-" }, ...asked };
    expect(await tenant.up(at)).toMatchObject({ ok: true, steps: [] });
    tenant.advance(7);
    expect(await tenant.up(at)).toMatchObject({ ok: true });
    expect(onlyOurs()).toEqual([before[1]]);
  });

  it("is refused while the application is stopped", async () => {
    const [principal] =
      tenant.emulator.world.tenants.get(partnerTenant.id)?.servicePrincipals.all().filter(isOurs) ?? [];
    await onTheApplication(tenant, "PATCH", `/v1.0/servicePrincipals/${principal?.id}`, { accountEnabled: false });
    expect((await tenant.up(move)).error).toContain("this stack was stopped. Resume it first");
    expect(entries(old).sort()).toEqual(names(old));
  });

  it("leaves consumers what they read when the new secret is not accepted", async () => {
    // In slot a again: a move that began anew would put its own first generation there.
    tenant.advance(90);
    expect(await tenant.up()).toMatchObject({ ok: true });
    tenant.advance(90);
    expect(await tenant.up()).toMatchObject({ ok: true });
    tenant.advance(30);
    expect(await tenant.up()).toMatchObject({ ok: true });
    const before = tenant.keyIds();
    const blocked = { error: "x", error_description: "AADSTS53003: blocked", error_codes: [53003] };
    const refuseProof = (send: typeof fetch) =>
      (async (input, init) => {
        const form = new URLSearchParams(String(init?.body));
        const isProof =
          String(input).endsWith("/token") && form.get("client_secret") !== tenant.emulator.secrets.deployer;
        return isProof && form.has("client_secret") ? Response.json(blocked, { status: 400 }) : send(input, init);
      }) as typeof fetch;
    expect((await tenant.up({ ...move, fetch: refuseProof })).ok).toBe(false);
    expect(entries(old).sort()).toEqual(names(old));
    expect(tenant.watch.invalid).toEqual([]);
    expect(await tenant.up()).toMatchObject({ ok: true, steps: [] });
    expect([entries(old).sort(), tenant.keyIds()]).toEqual([names(old), before]);
  });

  it("leaves consumers what they read when the new entries may not be written", async () => {
    const refused = { service: "arm", method: "PUT", path: "**/secrets/moved-*", when: "before", action: "status" };
    await tenant.emulator.control("POST", "faults", [{ ...refused, status: 403, times: 1000 }]);
    expect((await tenant.up(move)).ok).toBe(false);
    await tenant.emulator.control("POST", "faults", []);
    expect(entries(old).sort()).toEqual(names(old));
    expect(tenant.watch.invalid).toEqual([]);
  });
});
