import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { folderStore } from "../../model/folder-store";
import { type Engine, findEngine } from "../../offline/engine/find-engine";

const checkout = resolve(__dirname, "..", "..");
const root = mkdtempSync(join(tmpdir(), "partner-access-journey-"));
let engine: Engine;

// On a machine that has no engine yet this builds one.
beforeAll(async () => {
  engine = await findEngine({ env: process.env, onProgress: (line) => process.stderr.write(`${line}\n`) });
}, 1_800_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));
jest.setTimeout(120_000);

const environment = () => ({
  PATH: "/usr/bin:/bin",
  HOME: root,
  ...(process.env["PARTNER_ACCESS_CACHE"] && { PARTNER_ACCESS_CACHE: process.env["PARTNER_ACCESS_CACHE"] }),
  ...engine.env,
  PULUMI_HOME: join(root, "home"),
  PULUMI_BACKEND_URL: folderStore(join(root, "state")),
  PULUMI_CONFIG_PASSPHRASE: "of no account",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
});

interface Run {
  readonly code: number | null;
  readonly out: string;
}

function start(
  folder: string,
  argv: readonly string[],
  more: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Run> } {
  const child = spawn(engine.pulumi, argv, {
    cwd: folder,
    env: { ...environment(), ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (out += chunk));
  return { child, ended: new Promise((done) => child.once("close", (code) => done({ code, out }))) };
}

const pulumi = (folder: string, ...argv: string[]) => start(folder, argv).ended;
const outputs = async (folder: string) =>
  JSON.parse((await pulumi(folder, "stack", "output", "--json", "--show-secrets", "-s", "dev")).out);

/** A program in a folder of its own with a stack `dev`. It uses the engine's own way to run TypeScript, as the programs of others do. */
async function project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, name);
  mkdirSync(join(root, "state"), { recursive: true });
  const common = {
    "Pulumi.yaml": `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    tsconfig: tsconfig.program.json\n`,
    "package.json": JSON.stringify({ name, version: "1.0.0" }),
    "tsconfig.json": readFileSync(join(checkout, "tsconfig.json"), "utf8"),
    "tsconfig.program.json": JSON.stringify({
      extends: "./tsconfig.json",
      compilerOptions: { noCheck: true, rootDir: "." },
    }),
  };
  for (const [path, text] of Object.entries({ ...common, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  expect(await pulumi(folder, "stack", "init", "dev")).toMatchObject({ code: 0 });
  return folder;
}

const program = (word: string) => `
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
const wrongType: number = "transpiled, never checked";
const memory = new pulumi.Stash("memory", { input: "${word}" }, { ignoreChanges: ["input"] });
export const word = "${word}";
export const name = config.require("name");
export const hidden = config.requireSecret("hidden");
export const isSecret = pulumi.isSecret(hidden);
export const remembered = memory.output;
export const node = process.version;
export const preview = pulumi.runtime.isDryRun();
export { wrongType };
`;

it("runs a program from its sources, sees an edit in the next run, and hands configuration and secrets on", async () => {
  const folder = await project("edited", { "index.ts": program("first") });
  await pulumi(folder, "config", "set", "name", "World", "-s", "dev");
  await pulumi(folder, "config", "set", "--secret", "hidden", "swordfish", "-s", "dev");
  const first = await pulumi(folder, "up", "--yes", "--skip-preview", "-s", "dev");
  expect(first).toMatchObject({ code: 0, out: expect.not.stringContaining("swordfish") });
  expect(await outputs(folder)).toEqual({
    word: "first",
    name: "World",
    hidden: "swordfish",
    isSecret: true,
    remembered: "first",
    node: process.version,
    preview: false,
    wrongType: "transpiled, never checked",
  });
  writeFileSync(join(folder, "index.ts"), program("second"));
  const second = await pulumi(folder, "up", "--yes", "--skip-preview", "-s", "dev");
  expect(second).toMatchObject({ code: 0 });
  expect(await outputs(folder)).toMatchObject({ word: "second", remembered: "first" });
});

it("fails with the program's own message when it throws", async () => {
  const folder = await project("throwing", {
    "index.ts": `import * as pulumi from "@pulumi/pulumi";\nthrow new pulumi.RunError("the tenant is missing");`,
  });
  const run = await pulumi(folder, "preview", "-s", "dev");
  expect(run.code).not.toBe(0);
  expect(run.out).toContain("error: the tenant is missing");
  expect(run.out).not.toContain("exit code");
});

it("uses the host beside it, whatever host lies on PATH", async () => {
  const folder = await project("ambient", { "index.ts": "export const word = 1;" });
  const stray = join(root, "stray");
  mkdirSync(stray);
  writeFileSync(join(stray, "pulumi-language-nodejs"), "#!/bin/sh\necho stray >&2; exit 9\n", { mode: 0o755 });
  const run = await start(folder, ["preview", "-s", "dev"], { PATH: `${stray}:/usr/bin:/bin` }).ended;
  expect(run).toMatchObject({ code: 0, out: expect.not.stringContaining("stray") });
});

it("names a runtime option of the wrong type", async () => {
  const folder = await project("options", { "index.ts": "export {};" });
  const text = readFileSync(join(folder, "Pulumi.yaml"), "utf8");
  writeFileSync(join(folder, "Pulumi.yaml"), `${text}    nodeargs: "--max-old-space-size=256 'open"\n`);
  const run = await pulumi(folder, "preview", "-s", "dev");
  expect(run.code).not.toBe(0);
  expect(run.out).toContain("nodeargs in Pulumi.yaml has a ' without its partner");
});

// What a policy pack is to the engine: an Analyzer service. Written by hand, so that the journey needs no further package.
const pack = `
const { Server, ServerCredentials } = require("@grpc/grpc-js");
const { AnalyzerService } = require("@pulumi/pulumi/proto/analyzer_grpc_pb");
const pb = require("@pulumi/pulumi/proto/analyzer_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");
const config = JSON.parse(process.env.PULUMI_CONFIG ?? "{}");
const server = new Server();
server.addService(AnalyzerService, {
  getPluginInfo: (call, reply) => reply(null, new PluginInfo().setVersion("1.0.0")),
  getAnalyzerInfo: (call, reply) => reply(null, new pb.AnalyzerInfo().setName("rules").setVersion("1.0.0")),
  configure: (call, reply) => reply(null, new Empty()),
  remediate: (call, reply) => reply(null, new pb.RemediateResponse()),
  analyzeStack: (call, reply) => reply(null, new pb.AnalyzeResponse()),
  analyze: (call, reply) => {
    const answer = new pb.AnalyzeResponse();
    if (call.request.getType() === "pulumi:index:Stash" && config["guarded:rule"] === "strict") {
      answer.addDiagnostics(new pb.AnalyzeDiagnostic().setPolicyname("no-stash").setPolicypackname("rules")
        .setMessage("stashes are refused in stack " + process.env.PULUMI_NODEJS_STACK)
        .setEnforcementlevel(pb.EnforcementLevel.MANDATORY));
    }
    reply(null, answer);
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => console.log(port));
`;

it("runs a policy pack that sees the stack, lets a harmless change pass and stops a refused one", async () => {
  const folder = await project("guarded", {
    "index.ts": `import * as pulumi from "@pulumi/pulumi";\nnew pulumi.Stash("memory", { input: 1 });`,
    "rules/PulumiPolicy.yaml": "runtime: nodejs\nversion: 1.0.0\nmain: index.js\n",
    "rules/package.json": JSON.stringify({ name: "rules", version: "1.0.0", main: "index.js" }),
    "rules/index.js": pack,
  });
  symlinkSync(join(checkout, "node_modules"), join(folder, "rules", "node_modules"));
  const allowed = await pulumi(folder, "preview", "--policy-pack", "rules", "-s", "dev");
  expect([allowed.code, allowed.out]).toEqual([0, expect.stringContaining("rules")]);
  await pulumi(folder, "config", "set", "rule", "strict", "-s", "dev");
  const refused = await pulumi(folder, "preview", "--policy-pack", "rules", "-s", "dev");
  expect(refused.code).not.toBe(0);
  expect(refused.out).toContain("stashes are refused in stack dev");
});

describe("a run that is ended from outside", () => {
  const waiting = `require("node:fs").writeFileSync("pids", process.pid + " " + process.ppid); setInterval(() => {}, 1000);`;

  async function running(name: string) {
    const folder = await project(name, { "index.js": waiting });
    const run = start(folder, ["preview", "-s", "dev"]);
    let pids: number[] = [];
    for (let tries = 0; pids.length < 2 && tries < 600; tries += 1) {
      await pause(50);
      try {
        pids = readFileSync(join(folder, "pids"), "utf8").split(" ").map(Number);
      } catch {
        // Not there yet.
      }
    }
    expect(pids).toHaveLength(2);
    return { ...run, pids };
  }

  async function gone(pids: readonly number[]): Promise<number[]> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (alive(pids).length === 0) break;
      await pause(50);
    }
    return alive(pids);
  }

  const alive = (pids: readonly number[]) =>
    pids.filter((pid) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    });

  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "by %s leaves neither the program nor the host behind",
    async (signal) => {
      const { child, ended, pids } = await running(`ended-${signal.toLowerCase()}`);
      expect(alive(pids)).toEqual(pids);
      child.kill(signal);
      expect(await gone(pids)).toEqual([]);
      // Some signals ask politely and want a second one; the processes above went without it.
      child.kill("SIGKILL");
      await ended;
    },
  );
});
