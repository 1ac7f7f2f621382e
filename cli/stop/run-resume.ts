import { commandLine } from "../../model/command-line";
import type { CommandRunner } from "../shared/command";
import type { ResumeCommandOptions } from "./declaration";
import { switchPrincipal } from "./switch-principal";

/** `partner-access resume`: ends a stop. */
export const runResume: CommandRunner<ResumeCommandOptions> = (options, context) =>
  switchPrincipal(
    {
      command: "resume",
      isEnabled: true,
      done: "resumed",
      already: "already-running",
      afterwards: (stack) => [
        "The application gets tokens again; Entra's servers recognise it within minutes.",
        `If a credential leaked: ${commandLine("rotate", "-s", stack, "--compromised", "REASON")}`,
      ],
    },
    options,
    context,
  );
