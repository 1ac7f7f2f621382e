import { programArguments } from "../own-programs";
import { executableName, type PackageName } from "./sdk-versions";

const mark = "# A stand-in for the real provider plugin; it speaks to an emulator on loopback and to nothing else.";

/** The script the engine starts, with the Node that runs us: the one on PATH may be too old. */
export function standInShim(name: PackageName): string {
  const words = [process.execPath, ...programArguments(name)];
  return `#!/bin/sh\n${mark}\n# ${executableName(name)}\nexec ${words.map(quote).join(" ")} "$@"\n`;
}

/** Whether a file is such a script, of this package or another. */
export function isStandInShim(content: Buffer): boolean {
  return content.subarray(0, 400).toString("utf8").includes(mark);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
