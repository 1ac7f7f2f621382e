import type { Stacks } from "../../clients/pulumi/stacks";
import { type DriftFinding, isTouched } from "../../permissions/drift";
import { buildManifest, readStateRecords } from "../../permissions/manifest";
import { findDrift } from "../drift/drift-stack";
import { explainedFinding, remedies } from "../drift/told";
import type { CommandContext } from "../shared/command";
import { type Problem, problemsOf } from "../shared/document";
import { openTenant } from "../shared/tenant";

/** What was found before an update; a failed read is reported as such. */
export type DriftLook = { readonly findings: readonly DriftFinding[] } | { readonly problems: readonly Problem[] };

/** Holds what the last update declared against what is there. A stack that never published anything has no drift. */
export async function lookBeforeUpdate(stack: string, stacks: Stacks, context: CommandContext): Promise<DriftLook> {
  try {
    const state = await stacks.state(stack);
    if (state === undefined || state.resources.length === 0) return { findings: [] };
    const declared = buildManifest(readStateRecords(state.exported));
    return { findings: (await findDrift(await openTenant(stack, context), declared, context)) ?? [] };
  } catch (error) {
    return { problems: problemsOf(error) };
  }
}

/** Why an update must wait: it would overwrite a manual change, or a failed read leaves that unknown. */
export function driftProblems(
  stack: string,
  look: DriftLook,
  written: readonly { readonly type: string; readonly name: string }[],
): readonly Problem[] {
  if (written.length === 0) return [];
  if ("problems" in look) {
    const why = look.problems.map(({ message }) => message).join("; ");
    return [
      {
        code: "drift-unknown",
        message: `${stack}: it is not known whether something was changed by hand: ${why}`,
        fix: "Fix that and run it again, or pass --overwrite-drift to continue without the check.",
      },
    ];
  }
  const touched = look.findings.filter((finding) => isTouched(finding, written));
  if (touched.length === 0) return [];
  return [
    {
      code: "drift",
      message: [
        `${stack}: this update would overwrite what was changed by hand:`,
        ...touched.map(({ kind, message }) => ` - ${kind}: ${message}`),
      ].join("\n"),
      fix: "Declare it or undo it, then run this again; or pass --overwrite-drift.",
    },
  ];
}

/** Everything that was found, touched or not, for information. */
export function driftLines(stack: string, look: DriftLook): readonly string[] {
  if ("problems" in look || look.findings.length === 0) return [];
  return ["  not as declared:", ...look.findings.flatMap(explainedFinding), ...remedies(look.findings, stack)];
}
