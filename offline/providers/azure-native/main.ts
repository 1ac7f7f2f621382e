import { runPlugin } from "../plugin/run-plugin";
import { azureNative } from "./provider";

// A plugin that cannot start tells the engine why on standard error; the engine shows it.
runPlugin(azureNative).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
