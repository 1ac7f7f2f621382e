import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, status } from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { prepareEngineDirectory } from "../../../../offline/engine/engine-directory";
import { checkout, ended, eventually, fakePulumi, script, temporaryFolder } from "../fakes";

// Processes start here, and a busy machine takes its time.
jest.setTimeout(60_000);

const root = temporaryFolder();
const directory = prepareEngineDirectory({
  pulumi: fakePulumi(join(root, "bin"), "3.259.0"),
  cache: join(root, "ready"),
  host: { kind: "stand-in", node: process.execPath, checkout },
});

const hosts: ChildProcess[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) {
    host.kill("SIGKILL");
    await ended(host);
  }
});

/** Starts the host as the engine does: the address as the last argument, a pipe on standard input. */
async function startHost(argv: readonly string[] = ["127.0.0.1:1"], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(join(directory, "pulumi-language-nodejs"), argv, {
    env: { PATH: "/usr/bin:/bin", HOME: root, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  hosts.push(child);
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  const lines = createInterface({ input: child.stdout });
  const first = await new Promise<string>((done) => {
    lines.once("line", done);
    lines.once("close", () => done(""));
  });
  lines.on("line", (line) => said.push(line));
  const client = new LanguageRuntimeClient(`127.0.0.1:${first || 1}`, credentials.createInsecure());
  return { child, first, said, client };
}

type Reply<T> = (error: Error | null, reply: T) => void;
const ask = <T>(call: (reply: Reply<T>) => unknown) =>
  new Promise<T>((done, failed) => call((error, reply) => (error ? failed(error) : done(reply))));

function program(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "tiny", version: "1.0.0" }));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

const info = (folder: string, options: Record<string, JavaScriptValue> = {}) =>
  new language.ProgramInfo()
    .setRootDirectory("/the/root")
    .setProgramDirectory(folder)
    .setEntryPoint(".")
    .setOptions(Struct.fromJavaScript(options));

/** A program runner that writes down how it was started. */
const recorder = `const { writeFileSync, existsSync } = require("node:fs");
const { env, argv, execArgv, cwd } = process;
writeFileSync(__dirname + "/started.json", JSON.stringify({ argv: argv.slice(2), execArgv, node: argv[0],
  env: Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("PULUMI_") || name === "ARM_SECRET")) }));
console.log("to standard output"); console.error("to standard error");
`;

async function run(
  runner: string,
  options: Record<string, JavaScriptValue> = {},
  change: (request: language.RunRequest) => unknown = () => undefined,
) {
  const folder = program({ "runner.js": runner });
  const host = await startHost(["127.0.0.1:1"], {
    PULUMI_LANGUAGE_NODEJS_RUN_PATH: "./runner.js",
    ARM_SECRET: "handed on",
  });
  const request = new language.RunRequest()
    .setMonitorAddress("127.0.0.1:2")
    .setProject("tiny")
    .setStack("dev")
    .setOrganization("organization")
    .setParallel(16)
    .setDryrun(true)
    .setArgsList(["--extra"])
    .setInfo(info(folder, options))
    .setConfigsecretkeysList(["tiny:secret"]);
  request.getConfigMap().set("tiny:plain", "one").set("tiny:secret", "swordfish").set("azuread:config:tenantId", "t");
  change(request);
  let cancel: () => void = () => undefined;
  const reply = ask<language.RunResponse>((done) => {
    const call = host.client.run(request, done);
    cancel = () => call.cancel();
  });
  return { ...host, folder, reply, cancel: () => cancel() };
}

describe("the stand-in Node host", () => {
  it("prints its port first and says who it is", async () => {
    const { first, client } = await startHost();
    expect(Number(first)).toBeGreaterThan(0);
    const info_ = await ask<{ getVersion(): string }>((done) => client.getPluginInfo(new Empty(), done as never));
    expect(info_.getVersion()).toBe("3.259.0");
  });

  it("tells its version on the command line", async () => {
    expect((await startHost(["-version"])).first).toBe("v3.259.0");
  });

  it("refuses an engine on another machine, on the command line and in the handshake", async () => {
    const refused = await startHost(["10.1.2.3:4711"]);
    expect([refused.first, await ended(refused.child)]).toEqual(["", 1]);
    expect(refused.said.join("\n")).toContain('talks to this machine only, and the engine is at "10.1.2.3:4711"');
    const { client } = await startHost([]);
    const shake = (address: string) =>
      ask((done) => client.handshake(new language.LanguageHandshakeRequest().setEngineAddress(address), done));
    await expect(shake("engine.example:4711")).rejects.toThrow("talks to this machine only");
    await expect(shake("127.0.0.1:4711")).resolves.toBeDefined();
  });

  it("refuses a resource monitor on another machine", async () => {
    const { reply } = await run(recorder, {}, (request) => request.setMonitorAddress("monitor.example:1"));
    await expect(reply).rejects.toThrow('the resource monitor is at "monitor.example:1"');
  });

  it("refuses bun programs", async () => {
    const { child, said } = await startHost(["-runtime=bun", "127.0.0.1:1"]);
    expect([await ended(child), said]).toEqual([1, ["unsupported runtime: bun"]]);
  });

  it("says that it cannot generate code", async () => {
    const { client } = await startHost();
    await expect(ask((done) => client.pack(new language.PackRequest(), done))).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });

  it("reports the plugins a program needs, as messages", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "node_modules", "lib"), { recursive: true });
    const parameterization = { name: "lib", version: "1.0.0", value: "e30=" };
    writeFileSync(
      join(folder, "node_modules", "lib", "package.json"),
      JSON.stringify({
        name: "lib",
        version: "2.0.0",
        pulumi: { resource: true, name: "base", server: "s", parameterization },
      }),
    );
    const { client } = await startHost();
    const request = new language.GetRequiredPackagesRequest().setInfo(info(folder));
    const reply = await ask<language.GetRequiredPackagesResponse>((done) => client.getRequiredPackages(request, done));
    expect(reply.getPackagesList().map((one) => one.toObject())).toMatchObject([
      { name: "base", kind: "resource", version: "v2.0.0", server: "s", parameterization },
    ]);
  });

  it("asks for a package manager only when none is set", async () => {
    const { client } = await startHost();
    const prompts = async (options: Record<string, JavaScriptValue>) => {
      const request = new language.RuntimeOptionsRequest().setInfo(info("/nowhere", options));
      const reply = await ask<language.RuntimeOptionsResponse>((done) => client.runtimeOptionsPrompts(request, done));
      return reply.getPromptsList().map((prompt) => [prompt.getKey(), prompt.getChoicesList().length]);
    };
    expect(await prompts({})).toEqual([["packagemanager", 4]]);
    expect(await prompts({ packagemanager: "npm" })).toEqual([]);
  });

  it("tells which Node runs programs: the one that runs the host, not the one on PATH", async () => {
    const { client } = await startHost(["127.0.0.1:1"], {
      PATH: `${join(script(join(root, "old", "node"), "exit 9"), "..")}:/usr/bin:/bin`,
    });
    const request = new language.AboutRequest().setInfo(info(program()));
    const reply = await ask<language.AboutResponse>((done) => client.about(request, done));
    expect([reply.getExecutable(), reply.getVersion()]).toEqual([process.execPath, process.version]);
  });

  it("lists the dependencies of a program from its lock file", async () => {
    const { client } = await startHost();
    const request = new language.GetProgramDependenciesRequest().setInfo(info(checkout));
    const reply = await ask<language.GetProgramDependenciesResponse>((done) =>
      client.getProgramDependencies(request, done),
    );
    const listed = reply.getDependenciesList().map((one) => `${one.getName()} ${one.getVersion()}`);
    expect(listed).toContain("@pulumi/azuread 6.9.1");
  });

  it("installs dependencies with the package manager of the project and passes on what it says", async () => {
    const bin = join(temporaryFolder(), "bin");
    script(join(bin, "npm"), `echo "npm $@ in $(pwd)"; mkdir -p node_modules`);
    const folder = temporaryFolder();
    const { client } = await startHost(["127.0.0.1:1"], { PATH: `${bin}:/usr/bin:/bin` });
    const request = new language.InstallDependenciesRequest().setInfo(info(folder, { production: true }));
    let said = "";
    await new Promise<void>((done, failed) => {
      client
        .installDependencies(request)
        .on("data", (message: language.InstallDependenciesResponse) => (said += Buffer.from(message.getStdout_asU8())))
        .on("end", done)
        .on("error", failed);
    });
    expect(said).toContain(`npm install --loglevel=error --omit=dev in ${folder}\n`);
  });
});

