import type { Stacks } from "../../clients/pulumi/stacks";
import { commandLine } from "../../model/command-line";
import type { AccessChange } from "../../permissions/diff";
import { diffManifests } from "../../permissions/diff";
import {
  type AccessManifest,
  buildManifest,
  isSameIdentity,
  type ManifestSetting,
  manifestDigest,
  readPreviewRecords,
  readStateRecords,
  reliedIdentities,
} from "../../permissions/manifest";
import { describeChange } from "../../permissions/report";
import type { CommandContext } from "../shared/command";
import type { Digest } from "../shared/digest";
import { type Problem, problemsOf } from "../shared/document";
import type { Tenant } from "../shared/tenant";
import { declaredManifest } from "./declared";
import { claimText, identityProblems } from "./identity-claims";
import { createIdentityWitness, identityReaders } from "./identity-witness";

/** What the engine would make of a stack, from the document of its preview. Throws when that leaves resources out. */
function previewedManifest(document: string, settings: readonly ManifestSetting[]): AccessManifest {
  return buildManifest(readPreviewRecords(document), { settings });
}

/** The digest of what a preview would apply. */
export function previewedDigest(document: string, settings: readonly ManifestSetting[]): Digest {
  return manifestDigest(previewedManifest(document, settings)) as Digest;
}

/** What a preview is held against beside the digest: the checkout, the tenant, and the state as it is before the update. */
export interface BindingContext {
  readonly context: Pick<CommandContext, "projectDirectory" | "signal" | "env">;
  readonly stacks: Pick<Stacks, "state">;
  /** Of the stack's files, read before the engine ran: it may write into them. */
  readonly settings: readonly ManifestSetting[];
  /** Called only when the digest is the approved one. */
  tenant(): Promise<Tenant>;
}

/**
 * Why a preview must not be applied; empty when it may. Its manifest is not the approved one: then what differs from a review of the
 * same files is said. Or it is, because the program remembers falsely who an object id stands for: the tenant is asked.
 */
export async function approvalProblems(
  stack: string,
  expected: Digest,
  document: string,
  binding: BindingContext,
): Promise<readonly Problem[]> {
  const previewed = previewedManifest(document, binding.settings);
  const found = manifestDigest(previewed);
  if (found !== expected) return [await otherDigest(stack, expected, previewed, binding.context)];
  const claims = reliedIdentities(readPreviewRecords(document));
  if (claims.length === 0) return [];
  try {
    const stateBefore = async () => (await binding.stacks.state(stack))?.exported;
    const readers = identityReaders(await binding.tenant(), stateBefore);
    return await identityProblems(stack, claims, createIdentityWitness(readers));
  } catch (error) {
    return problemsOf(error);
  }
}

async function otherDigest(
  stack: string,
  expected: Digest,
  previewed: AccessManifest,
  context: BindingContext["context"],
): Promise<Problem> {
  const found = manifestDigest(previewed);
  const message = `${stack}: the preview grants something other than what was approved (approved ${expected}, preview ${found})`;
  const fix =
    "Nothing was changed. Review and approve the commit that is checked out here, and apply it with its digest.";
  return {
    code: "not-approved",
    message: [message, ...(await explained(stack, expected, previewed, context))].join("\n"),
    fix,
  };
}

/**
 * What was applied, held against what was approved: the update runs the program once more, and it could have changed its mind, also on
 * whom it remembers. Only what the preview relied on was asked of the tenant; by now an owner that the update added would be one.
 */
export function misapplied(
  stack: string,
  { expected, settings }: { readonly expected: Digest; readonly settings: readonly ManifestSetting[] },
  document: string,
  exported: string,
): Problem | undefined {
  const applied = readStateRecords(exported);
  const found = manifestDigest(buildManifest(applied, { settings }));
  const checked = reliedIdentities(readPreviewRecords(document));
  const others = reliedIdentities(applied).filter((it) => !checked.some((known) => isSameIdentity(it, known)));
  if (found === expected && others.length === 0) return undefined;
  const what =
    found === expected
      ? `remembered something other than its own preview: it takes ${others.map(claimText).join(", and ")}`
      : `declared something other than its own preview (approved ${expected}, applied ${found})`;
  return {
    code: "applied-otherwise",
    message: `${stack}: the update ${what}`,
    fix: `The program behaves differently in a preview. Stop the application, and see what it did: ${commandLine("drift", "-s", stack)}`,
  };
}

async function explained(
  stack: string,
  expected: Digest,
  previewed: AccessManifest,
  context: Pick<CommandContext, "projectDirectory" | "signal">,
): Promise<readonly string[]> {
  const declared = await declaredManifest([stack], context)(stack).catch(() => undefined);
  if (declared === undefined) return ["A review of these files fails."];
  const digest = manifestDigest(declared);
  const changes = diffManifests(declared, previewed);
  const told = changes.map((change: AccessChange) => ` - ${describeChange(change)}`);
  if (digest === expected) return ["The program behaves differently in a preview than in a review:", ...told];
  const files = `These files are not the approved ones: a review of them gives ${digest}.`;
  return changes.length === 0 ? [files] : [files, "Besides, the program behaves differently in a preview:", ...told];
}
