import type { AccessChange } from "../../permissions/diff";
import { diffManifests } from "../../permissions/diff";
import {
  type AccessManifest,
  buildManifest,
  manifestDigest,
  readPreviewRecords,
  readStateRecords,
} from "../../permissions/manifest";
import { describeChange } from "../../permissions/report";
import type { CommandOptions, Surroundings } from "../command";
import { invalidOption, type Problem } from "../document";
import { declaredManifest } from "./declared";

/** What was approved for one stack: the digest that `diff --json` gave its head manifest. */
export type Digest = `sha256:${string}`;

/** The value of `--expect-digest`; undefined without one. Anything but one whole digest is refused: it could never match. */
export function readExpectedDigest({ expectDigest }: CommandOptions): Digest | undefined {
  if (expectDigest === undefined) return undefined;
  const text = String(expectDigest).trim().toLowerCase();
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return text as Digest;
  throw invalidOption(
    `--expect-digest must be sha256: and 64 hexadecimal digits, got ${JSON.stringify(text.slice(0, 80))}`,
    "Take stacks[].digest.head of `partner-access diff --json`, as the approved check run shows it.",
  );
}

/** What the engine would make of a stack, from the document of its preview. Throws when that leaves resources out. */
export function previewedManifest(document: string): AccessManifest {
  return buildManifest(readPreviewRecords(document));
}

/**
 * Why a preview must not be applied: its manifest is not the approved one. Undefined when it is. Says what differs from a
 * review of the same files: then the program behaves differently under mocks, or the files are not those that were approved.
 */
export async function unapproved(
  stack: string,
  expected: Digest,
  document: string,
  surroundings: Pick<Surroundings, "projectDirectory" | "signal">,
): Promise<Problem | undefined> {
  const previewed = previewedManifest(document);
  const found = manifestDigest(previewed);
  if (found === expected) return undefined;
  const message = `${stack}: the preview grants something else than was approved (approved ${expected}, preview ${found})`;
  const fix =
    "Nothing was changed. Review what is checked out here, approve it, and apply that commit with its digest.";
  return {
    code: "not-approved",
    message: [message, ...(await explained(stack, expected, previewed, surroundings))].join("\n"),
    fix,
  };
}

/** What was applied, held against what was approved: the update runs the program once more, and it could have changed its mind. */
export function misapplied(stack: string, expected: Digest, exported: string): Problem | undefined {
  const found = manifestDigest(buildManifest(readStateRecords(exported)));
  if (found === expected) return undefined;
  return {
    code: "applied-otherwise",
    message: `${stack}: the update declared something else than its own preview (approved ${expected}, applied ${found})`,
    fix: "The program behaves differently in a preview. See what it did with `partner-access drift`, and stop the application.",
  };
}

async function explained(
  stack: string,
  expected: Digest,
  previewed: AccessManifest,
  surroundings: Pick<Surroundings, "projectDirectory" | "signal">,
): Promise<readonly string[]> {
  const declared = await declaredManifest([stack], surroundings)(stack).catch(() => undefined);
  if (declared === undefined) return ["A review of these files fails."];
  const digest = manifestDigest(declared);
  const changes = diffManifests(declared, previewed);
  const told = changes.map((change: AccessChange) => ` - ${describeChange(change)}`);
  if (digest === expected) return ["The program behaves differently in a preview than in a review:", ...told];
  const files = `These files are not the approved ones: a review of them gives ${digest}.`;
  return changes.length === 0 ? [files] : [files, "Besides, the program behaves differently in a preview:", ...told];
}
