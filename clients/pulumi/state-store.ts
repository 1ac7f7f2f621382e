import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** A store in a folder that an engine was killed in. The engine does without a missing `.attrs` file, and fails on an empty one. */
class HalfWrittenStore extends Error {
  readonly code = "half-written-store";
  readonly fix: string;

  constructor(files: readonly string[], said: string) {
    super(
      `an engine that was killed left ${files.length === 1 ? "an empty file" : "empty files"} in the state store: ${files.join(", ")} (${said})`,
    );
    this.name = "HalfWrittenStore";
    this.fix = `Delete ${files.length === 1 ? "it" : "them"}, the state itself is in the file next to it: rm ${files.map((file) => `'${file}'`).join(" ")}`;
  }
}

/** What the engine says of a file that ends too early. */
const TOO_SHORT = /\bEOF\b/;

/** Throws when a failure of the engine comes from such a file. Any other failure, and any other store, is the caller's. */
export async function refuseHalfWritten(said: string, url: () => Promise<string>): Promise<void> {
  if (!TOO_SHORT.test(said)) return;
  const files = await emptyAttributes(await url().catch(() => ""));
  if (files.length > 0) throw new HalfWrittenStore(files, said);
}

async function emptyAttributes(url: string): Promise<readonly string[]> {
  const [, path = ""] = /^file:\/\/([^?]*)/.exec(url) ?? [];
  if (path === "") return [];
  const folder = join(path.replace(/^~/, homedir()), ".pulumi");
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith(".attrs")).map((name) => join(folder, name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return files.filter((_, place) => sizes[place] === 0).sort();
}