describe("a program run by the host", () => {
  it("gets flags and configuration as from the real host, and no secret on its command line", async () => {
    const { reply, folder, said } = await run(recorder, {
      tsconfig: "tsconfig.program.json",
      nodeargs: "--no-warnings",
    });
    expect((await reply).toObject()).toEqual({ error: "", bail: false });
    const started = JSON.parse(readFileSync(join(folder, "runner.js", "..", "started.json"), "utf8"));
    expect(started.argv).toEqual([
      ...["--monitor", "127.0.0.1:2", "--engine", "127.0.0.1:1", "--organization", "organization", "--project", "tiny"],
      ...[
        "--root-directory",
        "/the/root",
        "--stack",
        "dev",
        "--pwd",
        folder,
        "--dry-run",
        "--parallel",
        "16",
        ".",
        "--extra",
      ],
    ]);
    expect([started.execArgv, started.node]).toEqual([["--no-warnings"], process.execPath]);
    const { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS, ...env } = started.env;
    expect(JSON.parse(PULUMI_CONFIG)).toEqual({
      "tiny:config:plain": "one",
      "tiny:config:secret": "swordfish",
      "azuread:config:tenantId": "t",
    });
    expect(JSON.parse(PULUMI_CONFIG_SECRET_KEYS)).toEqual(["tiny:secret"]);
    expect(env).toEqual({
      PULUMI_LANGUAGE_NODEJS_RUN_PATH: "./runner.js",
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TSCONFIG_PATH: "tsconfig.program.json",
      ARM_SECRET: "handed on",
    });
    await eventually("both outputs", () => said.length === 2);
    expect(said.sort()).toEqual(["to standard error", "to standard output"]);
  });

  it("is not registered with ts-node when the option says so", async () => {
    const { reply, folder } = await run(recorder, { typescript: false });
    await reply;
    expect(readFileSync(join(folder, "started.json"), "utf8")).not.toContain("PULUMI_NODEJS_TYPESCRIPT");
  });

  it.each([
    ["process.exit(32)", { error: "", bail: true }],
    ["process.exit(3)", { error: "Program exited with non-zero exit code: 3", bail: false }],
    ["process.kill(process.pid, 'SIGKILL')", { error: "Program exited with non-zero exit code: -1", bail: false }],
  ])("that ends with %s is reported as by the real host", async (runner, expected) => {
    expect((await (await run(runner)).reply).toObject()).toEqual(expected);
  });

  it("that runs out of memory gets advice", async () => {
    const { reply } = await run(`process.stderr.write("<--- Last few GCs --->\\n", () => process.exit(134));`);
    expect((await reply).getError()).toMatch(
      /exit code: 134\. Detected a possible out of memory error.*--max-old-space-size/,
    );
  });

  it("with a wrong runtime option does not start, and the option is named", async () => {
    const { reply, folder } = await run(recorder, { typescript: "yes" });
    expect((await reply).getError()).toContain('typescript option must be a boolean, got "yes"');
    expect(existsSync(join(folder, "started.json"))).toBe(false);
  });

  it("without an SDK beside it is told to install it", async () => {
    const { client } = await startHost();
    const folder = temporaryFolder();
    const request = new language.RunRequest().setMonitorAddress("127.0.0.1:2").setInfo(info(folder));
    const reply = await ask<language.RunResponse>((done) => client.run(request, done));
    expect(reply.getError()).toBe(
      `It looks like the Pulumi SDK has not been installed in ${folder}. Have you run pulumi install?`,
    );
  });
});

