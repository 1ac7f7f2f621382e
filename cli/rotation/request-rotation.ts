import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, isMap, parseDocument, Scalar } from "yaml";
import { stackFileName } from "../../config";
import { sectionSchemas } from "../../configuration/schemas";
import { secretShape } from "../../configuration/secret-shapes";
import { CommandError, invalidOption } from "../document";

const KEY = ["config", "partner-insights-access:rotation"];

/** A reason that the stack's file cannot hold is refused before it is written there: an emergency must not end in a file that nothing reads. */
export function refuseUnwritable(reason: string): void {
  const shape = secretShape(reason);
  if (shape !== undefined) {
    throw invalidOption(
      `the REASON holds what looks like ${shape}; it goes into the stack's file, which is committed`,
      "Say why without quoting it.",
    );
  }
  if (sectionSchemas.rotation.shape.request.safeParse(reason).success) return;
  throw invalidOption(
    `the REASON must be one line of 1 to 200 characters, got ${reason.length} characters in ${reason.split(/\r?\n/).length} lines`,
    "Say why in a few words.",
  );
}

/**
 * Writes an emergency request into the stack's file before anything runs: a run that is killed finds it again, and the next
 * `pulumi up` of a colleague does the same instead of something else. Comments and order of the file stay.
 */
export function requestRotation(projectDirectory: string, stack: string, reason: string): void {
  const file = join(projectDirectory, stackFileName(stack));
  const document = parseDocument(readFileSync(file, "utf8"));
  openMapping(document, file);
  // Quoted, whatever it looks like: the engine would read a bare 2026-03-01 as a time, and 1_000 as a number.
  const request = new Scalar(reason);
  request.type = Scalar.QUOTE_DOUBLE;
  document.setIn([...KEY, "request"], request);
  document.setIn([...KEY, "compromised"], true);
  // Beside and renamed: a kill leaves the old file or the new one, never half of it.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, document.toString({ lineWidth: 0 }));
  renameSync(partial, file);
}

/** Makes the key a mapping of its own where it is left empty, or only points to another one. */
function openMapping(document: Document, file: string): void {
  const node: unknown = document.getIn(KEY, true);
  if (node === undefined || isMap(node)) return;
  const value = (document.toJS() as { config: Record<string, unknown> }).config[KEY[1] ?? ""] ?? {};
  if (typeof value === "object") {
    document.setIn(KEY, document.createNode(value, { aliasDuplicateObjects: false }));
    return;
  }
  throw new CommandError([
    {
      code: "unwritable-request",
      message: `${KEY[1]} in ${file} is a ${typeof value}, so the request cannot be written into it; nothing was rotated`,
      fix: "Write it as a mapping, with request: REASON and compromised: true, and run rotate again.",
    },
  ]);
}
