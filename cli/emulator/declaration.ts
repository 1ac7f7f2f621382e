import type { CommandDeclaration } from "../shared/command";

/**
 * The control routes as the help lists them: method, path, and what each is for. Read when somebody asks: a copy of the program without
 * what runs offline has every other command.
 */
function controlLines(): string {
  const { controlPrefix, controlRoutes }: typeof import("../../offline/emulator/control/control-routes") =
    require("../../offline/emulator/control/control-routes");
  const lines = Object.entries(controlRoutes).map(([route, purpose]) => {
    const [method = "", name = ""] = route.split(" ");
    return `  ${method.padEnd(4)} ${controlPrefix}${name.padEnd(14)} ${purpose}`;
  });
  return ["Control routes, at the same address, with JSON bodies and without a token:", ...lines].join("\n");
}

export const emulatorCommand: CommandDeclaration = {
  name: "emulator",
  arguments: [
    { name: "[action]", description: "add-tenant; left out, an emulator is started" },
    { name: "[name]", description: "with add-tenant: short name of the partner, which gets the domain NAME.example" },
  ],
  summary: "start the emulated Microsoft and print its addresses, or add a tenant to it",
  description:
    "Starts the emulated Microsoft (sign-in, Graph, Resource Manager, Key Vault) on loopback. When it is ready it prints one line of " +
    "JSON with its addresses and the environment that pulumi, these commands and other clients need. Runs until Ctrl-C or SIGTERM. " +
    "Its sign-in page shows the password and the code of every user, which are invented.\n\n" +
    "emulator add-tenant NAME adds a partner tenant to the emulator that this shell uses (the shell of `demo --keep`, or one with the " +
    "environment that was printed), and prints the commands that deploy it and sign its user in. A second time it adds nothing and " +
    "prints the same.",
  options: [
    { flags: "--port <number>", description: "port of the HTTPS address; a free one when left out" },
    {
      flags: "--real-plugins",
      description: "put the real plugins of your PULUMI_HOME or PATH into the environment, not the stand-ins",
    },
    {
      flags: "--json",
      description: "with add-tenant: print one JSON document; the line at the start is JSON always",
    },
    { flags: "--starts-at <time>", description: "the emulated time at start, for the demo", isHidden: true },
    {
      flags: "--until-input-ends",
      description: "stop when standard input ends, for a parent process",
      isHidden: true,
    },
  ],
  details: controlLines,
  examples: [
    "partner-access emulator",
    "partner-access emulator --port 8443",
    "partner-access emulator add-tenant adatum",
    "partner-access emulator add-tenant adatum --json",
  ],
  load: async () => (await import("./run")).runEmulator,
};