const endless = `require("node:fs").writeFileSync(__dirname + "/pid", String(process.pid)); setInterval(() => {}, 1000);`;

describe("a program that is still running", () => {
  async function running() {
    const started = await run(endless);
    const file = join(started.folder, "pid");
    await eventually("the program", () => existsSync(file) && readFileSync(file, "utf8") !== "");
    const pid = Number(readFileSync(file, "utf8"));
    const isAlive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    started.reply.catch(() => undefined);
    expect(isAlive()).toBe(true);
    return { ...started, isAlive };
  }

  it("ends when the engine cancels", async () => {
    const { client, isAlive } = await running();
    await ask((done) => client.cancel(new Empty(), done));
    expect(isAlive()).toBe(false);
  });

  it("ends when the engine gives the call up", async () => {
    const { cancel, isAlive } = await running();
    cancel();
    await eventually("the program has gone", () => !isAlive());
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with the host on %s", async (signal) => {
    const { child, isAlive } = await running();
    child.kill(signal);
    expect([await ended(child), isAlive()]).toEqual([0, false]);
  });

  it("ends with the host when the engine is killed and its pipe closes", async () => {
    const { child, isAlive } = await running();
    child.stdin.end();
    expect([await ended(child), isAlive()]).toEqual([0, false]);
  });
});

