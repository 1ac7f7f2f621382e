#!/usr/bin/env node
import { parseArgs } from "node:util";
import { version } from "./package.json";
import { endOf, withEmulator } from "./serve";

const help = `Usage: partner-insights-emulator [options]

Starts the emulated Microsoft (sign-in, Graph, Resource Manager, Key Vault, Partner Center) on loopback. When it is ready it prints one
line of JSON with its addresses and the environment that pulumi and other clients need. Runs until Ctrl-C or SIGTERM.

Options:
  --port <number>  port of the HTTPS address; a free one when left out
  --real-plugins   put the real plugins of your PULUMI_HOME or PATH into the environment, not the stand-ins
  -V, --version    print the version
  -h, --help       print this help

Example:
  partner-insights-emulator --port 8443
`;

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      "real-plugins": { type: "boolean", default: false },
      version: { type: "boolean", short: "V", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return void process.stdout.write(help);
  if (values.version) return void process.stdout.write(`${version}\n`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw new Error(
      `--port must be a whole number from 1 to 65535, got ${values.port}. Leave it out to get a free port.`,
    );
  }
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => abort.abort(signal));
  await withEmulator(
    {
      ...{ port, usesRealPlugins: values["real-plugins"], env: process.env, signal: abort.signal },
      onProgress: (line) => process.stderr.write(`${line}\n`),
    },
    async (line) => {
      process.stdout.write(`${JSON.stringify(line)}\n`);
      await endOf(abort.signal);
    },
  );
}

run().catch((error: Error & { readonly fix?: string }) => {
  process.stderr.write(`${error.message}\n${error.fix === undefined ? "" : `  ${error.fix}\n`}`);
  process.exitCode = 2;
});
