import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { requiredPackages } from "../../../../offline/engine/node-host/required-packages";
import { checkout, temporaryFolder } from "../fakes";

function project(files: Readonly<Record<string, unknown>>): string {
  const root = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return root;
}

const sdk = (name: string, pulumi: object = { resource: true }) => ({ name, version: "1.2.3", pulumi });

describe("the plugins a program needs", () => {
  it("are those of every provider SDK in node_modules, nested and scoped ones too", () => {
    const root = project({
      "node_modules/@pulumi/azuread/package.json": sdk("@pulumi/azuread"),
      "node_modules/other/node_modules/@pulumi/random/package.json": sdk("@pulumi/random"),
      "node_modules/@them/theirs/package.json": sdk("@them/theirs", {
        resource: true,
        name: "theirs",
        version: "v9.9.9",
        server: "https://plugins.example",
      }),
      "node_modules/@pulumi/pulumi/package.json": { name: "@pulumi/pulumi", version: "3.259.0" },
      "node_modules/@pulumi/not/package.json": sdk("@pulumi/not", { resource: false }),
    });
    expect(requiredPackages(root)).toEqual(
      expect.arrayContaining([
        { name: "azuread", version: "v1.2.3", server: "" },
        { name: "random", version: "v1.2.3", server: "" },
        { name: "theirs", version: "v9.9.9", server: "https://plugins.example" },
      ]),
    );
    expect(requiredPackages(root)).toHaveLength(3);
  });

  it("say how a plugin is parameterised", () => {
    const base = { name: "lib", version: "1.0.0", value: "e30=" };
    const root = project({
      "node_modules/lib/package.json": sdk("lib", {
        resource: true,
        name: "terraform-provider",
        parameterization: base,
      }),
    });
    expect(requiredPackages(root)).toEqual([
      { name: "terraform-provider", version: "v1.2.3", server: "", parameterization: base },
    ]);
  });

  it("do not include the project itself, those of a policy pack, or what cannot be read", () => {
    const root = project({
      "package.json": sdk("@pulumi/self"),
      "policy/PulumiPolicy.yaml": "runtime: nodejs",
      "policy/node_modules/@pulumi/random/package.json": sdk("@pulumi/random"),
      "node_modules/broken/package.json": "{ not json",
      "node_modules/nameless/package.json": sdk("@them/nameless"),
      "node_modules/@pulumi/azuread/package.json": sdk("@pulumi/azuread"),
    });
    symlinkSync("nowhere", join(root, "node_modules", "dangling"));
    symlinkSync(root, join(root, "node_modules", "circle"));
    expect(requiredPackages(root).map(({ name }) => name)).toEqual(["azuread"]);
  });

  it("follow a linked node_modules", () => {
    const store = project({ "node_modules/@pulumi/azuread/package.json": sdk("@pulumi/azuread") });
    const root = temporaryFolder();
    symlinkSync(join(store, "node_modules"), join(root, "node_modules"));
    expect(requiredPackages(root).map(({ name }) => name)).toEqual(["azuread"]);
  });

  it("are azuread and azure-native in this project, at the versions of package.json", () => {
    expect(
      requiredPackages(checkout)
        .map(({ name, version }) => `${name} ${version}`)
        .sort(),
    ).toEqual(["azure-native v3.28.0", "azuread v6.9.1"]);
  });
});
