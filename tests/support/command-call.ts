import { AsyncLocalStorage } from "node:async_hooks";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { main } from "../../cli/main";
import { realTime, type Time } from "../../clients/http/retry";
import { captureContext } from "./captured-context";
import { type CommandResult, readDocument } from "./command-process";
import { emulatorFetch } from "./driver/emulator-fetch";

type Environment = Readonly<Record<string, string | undefined>>;

export interface CallOptions {
  readonly projectDirectory?: string;
  /** What is piped in; left out: nothing, and the input ends at once. */
  readonly input?: string;
}

const withinACall = new AsyncLocalStorage<typeof globalThis.fetch>();

/**
 * Runs `partner-access` inside this process: the same words, codes and documents as `runCommand` in a tenth of its time. What a process
 * reads at its start (trust, proxy, signals) is not there: `fetch` leads to the emulator of the environment.
 */
export async function callCommand(
  argv: readonly string[],
  env: Environment,
  { projectDirectory = resolve(__dirname, "../.."), input = "" }: CallOptions = {},
): Promise<CommandResult> {
  const { context, stdout, stderr } = captureContext({
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdin: Readable.from([Buffer.from(input)]),
    workingDirectory: projectDirectory,
    projectDirectory,
  });
  const { NODE_EXTRA_CA_CERTS: caFile, ARM_METADATA_HOSTNAME: host } = env;
  const wire = caFile && host ? emulatorFetch({ caFile, origin: `https://${host}` }) : undefined;
  try {
    const code = await withinACall.run(wire?.fetch ?? ownFetch, () => main(argv, context));
    return { code, stdout: stdout(), stderr: stderr(), document: readDocument(stdout()) };
  } finally {
    wire?.stop();
  }
}

const ownFetch = globalThis.fetch;
globalThis.fetch = (...call) => (withinACall.getStore() ?? ownFetch)(...call);

let waitedMs = 0;
/** What a command waits for before it asks again passes at once, and counts as passed. */
const skippedTime: Time = {
  now: () => performance.now() + waitedMs,
  sleep: async (milliseconds, signal) => {
    signal?.throwIfAborted();
    waitedMs += milliseconds;
  },
};
Object.assign(realTime, skippedTime);
