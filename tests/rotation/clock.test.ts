import { clockProblems } from "../../rotation/clock";

const now = new Date("2027-01-10T12:00:00Z");
const apart = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

describe("a clock that dates are decided by", () => {
  it.each([0, 5, -5])("may be %d minutes off", (minutes) => {
    expect(clockProblems({ now, isStated: false }, apart(minutes))).toEqual([]);
  });

  it.each([
    [6, "6 minutes"],
    [-6, "6 minutes"],
    [180, "3 hours"],
    [-8 * 1440, "8 days"],
    [365 * 1440, "365 days"],
  ])("is refused when it is %d minutes off", (minutes, words) => {
    const [problem, ...others] = clockProblems({ now, isStated: false }, apart(minutes));
    expect(others).toEqual([]);
    expect(problem).toContain(
      `this machine's clock says 2027-01-10T12:00:00.000Z, and Microsoft's sign-in service says`,
    );
    expect(problem).toContain(`they are ${words} apart, and at most 5 minutes are allowed`);
  });

  it("may be stated for the emulator, which has to agree, and stands still while a run goes on", () => {
    expect(clockProblems({ now, isStated: true }, apart(59))).toEqual([]);
    expect(clockProblems({ now, isStated: true }, apart(8 * 1440))[0]).toMatch(
      /^PARTNER_ACCESS_NOW is .* 8 days apart/,
    );
  });

  it("is not refused by a service that tells no time", () => {
    expect(clockProblems({ now, isStated: false }, undefined)).toEqual([]);
    expect(clockProblems({ now, isStated: false }, new Date("nonsense"))).toEqual([]);
  });
});
