import { read } from "./markdown";

const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
const rows = [...read("decisions/0002-dependencies.md").matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];

describe("the decision on dependencies", () => {
  it("names every package of package.json, and no other", () => {
    const named = rows.map((match) => match[1]).sort();
    expect(named).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort());
  });

  it("says what each is for", () => {
    expect(rows.filter((match) => (match[2] ?? "").trim() === "")).toEqual([]);
  });

  it("stands on exact versions", () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d/.test(version));
    expect(loose).toEqual([]);
  });

  it("keeps the SDK at the version of the engine", async () => {
    const { engineVersion } = await import("../../offline/engine/versions");
    expect(dependencies?.["@pulumi/pulumi"]).toBe(engineVersion);
  });
});
