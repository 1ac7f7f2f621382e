import { enginePlainScalar } from "../../configuration/yaml-scalars";
import { readYaml } from "../../configuration/yaml-text";

// The right-hand sides were read from Pulumi 3.259.0: `pulumi config --json` of a stack file with these scalars.
const scalars: readonly [source: string, value: string | number | boolean | null][] = [
  ["contoso", "contoso"],
  ["90", 90],
  ["-7", -7],
  ["1_000", 1000],
  ["0123", 83],
  ["0o17", 15],
  ["0x10", 16],
  ["1.50", 1.5],
  ["1e3", 1000],
  ["true", true],
  ["yes", "yes"],
  ["on", "on"],
  ["~", null],
  ["", null],
  ["2026-03-01", "2026-03-01 00:00:00 +0000 UTC"],
  ["2026-3-1", "2026-03-01 00:00:00 +0000 UTC"],
  ["2026-03-01T10:20:30Z", "2026-03-01 10:20:30 +0000 UTC"],
  ["2026-03-01 10:20:30.250", "2026-03-01 10:20:30.25 +0000 UTC"],
  ["2026-02-30", "2026-02-30"],
  ["2026-03-01 rotation", "2026-03-01 rotation"],
  ["11111111-1111-4111-8111-111111111111", "11111111-1111-4111-8111-111111111111"],
  ["08", 8],
  ["1.2.3", "1.2.3"],
];

describe("an unquoted scalar", () => {
  it.each(scalars)("%s means what the engine makes of it", (source, value) => {
    expect(enginePlainScalar(source)).toBe(value);
    expect(readYaml(`key: ${source}`, "file").value).toEqual({ key: value });
  });

  it("stays a text in quotes", () => {
    expect(readYaml("a: \"2026-03-01\"\nb: 'true'\nc: !!str 1", "file").value).toEqual({
      a: "2026-03-01",
      b: "true",
      c: "1",
    });
  });
});

describe("a YAML text that is not right", () => {
  it("is named by file and line, and never quoted", () => {
    const { value, problems } = readYaml("a: 1\nb: [hunter2\nc: 3", "Pulumi.dev.yaml");
    expect(value).toBeUndefined();
    expect(problems[0]?.path).toMatch(/^Pulumi\.dev\.yaml:\d$/);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it("is one with a key twice, because the second would win unseen", () => {
    expect(readYaml("a: 1\na: 2", "f").problems.map(({ message }) => message)).toEqual([
      "is not valid YAML (duplicate key)",
    ]);
  });

  it("is one whose aliases grow without end", () => {
    const lines = ["a0: &a0 [x, x]", ...Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)];
    expect(readYaml(lines.join("\n"), "f").problems.map(({ message }) => message)).toEqual([
      "is not valid YAML (too many aliases)",
    ]);
  });
});
