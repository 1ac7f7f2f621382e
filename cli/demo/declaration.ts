import type { CommandDeclaration } from "../shared/command";
import { json } from "../shared/options";

export const demoCommand: CommandDeclaration = {
  name: "demo",
  summary: "try everything on an emulated Microsoft, without an account",
  description:
    "Starts an emulated Microsoft on loopback, runs the real Pulumi engine and the real program against it, and shows what exists " +
    "afterwards. Works on a copy: your work tree, your Pulumi state and your plugins stay as they are.",
  options: [
    { flags: "--keep", description: "leave the emulator running and print how to use pulumi by hand" },
    {
      flags: "--real-plugins",
      description: "use the real azuread and azure-native plugins of your PULUMI_HOME or PATH, not the stand-ins",
    },
    json,
  ],
  examples: ["partner-access demo", "partner-access demo --keep", "partner-access demo --json > demo.json"],
  load: async () => (await import("./run")).runDemo,
};
