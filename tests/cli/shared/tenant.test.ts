import { todayOf } from "../../../cli/shared/tenant";
import { clockOf } from "../../../cli/token/place";
import { dayOf } from "../../../model/day";

describe("the day a command believes it is", () => {
  it("is the machine's where the variable is set to nothing, as a pipeline does with a variable it does not have", () => {
    expect(todayOf("", undefined)).toBe(dayOf(new Date()));
    expect(Math.abs(clockOf({ PARTNER_ACCESS_NOW: "" })() - Date.now())).toBeLessThan(60_000);
  });

  it("is the stated one on this machine only", () => {
    expect(todayOf("2026-03-01T08:00:00Z", "localhost:8443")).toBe("2026-03-01");
    for (const host of [undefined, "login.microsoftonline.com", "localhost.example"]) {
      expect(() => todayOf("2026-03-01T08:00:00Z", host)).toThrow("is accepted by the emulator only");
    }
  });
});
