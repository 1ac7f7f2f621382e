import { commands } from "../../cli/commands";
import type { CommandDeclaration } from "../../cli/shared/command";
import { commandLine } from "../../model/command-line";
import { prose, table } from "./generated-section";

/** `docs/commands.md` from the declarations that make help and parser. */
export function commandPages(): string {
  const overview = table(
    ["Command", "Does"],
    commands.map(({ name, summary }) => [`[\`${name}\`](#${name.replaceAll(" ", "-")})`, prose(summary)]),
  );
  return [overview, ...commands.map(commandPage)].join("\n");
}

function commandPage({
  name,
  description,
  options,
  examples,
  details,
  arguments: positional = [],
}: CommandDeclaration) {
  const usage = [commandLine(name), ...positional.map((argument) => argument.name), "[options]"].join(" ");
  const shown = options.filter(({ isHidden }) => isHidden !== true);
  const rows = [
    ...positional.map((argument) => [`\`${argument.name}\``, prose(argument.description)]),
    ...shown.map((option) => [
      `\`${option.flags}\``,
      prose(option.description) + (option.isRequired ? " (required)" : ""),
    ]),
  ];
  return [
    `## ${name}`,
    "",
    `\`${usage}\``,
    "",
    prose(description),
    "",
    table(["Option", "Means"], rows),
    ...(details === undefined ? [] : ["```text", details(), "```", ""]),
    "Examples:",
    "",
    ...examples.map((example) => `- \`${exampleLine(example)}\``),
    "",
  ].join("\n");
}

/** An example of a declaration, as it is typed here. */
function exampleLine(example: string): string {
  const [, name = "", words = ""] = /^partner-access (\S+)(.*)$/s.exec(example) ?? [];
  return `${commandLine(name)}${words}`;
}
