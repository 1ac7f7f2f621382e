import { isLoopback } from "../../clients/entra/clouds";
import { readOneStack } from "../../configuration/project-files";
import { isSolo } from "../../configuration/read-stack";
import { commandLine, stackInitLine } from "../../model/command-line";
import { secretsProvider } from "../recover/state-key";
import type { CommandContext } from "./command";
import type { Problem } from "./document";

/** What a message about a stack takes from around it. */
export type StackPlace = Pick<CommandContext, "projectDirectory" | "env" | "stackOwner">;

/** Where the stack's file names no key yet; the words in capitals are the reader's. */
const someKey = "azurekeyvault://VAULT.vault.azure.net/keys/KEY";

/**
 * A stack that the selected state store does not have: another store was selected, it was never created, or its state is gone. Each way out
 * is a command as it is typed.
 */
export function missingStack(stack: string, place: StackPlace, consequence = ""): Problem {
  return {
    code: "no-state",
    message: `the state store has no stack ${stack}${consequence}`,
    fix:
      "If another store is the right one, select it (`pulumi whoami --verbose` shows the current one). If the stack is new: " +
      `\`${initLine(stack, place)}\`. If its state is gone for good: ` +
      `\`${commandLine("recover", "-s", stack, "--lost-state")}\``,
  };
}

/** How this stack comes into the store, as it is typed here. */
export function initLine(stack: string, place: StackPlace): string {
  const name = place.stackOwner === undefined ? stack : `${place.stackOwner}/${stack}`;
  return stackInitLine(name, providerOf(stack, place));
}

/** On the emulator a passphrase is fine, and its shell has one; so it is where one person runs the stack. */
function providerOf(stack: string, place: StackPlace): string | undefined {
  const host = place.env["ARM_METADATA_HOSTNAME"];
  const isEmulated = host !== undefined && isLoopback(host);
  const hasPassphrase = isEmulated || isSolo(readOneStack(place.projectDirectory, stack), stack);
  return secretsProvider(place, stack) ?? (hasPassphrase ? undefined : someKey);
}
