import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { dependenciesOf, installsPackage } from "../../../cli/review/dependencies";
import { captureContext } from "../../support/captured-context";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "partner-access-dependencies-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tool = { version: "0.1.0", resolved: "https://registry.example/tool-0.1.0.tgz", integrity: "sha512-a" };
const lock = (packages: object = {}) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { "": {}, "node_modules/partner-insights-access": tool, ...packages },
  });

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A revision, and a project whose node_modules npm wrote down so. */
function revision(text: string, installed: object = { "node_modules/partner-insights-access": tool }): void {
  write("revision/package.json", "{}");
  write("revision/package-lock.json", text);
  write("project/node_modules/.package-lock.json", JSON.stringify({ packages: installed }));
}

/** An npm that installs one package, or fails; it writes down its environment. */
function fakeNpm(exitCode = 0): void {
  write(
    "bin/npm",
    `#!/bin/sh\nenv > "${folder}/environment"\necho "$*" >> "${folder}/calls"\nmkdir node_modules\necho "no such\nversion" >&2\nexit ${exitCode}\n`,
  );
  chmodSync(join(folder, "bin/npm"), 0o755);
}

function find(isOffline = false, env: Readonly<Record<string, string>> = {}) {
  const { context, stderr } = captureContext({
    env: {
      PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
      PARTNER_ACCESS_CACHE: join(folder, "cache"),
      ...env,
    },
  });
  const sources = {
    installed: join(folder, "project"),
    settings: join(folder, "project"),
    isOffline,
    revision: "HEAD",
  };
  return dependenciesOf(join(folder, "revision"), sources, context).then(
    (found) => ({ found: found.replace(folder, ""), stderr: stderr() }),
    (error: { problems?: readonly object[] }) => ({ problems: error.problems, stderr: stderr() }),
  );
}
const calls = () => (existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "");

describe("the dependencies of a revision", () => {
  it("are those that are installed where npm installed exactly this lock file", async () => {
    revision(lock({ "node_modules/other-system": { version: "1.0.0", optional: true } }));
    expect(await find(true)).toEqual({ found: "/project/node_modules", stderr: "" });
  });

  it.each([
    ["another version", { ...tool, version: "0.2.0" }],
    ["another origin", { ...tool, resolved: "https://elsewhere.example/tool.tgz" }],
    ["another content", { ...tool, integrity: "sha512-b" }],
  ])("are not those that are installed with %s", async (_, found) => {
    revision(lock(), { "node_modules/partner-insights-access": found });
    expect(await find(true)).toMatchObject({ problems: [{ code: "offline" }] });
  });

  it.each([
    ["a package less", lock({ "node_modules/more": { version: "1.0.0" } }), undefined],
    [
      "a package more",
      lock(),
      { "node_modules/partner-insights-access": tool, "node_modules/more": { version: "1.0.0" } },
    ],
    ["nothing at all", "{}", {}],
    ["a lock file that is none", "{", undefined],
  ])("are not those that are installed with %s", async (_, text, installed) => {
    revision(text, installed);
    expect(await find(true)).not.toHaveProperty("found");
  });

  it("are installed once for each lock file, without scripts, and it is said", async () => {
    revision(lock(), {});
    fakeNpm();
    const { found, stderr } = (await find()) as { found: string; stderr: string };
    expect(found).toMatch(/^\/cache\/dependencies\/[0-9a-f]{64}\/node_modules$/);
    expect(stderr).toContain("downloading the dependencies of HEAD: npm ci");
    expect(await find(true)).toEqual({ found, stderr: "" });
    expect(calls()).toBe("ci --ignore-scripts --no-audit --no-fund\n");
    revision(lock({ "node_modules/more": { version: "1.0.0", integrity: "sha512-m" } }), {});
    expect(((await find()) as { found: string }).found).not.toBe(found);
  });

  it("are installed with the settings of the running project, and with nothing secret of its job", async () => {
    revision(lock(), {});
    write("project/.npmrc", "registry=https://registry.example/\n");
    write("revision/.npmrc", "registry=https://attacker.example/\n");
    fakeNpm();
    const secrets = {
      GITHUB_TOKEN: "s",
      ARM_CLIENT_SECRET: "s",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "s",
      PULUMI_CONFIG_PASSPHRASE: "s",
    };
    const { found } = (await find(false, { ...secrets, HTTPS_PROXY: "http://p", npm_config_local_prefix: "/x" })) as {
      found: string;
    };
    expect(readFileSync(join(folder, found, "../.npmrc"), "utf8")).toContain("registry.example");
    const names = readFileSync(join(folder, "environment"), "utf8")
      .split("\n")
      .map((line) => line.split("=")[0]);
    expect(names).toContain("HTTPS_PROXY");
    expect(
      names.filter((name) => name !== undefined && (name in secrets || name === "npm_config_local_prefix")),
    ).toEqual([]);
  });

  it.each([
    [
      "a git repository",
      { version: "git+ssh://git@example.com/a.git#1", resolved: "git+ssh://git@example.com/a.git#1" },
    ],
    ["a git repository without an address", { version: "git+ssh://git@example.com/a.git#1", integrity: "sha512-a" }],
    ["a folder", { resolved: "../secrets", link: true }],
    ["a file", { version: "1.0.0", resolved: "file:../a.tgz", integrity: "sha512-a" }],
    ["an archive that may change", { version: "1.0.0", resolved: "https://registry.example/a-1.0.0.tgz" }],
  ])("are not installed where the lock file names %s", async (_, entry) => {
    fakeNpm();
    revision(lock({ "node_modules/a": entry }), {});
    expect(await find().catch(String)).toMatchObject({ stderr: "" });
    expect(calls()).toBe("");
    revision(lock({ "node_modules/a": { version: "1.0.0", integrity: "sha512-a" } }), {});
    expect(await find()).toMatchObject({ found: expect.any(String) });
  });

  it("are not installed from a lock file of a form that says elsewhere where packages come from", async () => {
    fakeNpm();
    revision(lock().replace('"lockfileVersion":3', '"lockfileVersion":1'), {});
    expect(await find()).toMatchObject({ stderr: "" });
    expect(calls()).toBe("");
  });

  it("are an error in npm's own words where it fails, and leave nothing behind", async () => {
    revision(lock(), {});
    fakeNpm(1);
    const { problems } = (await find()) as { problems: readonly { code: string; message: string }[] };
    expect(problems).toMatchObject([{ code: "install-failed", message: expect.stringContaining("no such") }]);
    expect(readdirSync(join(folder, "cache/dependencies"))).toEqual([]);
  });
});

it("a project is told by its lock file", async () => {
  revision(lock());
  expect(await installsPackage(join(folder, "revision"))).toBe(true);
  expect(await installsPackage(join(folder, "project"))).toBe(false);
});
