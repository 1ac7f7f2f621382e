import { read } from "./markdown";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}
const manifestOf = (folder: string) => JSON.parse(read(`${folder}package.json`)) as Manifest;
const manifests = ["", "tokens/", "offline/"].map(manifestOf);
/** What a package of ours runs with. Those of the repository itself are packages, not decisions. */
const needs = ({ dependencies, peerDependencies }: Manifest) =>
  Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !name.startsWith("partner-insights-"));
const [needed = "", forDevelopment = ""] = read("decisions/0002-dependencies.md").split("For development only");
const rowsIn = (text: string) => [...text.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)];
const namesIn = (text: string) => rowsIn(text).map((match) => match[1]);

describe("the decision on dependencies", () => {
  it("names every package of package.json, and no other", () => {
    const all = [...new Set(manifests.flatMap(needs))];
    expect(namesIn(needed).sort()).toEqual(all.sort());
    const development = manifests.flatMap(({ devDependencies }) => Object.keys(devDependencies ?? {}));
    expect(namesIn(forDevelopment).sort()).toEqual(development.filter((name) => !all.includes(name)).sort());
  });

  it("says what each is for", () => {
    expect([...rowsIn(needed), ...rowsIn(forDevelopment)].filter((match) => (match[2] ?? "").trim() === "")).toEqual(
      [],
    );
  });

  it("stands on exact versions, and on the same one in every package", () => {
    const stated = manifests.flatMap(({ dependencies, devDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies }),
    );
    expect(stated.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(new Set(stated.map(([name]) => name)).size).toBe(new Set(stated.map((entry) => entry.join("@"))).size);
  });

  it("tests the lowest version of the range that a consumer may bring", () => {
    const { devDependencies = {} } = manifestOf("");
    const brought = manifests.flatMap(({ peerDependencies }) => Object.entries(peerDependencies ?? {}));
    expect(brought.length).toBeGreaterThan(3);
    for (const [name, range] of brought) {
      const version = devDependencies[name] ?? "";
      expect([name, range]).toEqual([name, `>=${version} <${Number(version.split(".")[0]) + 1}`]);
    }
  });

  it("ships no Node, no compiler and no Pulumi with a package", () => {
    const shipped = manifests.flatMap(({ dependencies }) => Object.keys(dependencies ?? {}));
    expect(shipped.filter((name) => /^(?:node|typescript|tsx|ts-node|@swc\/.*)$/.test(name))).toEqual([]);
    expect(needs(manifestOf("tokens/")).filter((name) => name.startsWith("@pulumi/"))).toEqual([]);
  });

  it("depends on the emulator of the same release, exactly", () => {
    const versions = ["", "tokens/", "offline/"].map((folder) => JSON.parse(read(`${folder}package.json`)).version);
    expect(new Set(versions).size).toBe(1);
    expect(manifestOf("").dependencies?.["partner-insights-emulator"]).toBe(versions[0]);
  });

  it("keeps the SDK at the version of the engine", async () => {
    const { engineVersion } = await import("../../offline/engine/versions");
    expect(manifestOf("").devDependencies?.["@pulumi/pulumi"]).toBe(engineVersion);
  });
});
