import { isLoopbackAddress } from "../loopback";
import { createEngineLog } from "./engine-log";
import type { Provider } from "./provider";
import { serveProvider } from "./server";

/**
 * A plugin's whole life: started as `pulumi-resource-<name> <engine address>`, it prints its port for the engine and serves until it is
 * ended, or until the engine that started it is gone.
 */
export async function runPlugin<Context>(provider: Provider<Context>): Promise<void> {
  const address = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  if (address !== undefined && !isLoopbackAddress(address)) {
    process.stderr.write(
      `the stand-in for ${provider.name} serves an engine on this machine only, got the engine address ${address}\n`,
    );
    process.exit(1);
  }
  const log = createEngineLog(address);
  const running = await serveProvider(provider, {
    environment: process.env,
    log: (severity, message) => log.write(severity, message),
  });
  const stop = () => {
    log.close();
    void running.stop().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  stopWithParent(stop);
  process.stdout.write(`${running.port}\n`);
}

/** A killed engine ends nobody: without this its plugins would wait for calls for ever. */
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 1000);
  timer.unref();
}
