import type { CommandRunner } from "../shared/command";
import { writeDocument } from "../shared/document";
import type { RolesCommandOptions } from "./declaration";
import { showRoles } from "./show-roles";

/** `partner-access roles`: who may see the reports; gives the reporting user the role when told to. */
export const runRoles: CommandRunner<RolesCommandOptions> = async (options, context) => {
  const report = await showRoles(options, context);
  const { stack, roles, outcome, steps } = report;
  if (options.json) {
    writeDocument(context, { schema: "partner-access/roles/1", ok: true, stacks: [report], problems: [] });
    return 0;
  }
  const { stdout, stderr } = context;
  for (const { name, members } of roles) {
    stdout.write(`${name}\n`);
    for (const { userPrincipalName, displayName } of members) stdout.write(`  ${userPrincipalName}  ${displayName}\n`);
    if (members.length === 0) stdout.write("  nobody\n");
  }
  for (const [place, step] of steps.entries()) stdout.write(`${place + 1}. ${step}\n`);
  stdout.write(outcome === "portal" || outcome === "listed" ? "" : `${stack}  ${outcome}\n`);
  if (outcome === "would-assign") stderr.write("Nothing was changed: run it again with --assign.\n");
  if (outcome === "assigned") stderr.write("Insights recognises the role after a few minutes.\n");
  return 0;
};
