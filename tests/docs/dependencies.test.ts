import { read } from "./markdown";

const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
const [needed = "", forDevelopment = ""] = read("decisions/0002-dependencies.md").split("For development only");
const rowsIn = (text: string) => [...text.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
const namesIn = (text: string) => rowsIn(text).map((match) => match[1]);

describe("the decision on dependencies", () => {
  it("names every package of package.json, and no other", () => {
    expect(namesIn(needed).sort()).toEqual(Object.keys(dependencies ?? {}).sort());
    expect(namesIn(forDevelopment).sort()).toEqual(Object.keys(devDependencies ?? {}).sort());
  });

  it("says what each is for", () => {
    expect([...rowsIn(needed), ...rowsIn(forDevelopment)].filter((match) => (match[2] ?? "").trim() === "")).toEqual(
      [],
    );
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
