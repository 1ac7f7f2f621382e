import { runPlugin } from "../plugin/run-plugin";
import { azuread } from "./provider";

// A plugin that cannot start tells the engine why on standard error; the engine shows it.
runPlugin(azuread).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
