import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, Scalar } from "yaml";
import { stackFileName } from "../../config";

/**
 * Writes an emergency request into the stack's file before anything runs: a run that is killed finds it again, and the next
 * `pulumi up` of a colleague does the same instead of something else. Comments and order of the file stay.
 */
export function requestRotation(projectDirectory: string, stack: string, reason: string): void {
  const file = join(projectDirectory, stackFileName(stack));
  const document = parseDocument(readFileSync(file, "utf8"));
  const key = ["config", "partner-insights-access:rotation"];
  // Quoted, whatever it looks like: the engine would read a bare 2026-03-01 as a time, and 1_000 as a number.
  const request = new Scalar(reason);
  request.type = Scalar.QUOTE_DOUBLE;
  document.setIn([...key, "request"], request);
  document.setIn([...key, "compromised"], true);
  // Beside and renamed: a kill leaves the old file or the new one, never half of it.
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, document.toString({ lineWidth: 0 }));
  renameSync(partial, file);
}
