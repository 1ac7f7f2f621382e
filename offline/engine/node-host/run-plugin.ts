import type { Child, ChildOutput, Children } from "./children";
import { createDeferred } from "./deferred";
import { isPolicyPack, type PluginRequest, pluginStart } from "./plugin-start";
import { startPolicyProxy } from "./policy-proxy";
import type { RuntimeOptions } from "./runtime-options";

interface PluginRun {
  readonly request: PluginRequest;
  readonly options: RuntimeOptions;
  readonly children: Children;
}

/** Runs one plugin to its end and hands its output on. Rejects when it fails. */
export async function runPlugin(
  { request, options, children }: PluginRun,
  output: ChildOutput,
  signal: AbortSignal,
): Promise<void> {
  if (isPolicyPack(request)) return runPolicyPack({ request, options, children }, output, signal);
  return finish(children.start(pluginStart(request, options), output), signal);
}

async function runPolicyPack(
  { request, options, children }: PluginRun,
  output: ChildOutput,
  signal: AbortSignal,
): Promise<void> {
  const proxy = await startPolicyProxy();
  let child: Child | undefined;
  try {
    // The engine reads the first line as the port of the plugin: the proxy's, not the pack's.
    output.onStdout(Buffer.from(`${proxy.port}\n`));
    const stack = await orAborted(proxy.configured, signal);
    const line = firstLine(output);
    child = children.start(pluginStart(request, options, stack), { ...output, onStdout: line.read });
    const ended = finish(child, signal);
    const port = await Promise.race([line.text.then(readPort), ended.then(() => Promise.reject(noPort))]);
    await proxy.attach(port);
    await ended;
  } catch (error) {
    proxy.fail(error instanceof Error ? error : new Error(String(error)));
    void child?.stop();
    throw error;
  } finally {
    proxy.close();
  }
}

const noPort = new Error("the policy pack ended before it told its port");

async function finish(child: Child, signal: AbortSignal): Promise<void> {
  const stop = () => void child.stop();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    const code = await child.ended;
    if (code !== 0 && !signal.aborted) throw new Error(`Program exited with non-zero exit code: ${code}`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function orAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, failed) => {
    const abort = () => failed(new Error("the engine no longer needs the policy pack"));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    value.then(done, failed).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Takes the first line off an output; what follows is handed on as it comes. */
function firstLine(output: ChildOutput): { readonly text: Promise<string>; readonly read: (chunk: Buffer) => void } {
  const found = createDeferred<string>();
  let begun: Buffer | undefined = Buffer.alloc(0);
  return {
    text: found.promise,
    read(chunk) {
      if (begun === undefined) return output.onStdout(chunk);
      begun = Buffer.concat([begun, chunk]);
      const end = begun.indexOf("\n");
      if (end < 0) return undefined;
      const rest = begun.subarray(end + 1);
      found.resolve(begun.subarray(0, end).toString());
      begun = undefined;
      return rest.length > 0 ? output.onStdout(rest) : undefined;
    },
  };
}

function readPort(line: string): number {
  const port = Number(line.trim());
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`could not read policy pack port: its first line is ${JSON.stringify(line)}`);
}
