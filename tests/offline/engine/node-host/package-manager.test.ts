import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  choosePackageManager,
  installArguments,
  lockedPackages,
} from "../../../../offline/engine/node-host/package-manager";
import { script, temporaryFolder } from "../fakes";

function project(files: Readonly<Record<string, object>>, installed: readonly string[]) {
  const root = temporaryFolder();
  for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), JSON.stringify(content));
  for (const name of installed) script(join(root, "bin", name), "");
  return { root, env: { PATH: join(root, "bin") } };
}

describe("the package manager of a project", () => {
  it.each([
    ["pnpm-lock.yaml", ["pnpm"], "pnpm"],
    ["yarn.lock", ["yarn", "pnpm"], "yarn"],
    ["bun.lockb", ["bun"], "bun"],
    ["pnpm-lock.yaml", [], "npm"],
    ["package-lock.json", ["yarn", "pnpm"], "npm"],
  ])("with %s and %j installed is %s", (lock, installed, manager) => {
    const { root, env } = project({ [lock]: {} }, installed);
    expect(choosePackageManager("auto", root, env)).toBe(manager);
  });

  it("is the one that is named, whatever lies there", () => {
    const { root, env } = project({ "yarn.lock": {} }, ["yarn"]);
    expect(choosePackageManager("npm", root, env)).toBe("npm");
  });

  it("is yarn when the user prefers it and has it", () => {
    const { root, env } = project({}, ["yarn"]);
    expect(choosePackageManager("auto", root, { ...env, PULUMI_PREFER_YARN: "true" })).toBe("yarn");
  });

  it("leaves development dependencies out in production", () => {
    expect(installArguments("npm", true)).toEqual(["install", "--loglevel=error", "--omit=dev"]);
    expect(installArguments("pnpm", false)).toEqual(["install"]);
  });
});

it("lists what the lock file names, and only direct dependencies unless asked for all", () => {
  const { root } = project(
    {
      "package.json": { dependencies: { a: "^1" }, devDependencies: { "@s/b": "^2" } },
      "package-lock.json": {
        packages: {
          "": { version: "0.1.0" },
          "node_modules/a": { version: "1.0.0" },
          "node_modules/@s/b": { version: "2.0.0" },
          "node_modules/@s/b/node_modules/a": { version: "0.9.0" },
          "node_modules/c": { version: "3.0.0" },
        },
      },
    },
    [],
  );
  mkdirSync(join(root, "program"));
  const tell = (isTransitive: boolean) =>
    lockedPackages(join(root, "program"), isTransitive).map(({ name, version }) => `${name} ${version}`);
  expect(tell(false)).toEqual(["a 1.0.0", "@s/b 2.0.0"]);
  expect(tell(true)).toEqual(["a 1.0.0", "@s/b 2.0.0", "a 0.9.0", "c 3.0.0"]);
});
