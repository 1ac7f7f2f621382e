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
  ["2026-03-01 10:20:30Z", "2026-03-01 10:20:30Z"],
  ["2026-03-01   10:20:30", "2026-03-01 10:20:30 +0000 UTC"],
  ["2026-03-01T10:20:30", "2026-03-01T10:20:30"],
  ["12e4567", "12e4567"],
  ["._5", "._5"],
  ["-0x10", -16],
  ["+1", 1],
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
    expect(readYaml("a: \"2026-03-01\"\nb: 'true'", "file").value).toEqual({ a: "2026-03-01", b: "true" });
  });

  it.each([".inf", "-.INF", ".nan", "9007199254740993", "18446744073709551615", "2026-03-01T10:20:30+02:00", "<<"])(
    "%s is refused: its value depends on who reads it",
    (source) => {
      expect(enginePlainScalar(source)).toBeUndefined();
      expect(readYaml(`key: ${source}`, "file").problems.map(({ path, fix }) => [path, fix])).toEqual([
        ["file:1", "put it in quotes"],
      ]);
    },
  );
});

describe("ordinary YAML", () => {
  it.each<readonly [string, string, unknown]>([
    ["comments", "# a\na: b # c\n  # d\nb: c#d\n", { a: "b", b: "c#d" }],
    ["a document start", "# x\n---\na: b\n", { a: "b" }],
    ["a byte order mark and Windows line ends", "\uFEFFa: b\r\nc: |\r\n  d\r\n  e\r\n", { a: "b", c: "d\ne\n" }],
    ["quotes", `a: "b: \\"c\\" \\u00e9"\nb: 'it''s'\n"c": 1\n`, { a: 'b: "c" é', b: "it's", c: 1 }],
    ["flow lists", "a: [b, 'c', [1, 2], ]\nd: {e: f, \"g\":1}\n", { a: ["b", "c", [1, 2]], d: { e: "f", g: 1 } }],
    ["flow lists over lines", "a: [\n  b, # c\n  http://d:1/,\n]\n", { a: ["b", "http://d:1/"] }],
    ["lists as far left as their key", "a:\n- b: 1\n  c: 2\n- - d\ne: f\n", { a: [{ b: 1, c: 2 }, ["d"]], e: "f" }],
    ["block texts", "a: >-\n  b\n  c\n\n  d\nb: |+\n  e\n\nc: 1\n", { a: "b c\nd", b: "e\n\n", c: 1 }],
    ["texts over lines", 'a: b\n  c\nd: "e\n  f"\n', { a: "b c", d: "e f" }],
    ["an alias", "a: &x\n  - 1\nb: *x\n", { a: [1], b: [1] }],
    ["nothing", "a:\nb: ~\nc:\n  # d\n", { a: null, b: null, c: null }],
    ["letters of every script", "größe: 日本 😀\n", { größe: "日本 😀" }],
  ])("has %s", (_, text, value) => {
    expect(readYaml(text, "f")).toEqual({ value, problems: [] });
  });
});

describe("a YAML text that is not right", () => {
  const told = (text: string | Uint8Array) => readYaml(text, "f").problems.map(({ path, message }) => [path, message]);

  it("is named by file and line, and never quoted", () => {
    const { value, problems } = readYaml("a: 1\nb: [hunter2\nc: 3", "Pulumi.dev.yaml");
    expect(value).toBeUndefined();
    expect(problems[0]?.path).toMatch(/^Pulumi\.dev\.yaml:\d$/);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it.each([
    "\u0085",
    "\u2028",
    "\u2029",
    "\r",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\u202e",
    "\ufeff",
    "\0",
    "\u001b",
    "\u007f",
  ])("is one with the character %j, which no reviewer sees, in a comment too", (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    for (const text of [`a: 1\nb: c${character}`, `a: 1\n#: c${character}d: e`]) {
      expect(told(text)).toEqual([["f:2", `has the character U+${code} in column 5`]]);
    }
  });

  it("is one in another encoding", () => {
    expect(told(Buffer.from("\ufeffa: 1", "utf16le"))).toEqual([["f", "is not UTF-8"]]);
    expect(told(Buffer.from([0x61, 0x3a, 0x20, 0xc3, 0x28]))).toEqual([["f", "is not UTF-8"]]);
    expect(told(Buffer.from("a: 1", "utf16le"))).toEqual([["f:1", "has the character U+0000 in column 2"]]);
  });

  it.each([
    ["a: 1\na: 2", "has a key twice in one mapping"],
    ["a: { b: 1, b: 2 }", "has a key twice in one mapping"],
    ["a: 1\n---\nb: 2", "has another document"],
    ["a: 1\n...\nb: 2", "has another document"],
    ["1: a", "has a key that is not plain text"],
    ["x: &x { a: 1 }\n<<: *x", "has a key that is not plain text"],
    ["a: &a [*a]", "has an alias (*) without a complete anchor before it"],
    ['a: "\\ud83d\\ude00"', "has an escape that not every reader knows"],
    ['a: "b\\/c"', "has an escape that not every reader knows"],
    ["a:\tb", "has a tab"],
    ["\ta: b", "has a tab"],
    ['a: "\\n b"', "has a text of several lines that begins with a blank or an empty line"],
    ["a: b\n   c: d", "should have the end of the line, but column 5 holds something else"],
    ["a: b\n\n  c", "is indented more than what it belongs to"],
    ["a: !!str 1", "should have a value, but column 4 holds something else"],
    ["%YAML 1.1\n---\na: 1", "should have a value, but column 1 holds something else"],
    ["? a\n: b", "should have a value, but column 1 holds something else"],
    ["a: [b", "has a bracket that does not end"],
    ['a: "b', "has a text whose quote does not end"],
    ["a: |\nb: c", "has | or > without a text below"],
    ["a: |2\n   b", "should have nothing but + or - behind | or >, but column 4 holds something else"],
  ])("is %j: %s", (text, message) => {
    expect(told(text).map(([, told]) => told)).toEqual([message]);
  });

  it("is one whose aliases grow without end", () => {
    const lines = ["a0: &a0 [x, x]", ...Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)];
    expect(told(lines.join("\n"))).toEqual([[expect.stringMatching(/^f:\d+$/), "has too many aliases of aliases"]]);
  });
});
