import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "yaml";
import type { EmulatorLine } from "../../model/emulator-line";
import { bytesIn, npm, npmEnvironment, type PackageName, packAll, project, type Tarballs } from "../support/packed";

// Somebody else's machine: the packages as npm installs them into empty folders, with a space in the path, and nothing of this repository
// within reach. npm takes what its cache has, and asks the registry for the rest.
jest.setTimeout(900_000);

/** A project has its own name, and its keys begin with it. */
const ownName = "our-partners";
let tarballs: Tarballs;
let outside: string;
let emulator: { readonly line: EmulatorLine; readonly child: ChildProcess } | undefined;

beforeAll(async () => {
  outside = mkdtempSync(join(tmpdir(), "partner access outside "));
  tarballs = await packAll();
});
afterAll(async () => {
  if (emulator !== undefined) {
    const ended = new Promise((done) => emulator?.child.once("close", done));
    emulator.child.kill("SIGTERM");
    await ended;
  }
  tarballs.remove();
  rmSync(outside, { recursive: true, force: true });
});

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

const environment = (env: Readonly<Record<string, string>> = {}) => ({
  PATH: `${join(process.execPath, "..")}:/usr/bin:/bin`,
  HOME: process.env["HOME"],
  PARTNER_ACCESS_CACHE: process.env["PARTNER_ACCESS_CACHE"],
  ...env,
});

function run(folder: string, argv: readonly string[], env?: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...argv], {
    cwd: folder,
    env: environment(env),
    encoding: "utf8",
  });
  return { status, stdout, stderr };
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

/** An npm that installs the packages from this test where a project asks for them by version: they are in no registry yet. */
function npmWithPackages(): string {
  const bin = join(outside, "npm with packages");
  const real = spawnSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).stdout.trim();
  const files = (["partner-insights-access", "partner-insights-emulator"] as const).map((it) => tarballs.fileOf(it));
  const words = [real, ...files].map((it) => `"${it}"`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, "npm"),
    `#!/bin/sh\nexec ${words[0]} "$@" --prefer-offline --no-save ${words.slice(1).join(" ")}\n`,
  );
  chmodSync(join(bin, "npm"), 0o755);
  return bin;
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

describe("from outside", () => {
  let access: string;
  let own: string;

  /** The environment of the emulator's shell, and the Pulumi CLI that it brings. */
  function emulated() {
    if (emulator === undefined) throw new Error("no emulator has been started");
    const { env, pulumi } = emulator.line;
    const all = environment({ ...env, PATH: `${join(pulumi, "..")}:${environment().PATH}` });
    const inOwn = (file: string, argv: readonly string[]) =>
      spawnSync(file, [...argv], { cwd: own, env: all, encoding: "utf8" });
    return {
      pulumi: (...argv: string[]) => inOwn(pulumi, [...argv, "--non-interactive", "--color", "never"]),
      command: (...argv: string[]) => inOwn("npm", ["run", "--silent", "partner-access", "--", ...argv]),
    };
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
    const help = run(access, ["node_modules/.bin/partner-access", "--help"]);
    expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining("Usage: partner-access"), stderr: "" });
  });

  it("refuses to work on its own folder where there is no project", () => {
    expect(run(access, ["node_modules/.bin/partner-access", "stacks"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`${access} has no Pulumi.yaml`),
    });
  });

  it("writes a project of one's own with init, and installs it", () => {
    const env = { ...npmEnvironment(), PATH: `${npmWithPackages()}:${environment().PATH}` };
    const command = join(access, "node_modules/.bin/partner-insights-access");
    const { status, stdout, stderr } = run(outside, [command, "init", ownName, "--json"], env);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining(`cd ${ownName}`) });
    own = join(outside, ownName);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, project: { directory: own, name: ownName } });
    expect(readdirSync(join(own, ".github/workflows"))).not.toContain("release.yml");
    const again = run(outside, [command, "init", ownName], env);
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining("is a project already") });
    const update = run(own, [join(own, "node_modules/.bin/partner-access"), "init", "--update", "--yes"]);
    expect(update).toMatchObject({ status: 0, stdout: expect.stringContaining("are those of version"), stderr: "" });
  });

  it("deploys it with the real engine, against the packaged emulator, and rotates what is due and nothing else", async () => {
    emulator = await startEmulator(access);
    const { pulumi, command } = emulated();
    expect(command("new", "contoso", ...answersOfNew())).toMatchObject({ status: 0, stdout: "Pulumi.contoso.yaml\n" });
    expect(pulumi("stack", "init", "contoso")).toMatchObject({ status: 0 });
    const first = pulumi("up", "--yes", "--skip-preview", "-s", "contoso");
    expect(`${first.stdout}${first.stderr}`).toMatch(/\+ \d+ created/);
    const again = pulumi("up", "--yes", "--skip-preview", "--expect-no-changes", "-s", "contoso");
    expect([again.status, again.stdout]).toEqual([0, expect.stringContaining("unchanged")]);

    const rotate = (...argv: string[]) =>
      JSON.parse(command("rotate", "-s", "contoso", "--json", ...argv).stdout).stacks;
    expect(rotate()).toMatchObject([{ stack: "contoso", outcome: "not-due" }]);
    expect(rotate("--compromised", "a laptop was stolen")).toMatchObject([{ outcome: "rotated", problems: [] }]);
    const token = command("token", "-s", "contoso", "--flow", "app-only");
    expect([token.status, token.stdout.trim().split(".").length]).toEqual([0, 3]);
  });

  it("keeps to the access policy of the project, by the policy pack in the installed package", () => {
    const preview = (...argv: string[]) => {
      const pack = ["--policy-pack", "node_modules/partner-insights-access/policy", ...argv];
      const { status, stdout, stderr } = emulated().pulumi("preview", "-s", "contoso", ...pack);
      return { status, said: `${stdout}${stderr}` };
    };
    // Its reader is allowed by the project's own access-policy.yaml, and by nothing in the package.
    const reader = { name: "report-builder", id: "c0ffee00-0000-4000-8000-000000000005", type: "ServicePrincipal" };
    const stackFile = join(own, "Pulumi.contoso.yaml");
    const before = readFileSync(stackFile, "utf8");
    writeFileSync(stackFile, before.replace(/^( +)readers: .*$/m, `$1readers: [${JSON.stringify(reader)}]`));
    const unknown = preview();
    expect([unknown.status === 0, unknown.said]).toEqual([false, expect.stringContaining("access-policy.yaml")]);
    writeFileSync(join(own, "access-policy.yaml"), readFileSync(join(project, "access-policy.yaml"), "utf8"));
    expect(preview()).toEqual({ status: 0, said: expect.stringContaining("partner-insights-access@v") });
    writeFileSync(join(own, "lifetime.json"), JSON.stringify({ "secret-lifetime": { longestLifetimeDays: 90 } }));
    const refused = preview("--policy-pack-config", "lifetime.json");
    expect([refused.status === 0, refused.said]).toEqual([
      false,
      expect.stringContaining("[mandatory]  secret-lifetime"),
    ]);
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
    expect(run(folder, argv, env)).toEqual({ status: 0, stdout: "app-only 3\n", stderr: "" });
  });

  it("destroys what it deployed", () => {
    const destroyed = emulated().pulumi("destroy", "--yes", "--skip-preview", "-s", "contoso");
    expect([destroyed.status, destroyed.stdout]).toEqual([0, expect.stringMatching(/- \d+ deleted/)]);
  });
});
