import { markOf, readMark } from "../../rotation/mark";

describe("the mark", () => {
  it("names origin and generation", () => {
    expect(markOf("dev", 12)).toBe("partner-access/dev/12");
    expect(markOf("o".repeat(103), 1)).toBe(`partner-access/${"o".repeat(103)}/1`);
  });

  it("stays within Entra's 120 characters and keeps long origins apart", () => {
    const [one, other] = ["1", "2"].map((end) => markOf(`${"o".repeat(103)}${end}`, 1));
    for (const mark of [one, other]) {
      expect(mark).toHaveLength(120);
      expect(mark).toMatch(/^partner-access\/o{94}~[0-9a-f]{8}\/1$/);
    }
    expect(one).not.toBe(other);
    expect(markOf("o".repeat(150), 99_999)).toHaveLength(120);
  });

  it("is read back, and nothing else is read as one", () => {
    expect(readMark(markOf("dev", 12))).toEqual({ origin: "dev", generation: 12 });
    for (const other of [
      "",
      "partner-access/dev",
      "partner-access/dev/0",
      "partner-access/dev/01",
      "x partner-access/dev/1",
    ]) {
      expect(readMark(other)).toBeUndefined();
    }
  });
});
