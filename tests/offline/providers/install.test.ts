import { type ChildProcess, spawn } from "node:child_process";
import { access, constants, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { installStandInProviders } from "../../../offline/providers/install";
import { findRealPlugins } from "../../../offline/providers/real-plugins";
import { sdkVersion } from "../../../offline/providers/sdk-versions";

// A busy machine decides nothing: what hangs is found all the same.

const azuread = `resource-azuread-v${sdkVersion("azuread")}`;
const azureNative = `resource-azure-native-v${sdkVersion("azure-native")}`;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Processes of the running test; what is left of them ends with it. */
const started: ChildProcess[] = [];
function start(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  return child;
}

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "stand-ins-"));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await rm(home, { recursive: true, force: true });
});

describe("installing the stand-ins", () => {
  it("puts both plugins where the engine looks, complete and executable", async () => {
    await installStandInProviders(home);
    expect((await readdir(join(home, "plugins"))).sort()).toEqual([azureNative, azuread]);
    for (const [folder, name] of [
      [azuread, "pulumi-resource-azuread"],
      [azureNative, "pulumi-resource-azure-native"],
    ] as const) {
      const file = join(home, "plugins", folder, name);
      await access(file, constants.X_OK);
      expect(await readFile(file, "utf8")).toContain(process.execPath);
    }
  });

  it("may be done twice, and at once", async () => {
    await installStandInProviders(home);
    const before = await stat(join(home, "plugins", azuread));
    await Promise.all([installStandInProviders(home), installStandInProviders(home)]);
    expect((await readdir(join(home, "plugins"))).sort()).toEqual([azureNative, azuread]);
    expect((await stat(join(home, "plugins", azuread))).ino).not.toBe(before.ino);
  });

  it("makes plugins that print a port and end when told", async () => {
    await installStandInProviders(home);
    const file = join(home, "plugins", azuread, "pulumi-resource-azuread");
    const plugin = start(file, ["127.0.0.1:1"]);
    const line = await new Promise<string>((done) =>
      plugin.stdout.once("data", (chunk: Buffer) => done(chunk.toString())),
    );
    expect(line).toMatch(/^\d+\n$/);
    const ended = new Promise<number | null>((done) => plugin.once("exit", done));
    plugin.kill("SIGTERM");
    expect(await ended).toBe(0);
  }, 60_000);

  it("makes plugins that end when the process that started them is killed", async () => {
    await installStandInProviders(home);
    const file = join(home, "plugins", azuread, "pulumi-resource-azuread");
    const starter = start("sh", ["-c", `'${file}' 127.0.0.1:1 & echo $!; wait`]);
    const lines = createInterface({ input: starter.stdout })[Symbol.asyncIterator]();
    const plugin = Number((await lines.next()).value);
    await lines.next(); // its port: it serves
    starter.kill("SIGKILL");
    const end = Date.now() + 20_000;
    while (isRunning(plugin) && Date.now() < end) await delay(100);
    const isLeft = isRunning(plugin);
    if (isLeft) process.kill(plugin, "SIGKILL");
    expect(isLeft).toBe(false);
  }, 60_000);

  it("makes plugins that refuse an engine on another machine", async () => {
    await installStandInProviders(home);
    const plugin = start(join(home, "plugins", azuread, "pulumi-resource-azuread"), ["192.0.2.1:1234"]);
    const said = await new Promise<string>((done) => {
      let text = "";
      plugin.stderr.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      plugin.stdout.once("data", () => done("it serves"));
      plugin.once("exit", (code) => done(`${code}: ${text}`));
    });
    expect(said).toContain("1: the stand-in for azuread serves an engine on this machine only");
  }, 60_000);
});

describe("looking for the real plugins", () => {
  const put = async (folder: string, name: string) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), "\u007fELF a real plugin", { mode: 0o755 });
  };

  it("finds them in PULUMI_HOME under the SDKs' versions", async () => {
    await put(join(home, "plugins", azuread), "pulumi-resource-azuread");
    await put(join(home, "plugins", azureNative), "pulumi-resource-azure-native");
    const found = await findRealPlugins({ PULUMI_HOME: home, PATH: "" });
    expect(found).toMatchObject({ env: { PULUMI_HOME: home }, plugins: { azuread: expect.stringContaining(azuread) } });
  });

  it("finds them on PATH, unless told to ignore it", async () => {
    const bin = join(home, "bin");
    await put(bin, "pulumi-resource-azuread");
    await put(bin, "pulumi-resource-azure-native");
    const env = { PULUMI_HOME: join(home, "empty"), PATH: `/nowhere:${bin}` };
    expect(await findRealPlugins(env)).toMatchObject({
      plugins: { "azure-native": join(bin, "pulumi-resource-azure-native") },
    });
    expect(await findRealPlugins({ ...env, PULUMI_IGNORE_AMBIENT_PLUGINS: "true" })).toHaveProperty("missing");
  });

  it("does not take a stand-in for a real one, and says what to do", async () => {
    await installStandInProviders(home);
    await put(join(home, "plugins", azureNative), "pulumi-resource-azure-native");
    const found = await findRealPlugins({ PULUMI_HOME: home, PATH: "" });
    expect(found).toEqual({
      missing: expect.stringContaining(`azuread ${sdkVersion("azuread")}`),
      fix: `pulumi plugin install resource azuread ${sdkVersion("azuread")}`,
    });
  });

  it("does not take another version", async () => {
    await put(join(home, "plugins", "resource-azuread-v1.0.0"), "pulumi-resource-azuread");
    expect(await findRealPlugins({ PULUMI_HOME: home, PATH: "" })).toHaveProperty("missing");
  });
});
