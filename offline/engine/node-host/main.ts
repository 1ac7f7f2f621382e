// The stand-in for Pulumi's own Node host: the engine starts it, reads a port from standard output and asks it to run programs.
import { fstatSync } from "node:fs";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { engineVersion } from "../versions";
import { channelOptions } from "./channel-options";
import { createChildren } from "./children";
import { readHostArguments } from "./host-arguments";
import { languageHost } from "./language-host";
import { requireLoopback } from "./loopback";

function main(): void {
  const given = readHostArguments(process.argv.slice(2));
  if (given.version) {
    process.stdout.write(`v${engineVersion}\n`);
    return;
  }
  if (given.runtime !== "nodejs") throw new Error(`unsupported runtime: ${given.runtime}`);
  if (given.engine !== "") requireLoopback(given.engine, "engine");

  const children = createChildren(process.execPath);
  const server = new Server(channelOptions);
  server.addService(
    LanguageRuntimeService,
    languageHost({
      engine: given.engine,
      tracing: given.tracing,
      env: process.env,
      children,
      sinks: { stdout: process.stdout, stderr: process.stderr },
    }),
  );
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) fail(error);
    process.stdout.write(`${port}\n`);
  });

  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    void children.stopAll().finally(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  process.on("exit", () => children.killAll());
  endWithEngine(end);
}

/** An engine that was killed cannot stop its host, but the pipe it held to our standard input closes with it. */
function endWithEngine(end: () => void): void {
  const input = fstatSync(0);
  // A terminal or /dev/null says nothing about who started us.
  if (!input.isFIFO() && !input.isSocket()) return;
  for (const event of ["end", "close", "error"]) process.stdin.once(event, end);
  process.stdin.resume();
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

try {
  main();
} catch (error) {
  fail(error);
}