describe("a plugin run by the host", () => {
  async function plugin(files: Readonly<Record<string, string>>, kind: string) {
    const folder = program(files);
    const { client } = await startHost();
    const request = new language.RunPluginRequest()
      .setKind(kind)
      .setPwd(root)
      .setInfo(info(folder, { typescript: false }))
      .setArgsList(["127.0.0.1:1"])
      .setEnvList([`PATH=${process.env["PATH"]}`, "COLOUR=red", "COLOUR=green"]);
    const out: string[] = [];
    const stream = client.runPlugin(request);
    const result = new Promise<string>((done) => {
      stream.on("data", (message: language.RunPluginResponse) => {
        out.push(Buffer.from(message.getStdout_asU8()).toString(), Buffer.from(message.getStderr_asU8()).toString());
      });
      stream.on("end", () => done("ended"));
      stream.on("error", (error: { details?: string }) => done(`failed: ${error.details}`));
    });
    return { folder, out, result, stream };
  }

  it("gets its folder, its arguments and exactly the environment the engine gave", async () => {
    const source = `console.log(JSON.stringify([process.argv.slice(2), process.env.COLOUR, process.env.HOME, process.cwd()]));`;
    const { result, out } = await plugin({ "index.js": source }, "resource");
    expect(await result).toBe("ended");
    expect(JSON.parse(out.join(""))).toEqual([["127.0.0.1:1"], "green", null, root]);
  });

  it("fails the call when it ends with an error", async () => {
    const { result } = await plugin({ "index.js": "process.exit(7);" }, "resource");
    expect(await result).toBe("failed: Program exited with non-zero exit code: 7");
  });

  it("ends when the engine gives the call up", async () => {
    const { stream, folder } = await plugin({ "index.js": endless }, "resource");
    const file = join(folder, "pid");
    await eventually("the plugin", () => existsSync(file) && readFileSync(file, "utf8") !== "");
    stream.cancel();
    await eventually("the plugin has gone", () => {
      try {
        return !process.kill(Number(readFileSync(file, "utf8")), 0);
      } catch {
        return true;
      }
    });
  });
});
