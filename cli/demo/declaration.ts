import { declareCommand, type OptionsOf } from "../shared/command";
import { flag, json } from "../shared/options";

const options = {
  keep: flag("--keep", "leave the emulator running and print how to use pulumi by hand"),
  realPlugins: flag(
    "--real-plugins",
    "use the real azuread and azure-native plugins of your PULUMI_HOME or PATH, not the stand-ins",
  ),
  json,
};

export type DemoCommandOptions = OptionsOf<typeof options>;

export const demoCommand = declareCommand({
  name: "demo",
  summary: "try everything on an emulated Microsoft, without an account",
  description:
    "Starts an emulated Microsoft on loopback, runs the real Pulumi engine and the real program against it, and shows what exists " +
    "afterwards. Works on a copy: your work tree, Pulumi state and plugins stay unchanged.",
  options,
  examples: ["partner-access demo", "partner-access demo --keep", "partner-access demo --json > demo.json"],
  load: async () => (await import("./run")).runDemo,
});
