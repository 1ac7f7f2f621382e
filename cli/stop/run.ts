import { commandLine } from "../../model/command-line";
import type { CommandRunner } from "../shared/command";
import type { StopCommandOptions } from "./declaration";
import { switchPrincipal } from "./switch-principal";

/** `partner-access stop`: no new token for anybody, at once. */
export const runStop: CommandRunner<StopCommandOptions> = (options, context) =>
  switchPrincipal(
    {
      command: "stop",
      isEnabled: false,
      done: "stopped",
      already: "already-stopped",
      afterwards: (stack) => [
        "Entra refuses every token request of this application from now on (AADSTS7000112), whatever the secret.",
        " - access tokens that were issued before work for up to 90 minutes more;",
        " - credentials, grants and the vault's entries are unchanged;",
        ` - up and rotate refuse ${stack} and never enable it again; this command does: ${commandLine("resume", "-s", stack)}`,
      ],
    },
    options,
    context,
  );
