import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "yaml";
import type { EmulatorLine } from "../../model/emulator-line";
import {
  bytesIn,
  npm,
  npmEnvironment,
  type PackageName,
  packAll,
  packageNames,
  project,
  type Tarballs,
} from "../support/packed";
import { startRegistry, type TestRegistry } from "../support/registry";

// Somebody else's machine: the packages as npm installs them into empty folders, with a space in the path, and nothing of this repository
// within reach. npm takes what its cache has, and asks the registry for the rest.
jest.setTimeout(900_000);

/** A project has its own name, and its keys begin with it. */
const ownName = "our-partners";
let tarballs: Tarballs;
let outside: string;
let registry: TestRegistry;
let emulator: { readonly line: EmulatorLine; readonly child: ChildProcess } | undefined;

beforeAll(async () => {
  outside = mkdtempSync(join(tmpdir(), "partner access outside "));
  shareEngine();
  tarballs = await packAll();
  registry = await startRegistry();
  for (const name of packageNames) registry.publish(tarballs.fileOf(name));
});
afterAll(async () => {
  if (emulator !== undefined) {
    const ended = new Promise((done) => emulator?.child.once("close", done));
    emulator.child.kill("SIGTERM");
    await ended;
  }
  await registry.stop();
  tarballs.remove();
  rmSync(outside, { recursive: true, force: true });
});

/** A cache of its own, so that nothing is there from an earlier run, but with the engine, which takes minutes to build. */
function shareEngine(): void {
  const usual = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "partner-access");
  const engine = join(process.env["PARTNER_ACCESS_CACHE"] ?? usual, "engine");
  mkdirSync(engine, { recursive: true });
  mkdirSync(join(outside, "cache"));
  symlinkSync(engine, join(outside, "cache/engine"));
}

