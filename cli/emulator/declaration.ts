import { declareCommand, type OptionsOf } from "../shared/command";
import { invalidOption } from "../shared/document";
import { flag, parsed, text } from "../shared/options";

/**
 * The control routes as the help lists them: method, path, and what each is for. Loaded only for the help, so that a copy of the program
 * without the offline package has every other command.
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

const options = {
  port: parsed(text("--port <number>", "port of the HTTPS address; default: a free one"), readPort),
  realPlugins: flag(
    "--real-plugins",
    "put the real plugins of your PULUMI_HOME or PATH into the environment, not the stand-ins",
  ),
  json: flag("--json", "with add-tenant: print one JSON document; the line at the start is JSON always"),
  startsAt: parsed(
    text("--starts-at <time>", "the emulated time at start, for the demo", { isHidden: true }),
    (time) => (time === undefined ? undefined : new Date(time)),
  ),
  untilInputEnds: flag("--until-input-ends", "stop when standard input ends, for a parent process", { isHidden: true }),
};

export type EmulatorCommandOptions = OptionsOf<typeof options>;

export const emulatorCommand = declareCommand({
  name: "emulator",
  needsProject: () => false,
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
  options,
  details: controlLines,
  examples: [
    "partner-access emulator",
    "partner-access emulator --port 8443",
    "partner-access emulator add-tenant adatum",
    "partner-access emulator add-tenant adatum --json",
  ],
  load: async () => (await import("./run")).runEmulator,
});

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw invalidOption(`--port must be a whole number from 1 to 65535, got ${text}`, "Leave it out to get a free port.");
}
