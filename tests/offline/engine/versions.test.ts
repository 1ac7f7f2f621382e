import { readFileSync } from "node:fs";
import { join } from "node:path";
import { engineVersion, findVersion, goVersion, isAtLeast } from "../../../offline/engine/versions";
import { checkout } from "./fakes";

const read = (path: string) => readFileSync(join(checkout, path), "utf8");

describe("versions", () => {
  it.each([
    ["v3.259.0\n", "3.259.0"],
    ["go version go1.26 linux/amd64", "1.26"],
    ["go1.25.11", "1.25.11"],
    ["v3.260.0-alpha.1234", "3.260.0-alpha.1234"],
    ["go1.27rc1", "1.27rc1"],
    ["no number", undefined],
  ])("reads %j as %j", (text, version) => {
    expect(findVersion(text)).toBe(version);
  });

  it.each([
    ["3.259.0", "3.259.0", true],
    ["3.259.1", "3.259.0", true],
    ["4.0.0", "3.259.0", true],
    ["3.1000.0", "3.259.0", true],
    ["3.258.9", "3.259.0", false],
    ["3.99.0", "3.259.0", false],
    ["3.259.0-alpha.1", "3.259.0", false],
    ["3.260.0-alpha.1", "3.259.0", true],
    ["3.259.0+dirty", "3.259.0", true],
    ["1.25", "1.25.11", false],
    ["1.26", "1.25.11", true],
    ["nonsense", "1.25.11", false],
  ])("%s at least %s: %s", (have, want, answer) => {
    expect(isAtLeast(have, want)).toBe(answer);
  });

  it("is the version of the SDK, of the pinned modules and of the Go they need", () => {
    const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
    const modules = read("offline/engine/go.mod");
    expect(devDependencies["@pulumi/pulumi"]).toBe(engineVersion);
    expect(modules).toContain(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion}\n`);
    expect(modules).toContain(`github.com/pulumi/pulumi/sdk/v3 v${engineVersion}\n`);
    expect(modules).toContain(`\ngo ${goVersion}\n`);
  });
});