/** An empty folder with these packages, and others by name and exact version. */
async function install(name: string, packages: readonly PackageName[], others: readonly string[] = []) {
  const folder = join(outside, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", private: true }));
  const files = packages.map((it) => tarballs.fileOf(it));
  await npm(
    ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", ...files, ...others],
    folder,
  );
  return folder;
}

const environment = (env: Readonly<Record<string, string | undefined>> = {}) => ({
  PATH: `${join(process.execPath, "..")}:/usr/bin:/bin`,
  HOME: process.env["HOME"],
  PARTNER_ACCESS_CACHE: join(outside, "cache"),
  ...env,
});

/** Asynchronous, because the registry that npm asks is in this process. */
function run(
  folder: string,
  argv: readonly string[],
  env?: Readonly<Record<string, string | undefined>>,
): Promise<Run> {
  return start(process.execPath, argv, { cwd: folder, env: environment(env) });
}

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(file: string, argv: readonly string[], place: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Run> {
  return new Promise((done) => {
    const child = execFile(file, [...argv], { ...place, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) =>
      done({ status: child.exitCode, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** The emulator of an installed package, as its own command starts it. */
function startEmulator(folder: string): Promise<{ readonly line: EmulatorLine; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [join(folder, "node_modules/.bin/partner-insights-emulator")], {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return new Promise((done, fail) => {
    createInterface({ input: child.stdout }).once("line", (line) => done({ line: JSON.parse(line), child }));
    child.once("close", (code) => fail(new Error(`the emulator ended with ${code}: ${said}`)));
  });
}

/** Every package below a folder's node_modules. */
function packagesIn(folder: string): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8"));
  return Object.keys(packages);
}

/** What `new` asks, for the tenant and the vault that the emulator has at its start. */
function answersOfNew(): readonly string[] {
  const { config } = parse(readFileSync(join(project, "Pulumi.dev.yaml"), "utf8"));
  const [tenant, user, vault] = ["tenant", "reportingUser", "vault"].map(
    (key) => config[`partner-insights-access:${key}`],
  );
  return [
    ...["--tenant-id", tenant.id, "--domain", tenant.domain],
    ...["--user", user.userPrincipalName, "--assigned-by", user.assignedBy],
    ...["--vault-tenant-id", vault.tenantId, "--subscription-id", vault.subscriptionId],
    ...["--vault-client-id", vault.clientId, "--resource-group", vault.resourceGroup, "--vault-name", vault.name],
  ];
}

/** The same package under a newer version, its dependency on the other one included. */
function repacked(tarball: string, version: string): string {
  const folder = mkdtempSync(join(outside, "newer "));
  const tar = (...argv: readonly string[]) => spawnSync("tar", [...argv], { cwd: folder, encoding: "utf8" });
  tar("-xzf", tarball);
  const files = readdirSync(join(folder, "package/dist")).filter((name) => name.endsWith(".js"));
  for (const file of ["package.json", ...files.map((name) => join("dist", name))]) {
    const path = join(folder, "package", file);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll('"0.1.0"', `"${version}"`));
  }
  tar("-czf", "newer.tgz", "package");
  return join(folder, "newer.tgz");
}

describe("from outside", () => {
  let access: string;
  let own: string;

  /** The environment of the emulator's shell, and the Pulumi CLI that it brings. */
  function emulated() {
    if (emulator === undefined) throw new Error("no emulator has been started");
    const { env, pulumi } = emulator.line;
    const all = environment({ ...env, PATH: `${join(pulumi, "..")}:${environment().PATH}` });
    const inOwn = (file: string, argv: readonly string[]) => start(file, argv, { cwd: own, env: all });
    return {
      pulumi: (...argv: string[]) => inOwn(pulumi, [...argv, "--non-interactive", "--color", "never"]),
      command: (...argv: string[]) => inOwn("npm", ["run", "--silent", "partner-access", "--", ...argv]),
    };
  }

  function git(...argv: readonly string[]): void {
    const who = ["-c", "user.name=A Test", "-c", "user.email=test@example.org"];
    const { status, stderr } = spawnSync("git", [...who, ...argv], { cwd: own, env: environment(), encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${argv[0]}: ${stderr}`);
  }

  async function diff(...argv: readonly string[]) {
    const { status, stdout, stderr } = await emulated().command("diff", "--json", "--base", "HEAD", ...argv);
    return { status, stderr, document: stdout === "" ? undefined : JSON.parse(stdout) };
  }

  it("installs the token package with at most 80 packages and 40 MB, and nothing of Pulumi", async () => {
    const folder = await install("tokens", ["partner-insights-tokens"]);
    const packages = packagesIn(folder);
    const megabytes = bytesIn(join(folder, "node_modules")) / 1_000_000;
    process.stderr.write(`partner-insights-tokens: ${packages.length} packages, ${megabytes.toFixed(1)} MB\n`);
    expect(packages.length).toBeLessThanOrEqual(80);
    expect(megabytes).toBeLessThanOrEqual(40);
    expect(packages.filter((name) => /@pulumi\/|node_modules\/node$|typescript|@swc/.test(name))).toEqual([]);
  });

  it("installs the main package with its emulator, and without a Node or a compiler of its own", async () => {
    const { devDependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    const sdks = ["@pulumi/pulumi", "@pulumi/azuread", "@pulumi/azure-native"];
    access = await install(
      "access",
      ["partner-insights-access", "partner-insights-emulator"],
      sdks.map((name) => `${name}@${devDependencies[name]}`),
    );
    expect(packagesIn(access).filter((name) => /node_modules\/(?:node|@swc\/core)$/.test(name))).toEqual([]);
    const bins = readdirSync(join(access, "node_modules/.bin")).filter((name) => name.startsWith("partner-"));
    expect(bins).toEqual(["partner-access", "partner-insights-access", "partner-insights-emulator"]);
    const help = await run(access, ["node_modules/.bin/partner-access", "--help"]);
    expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining("Usage: partner-access"), stderr: "" });
  });

  it("refuses to work on its own folder where there is no project", async () => {
    expect(await run(access, ["node_modules/.bin/partner-access", "stacks"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`${access} has no Pulumi.yaml`),
    });
  });

  it("writes a project of one's own with init, and installs it", async () => {
    const env = {
      ...npmEnvironment(),
      ...environment(),
      npm_config_registry: registry.url,
      npm_config_prefer_offline: "true",
    };
    const command = join(access, "node_modules/.bin/partner-insights-access");
    const { status, stdout, stderr } = await run(outside, [command, "init", ownName, "--json"], env);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining(`cd ${ownName}`) });
    own = join(outside, ownName);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, project: { directory: own, name: ownName } });
    expect(readdirSync(join(own, ".github/workflows"))).not.toContain("release.yml");
    const again = await run(outside, [command, "init", ownName], env);
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining("is a project already") });
    const update = await run(own, [join(own, "node_modules/.bin/partner-access"), "init", "--update", "--yes"]);
    expect(update).toMatchObject({ status: 0, stdout: expect.stringContaining("are those of version"), stderr: "" });
  });

  it("deploys it with the real engine, against the packaged emulator, and rotates what is due and nothing else", async () => {
    emulator = await startEmulator(access);
    const { pulumi, command } = emulated();
    expect(await command("new", "contoso", ...answersOfNew())).toMatchObject({
      status: 0,
      stdout: "Pulumi.contoso.yaml\n",
    });
    expect(await pulumi("stack", "init", "contoso")).toMatchObject({ status: 0 });
    const first = await pulumi("up", "--yes", "--skip-preview", "-s", "contoso");
    expect(`${first.stdout}${first.stderr}`).toMatch(/\+ \d+ created/);
    const again = await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", "-s", "contoso");
    expect([again.status, again.stdout]).toEqual([0, expect.stringContaining("unchanged")]);

    const rotate = async (...argv: string[]) =>
      JSON.parse((await command("rotate", "-s", "contoso", "--json", ...argv)).stdout).stacks;
    expect(await rotate()).toMatchObject([{ stack: "contoso", outcome: "not-due" }]);
    expect(await rotate("--compromised", "a laptop was stolen")).toMatchObject([{ outcome: "rotated", problems: [] }]);
    const token = await command("token", "-s", "contoso", "--flow", "app-only");
    expect([token.status, token.stdout.trim().split(".").length]).toEqual([0, 3]);
  });

  it("reviews a change of it with the versions that its own lock file names, and downloads nothing for that", async () => {
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--message", "the project");
    expect(await diff("--offline")).toMatchObject({ status: 0, document: { ok: true } });
    const file = join(own, "Pulumi.contoso.yaml");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, before.replace(/kind: user\b.*/, 'kind: tenant\n    reason: "Everyone reports."'));
    const { status, document, stderr } = await diff("--offline");
    expect([status, document.problems, document.highestRisk]).toEqual([1, [], "critical"]);
    expect(stderr).not.toContain("downloading");
    expect(document.stacks[0].changes).toContainEqual(
      expect.objectContaining({ risk: expect.objectContaining({ level: "critical" }) }),
    );
    // What was approved is what an update may apply, and nothing else is.
    writeFileSync(file, before);
    const approved = (await diff("--offline", "-s", "contoso")).document.stacks[0].digest.head;
    const up = async (digest: string) =>
      emulated().command("up", "-s", "contoso", "--yes", "--json", "--expect-digest", digest);
    expect(await up(document.stacks[0].digest.head)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("digest"),
    });
    expect(await up(approved)).toMatchObject({ status: 0, stdout: expect.stringContaining('"ok":true') });
    const drift = await emulated().command("drift", "-s", "contoso", "--json");
    // What the vault's owner gave by hand is in no list of this project yet.
    expect(JSON.parse(drift.stdout)).toMatchObject({
      stacks: [{ stack: "contoso", outcome: "drifted" }],
      problems: [],
    });
    // The two jobs around a pull request: one records, without anything else.
    const records = join(outside, "records.json");
    expect(await emulated().command("diff", "--records-to", records)).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(records, "utf8")).stacks).toMatchObject([
      { stack: "contoso", domain: "contoso.example" },
    ]);
  });

  it("keeps to the access policy of the project, by the policy pack in the installed package", async () => {
    const preview = async (...argv: string[]) => {
      const pack = ["--policy-pack", "node_modules/partner-insights-access/policy", ...argv];
      const { status, stdout, stderr } = await emulated().pulumi("preview", "-s", "contoso", ...pack);
      return { status, said: `${stdout}${stderr}` };
    };
    // Its reader is allowed by the project's own access-policy.yaml, and by nothing in the package.
    const reader = { name: "report-builder", id: "c0ffee00-0000-4000-8000-000000000005", type: "ServicePrincipal" };
    const stackFile = join(own, "Pulumi.contoso.yaml");
    const before = readFileSync(stackFile, "utf8");
    writeFileSync(stackFile, before.replace(/^( +)readers: .*$/m, `$1readers: [${JSON.stringify(reader)}]`));
    const unknown = await preview();
    expect([unknown.status === 0, unknown.said]).toEqual([false, expect.stringContaining("access-policy.yaml")]);
    writeFileSync(join(own, "access-policy.yaml"), readFileSync(join(project, "access-policy.yaml"), "utf8"));
    expect(await preview()).toEqual({ status: 0, said: expect.stringContaining("partner-insights-access@v") });
    writeFileSync(join(own, "lifetime.json"), JSON.stringify({ "secret-lifetime": { longestLifetimeDays: 90 } }));
    const refused = await preview("--policy-pack-config", "lifetime.json");
    expect([refused.status === 0, refused.said]).toEqual([
      false,
      expect.stringContaining("[mandatory]  secret-lifetime"),
    ]);
    writeFileSync(stackFile, before);
  });

  it("records each side of an upgrade with the version that its lock file pins, downloads the other once, and says so", async () => {
    const newer = "0.1.1";
    for (const name of ["partner-insights-access", "partner-insights-emulator"] as const) {
      registry.publish(repacked(tarballs.fileOf(name), newer));
    }
    git("add", "--all");
    git("commit", "--quiet", "--message", "before the upgrade");
    const env = { ...npmEnvironment(), PATH: environment().PATH, npm_config_registry: registry.url };
    const place = { cwd: own, env: environment(env) };
    const wanted = ["install", "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund"];
    const installed = await start("npm", [...wanted, `partner-insights-access@${newer}`], place);
    expect(installed).toMatchObject({ status: 0, stderr: "" });
    const update = await emulated().command("init", "--update", "--yes");
    expect(update).toMatchObject({ status: 0, stdout: `the files of this project are those of version ${newer}\n` });
    expect(await diff("--offline")).toMatchObject({ status: 2, document: { problems: [{ code: "offline" }] } });
    const words = ["run", "--silent", "partner-access", "--", "diff", "--json", "--base", "HEAD"];
    const downloaded = await start("npm", words, place);
    expect([downloaded.status, downloaded.stderr]).toEqual([
      0,
      expect.stringContaining("downloading the dependencies of HEAD"),
    ]);
    const { stacks, unjudged, tool } = JSON.parse(downloaded.stdout);
    expect(tool).toMatchObject({ before: "0.1.0", after: newer, risk: null, reasons: [] });
    expect(stacks).toMatchObject([{ stack: "contoso", status: "unchanged" }]);
    expect(unjudged.dependencies).toContainEqual({ name: "partner-insights-access", before: "0.1.0", after: newer });
    // Kept: the next review of the same lock file needs no network.
    expect(await diff("--offline")).toMatchObject({ status: 0, stderr: expect.not.stringContaining("downloading") });
    const after = await emulated().pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", "-s", "contoso");
    expect([after.status, after.stdout]).toEqual([0, expect.stringContaining("unchanged")]);
  });

  it("gives a token to a program that has the token package only", async () => {
    const { env = {} } = emulator?.line ?? {};
    const text = `
      import { createTokenSource } from "partner-insights-tokens";
      const [vaultUri, prefix] = process.argv.slice(2);
      const { token, flow } = await createTokenSource({ vaultUri, prefix, flow: "app-only" }).getToken();
      console.log(flow, token.split(".").length);`;
    const folder = join(outside, "tokens");
    writeFileSync(join(folder, "token.mjs"), text);
    const stack = readFileSync(join(project, "Pulumi.dev.yaml"), "utf8");
    const vault = /^ {4}name: (\S+)$/m.exec(stack.slice(stack.indexOf(":vault:")))?.[1] ?? "";
    const argv = ["token.mjs", `https://${vault}.vault.emulator.test`, "partner-insights-contoso-"];
    expect(await run(folder, argv, env)).toEqual({ status: 0, stdout: "app-only 3\n", stderr: "" });
  });

  it("destroys what it deployed", async () => {
    const destroyed = await emulated().pulumi("destroy", "--yes", "--skip-preview", "-s", "contoso");
    expect([destroyed.status, destroyed.stdout]).toEqual([0, expect.stringMatching(/- \d+ deleted/)]);
  });
});
