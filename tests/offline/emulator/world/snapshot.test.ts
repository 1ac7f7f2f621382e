import { partnerTenant } from "../../../../offline/emulator/seed/constants";
import { startTestEmulator, type TestEmulator } from "../../../support/emulator";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());

const create = (displayName: string) =>
  emulator.call("POST", "/v1.0/applications", { as: "partner-administrator", body: { displayName } });
const namesNow = () =>
  emulator.world.tenants
    .get(partnerTenant.id)
    ?.applications.all()
    .map(({ properties }) => properties["displayName"]);

it("brings back every object, the clock and the lag, as often as it is asked", async () => {
  const kept = await create("kept");
  const before = await emulator.control("GET", "state");
  const back = emulator.snapshot();
  for (const round of [1, 2]) {
    expect((await create(`made in round ${round}`)).status).toBe(201);
    await emulator.call("PATCH", `/v1.0/applications/${kept.body.id}`, {
      as: "partner-administrator",
      body: { displayName: "changed" },
    });
    await emulator.control("POST", "clock", { advance: "P90D" });
    await emulator.control("POST", "lag", { readLagSeconds: 60 });
    expect(namesNow()).toContain(`made in round ${round}`);
    back();
    const after = await emulator.control("GET", "state");
    expect({ ...after, now: "" }).toEqual({ ...before, now: "" });
    // 90 days ahead a moment ago; it runs on at real speed.
    expect(Date.parse(after.now) - Date.parse(before.now)).toBeLessThan(24 * 60 * 60_000);
    expect(emulator.world.lag.readLagSeconds).toBe(0);
  }
});

it("forgets tenants that were added since", async () => {
  const back = emulator.snapshot();
  await emulator.control("POST", "tenants", { domain: "adatum.example" });
  back();
  expect([...emulator.world.tenants.values()].map(({ domain }) => domain)).not.toContain("adatum.example");
});
