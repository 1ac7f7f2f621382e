import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { setInMapping } from "../../configuration/edit-mapping";
import { readProjectName, stackFileName } from "../../configuration/project-files";
import { sectionSchemas } from "../../configuration/schemas";
import { secretShape } from "../../configuration/secret-shapes";
import { readStackFile } from "../../configuration/stack-file";
import { counted } from "../../model/command-line";
import { CommandError, invalidOption } from "../shared/document";

/** A reason that the stack's file cannot hold is refused before it is written there: an emergency must not end in a file that nothing reads. */
export function refuseUnwritable(reason: string): void {
  const shape = secretShape(reason);
  if (shape !== undefined) {
    throw invalidOption(
      `the REASON contains what looks like ${shape}; it goes into the stack's file, which is committed`,
      "Say why without quoting it.",
    );
  }
  if (sectionSchemas.rotation.shape.request.safeParse(reason).success) return;
  throw invalidOption(
    `the REASON must be one line of 1 to 200 characters, got ${counted(reason.length, "character")} in ${counted(reason.split(/\r?\n/).length, "line")}`,
    "Say why in a few words.",
  );
}

/**
 * Writes an emergency request into the stack's file before anything runs: a run that is killed finds it again, and the next
 * `pulumi up` of a colleague does the same instead of something else. Every other character of the file stays. Returns how to take it
 * back: a run that is refused leaves no request behind.
 */
export function requestRotation(projectDirectory: string, stack: string, reason: string): () => void {
  const file = join(projectDirectory, stackFileName(stack));
  const key = `${readProjectName(projectDirectory)}:rotation`;
  const text = readFileSync(file, "utf8");
  const edited = withRequest(text, key, reason);
  if (edited === undefined || !saysOnly({ key, reason }, text, edited)) throw unwritable(key, file);
  replaceFile(file, edited);
  return () => {
    // It may have been edited since.
    if (readFileSync(file, "utf8") === edited) replaceFile(file, text);
  };
}

/** Beside and renamed: a kill leaves the old file or the new one, never half of it. */
function replaceFile(file: string, text: string): void {
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}

function withRequest(text: string, key: string, reason: string): string | undefined {
  const requested = setInMapping(text, ["config", key], { key: "request", value: reason });
  return requested && setInMapping(requested, ["config", key], { key: "compromised", value: true });
}

/** Whether an edited file says the request and everything else as before: an edit of text is only trusted after reading it again. */
function saysOnly(
  { key, reason }: { readonly key: string; readonly reason: string },
  before: string,
  after: string,
): boolean {
  const [old, edited] = [before, after].map((text) => readStackFile(text, "").values);
  const expected = { ...(JSON.parse(old?.[key] || "{}") as object), request: reason, compromised: true };
  return isDeepStrictEqual(
    { ...edited, [key]: JSON.parse(edited?.[key] || "{}") as unknown },
    { ...old, [key]: expected },
  );
}

function unwritable(key: string, file: string): CommandError {
  return new CommandError([
    {
      code: "unwritable-request",
      message: `the request cannot be written into ${key} in ${file}; nothing was rotated`,
      fix: "Write it there as a mapping, with request: REASON and compromised: true, and run rotate again.",
    },
  ]);
}
