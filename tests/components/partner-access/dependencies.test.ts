import { readToday } from "../../../components/partner-access/dependencies";

const now = new Date("2026-11-22T23:30:00Z");

describe("today", () => {
  it("is the clock's UTC day when nothing is stated", () => {
    expect(readToday(undefined, undefined, now)).toBe("2026-11-22");
    expect(readToday("", "localhost:1", now)).toBe("2026-11-22");
  });

  it("is the stated day against this machine", () => {
    expect(readToday("2027-01-28T08:00:00Z", "localhost:8443", now)).toBe("2027-01-28");
    expect(readToday("2027-01-28", "https://127.0.0.1:1", now)).toBe("2027-01-28");
  });

  it.each([undefined, "login.microsoftonline.com", "localhost.example"])("is never stated against %s", (host) => {
    expect(() => readToday("2027-01-28", host, now)).toThrow(
      /PARTNER_ACCESS_NOW is set, but the endpoints are not this machine's/,
    );
  });

  it("refuses a stated time that is none", () => {
    expect(() => readToday("soon", "localhost:1", now)).toThrow(
      "PARTNER_ACCESS_NOW must be a time like 2026-11-22T08:00:00Z, got soon",
    );
  });
});
