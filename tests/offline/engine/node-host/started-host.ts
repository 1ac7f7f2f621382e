import { type ChildProcess, spawn } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { prepareEngineDirectory } from "../../../../offline/engine/engine-directory";
import { checkout, ended, fakePulumi, temporaryFolder } from "../fakes";

// Processes start here, and a busy machine takes its time.

/** A folder of this test file: the home of every host. */
export const root = temporaryFolder();
const directory = prepareEngineDirectory({
  pulumi: fakePulumi(join(root, "bin"), "3.259.0"),
  cache: join(root, "ready"),
  host: { kind: "stand-in", node: process.execPath, emulator: join(checkout, "offline") },
});

const hosts: ChildProcess[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) {
    host.kill("SIGKILL");
    await ended(host);
  }
});

/** Starts the host as the engine does: the address as the last argument, a pipe on standard input. */
export async function startHost(argv: readonly string[] = ["127.0.0.1:1"], env: NodeJS.ProcessEnv = {}) {
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
/** One call as a promise. */
export const ask = <T>(call: (reply: Reply<T>) => unknown) =>
  new Promise<T>((done, failed) => call((error, reply) => (error ? failed(error) : done(reply))));

/** A folder with a program or plugin of these files, which finds the SDK. */
export function program(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "tiny", version: "1.0.0" }));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

/** How the engine describes a program to the host. */
export const info = (folder: string, options: Record<string, JavaScriptValue> = {}) =>
  new language.ProgramInfo()
    .setRootDirectory("/the/root")
    .setProgramDirectory(folder)
    .setEntryPoint(".")
    .setOptions(Struct.fromJavaScript(options));

/** A program runner that writes down how it was started. */
export const recorder = `const { writeFileSync } = require("node:fs");
const { env, argv, execArgv } = process;
writeFileSync(__dirname + "/started.json", JSON.stringify({ argv: argv.slice(2), execArgv, node: argv[0],
  env: Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("PULUMI_") || name === "ARM_SECRET")) }));
console.log("to standard output"); console.error("to standard error");
`;

/** Starts a host and has it run a program with this runner. */
export async function run(
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

/** A program that writes down its process and does not end. */
export const endless = `require("node:fs").writeFileSync(__dirname + "/pid", String(process.pid)); setInterval(() => {}, 1000);`;
