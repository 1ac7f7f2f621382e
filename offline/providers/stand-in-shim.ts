import { join, resolve } from "node:path";
import { executableName, type PackageName } from "./sdk-versions";

const checkout = resolve(__dirname, "../..");
const mark = "# A stand-in for the real provider plugin; it speaks to an emulator on loopback and to nothing else.";

/** The script the engine starts: the Node that runs us (the one on PATH may be too old) with the sources beside us. */
export function standInShim(name: PackageName): string {
  const words = [
    process.execPath,
    "-r",
    join(checkout, "bin", "transpile.js"),
    join(checkout, "offline", "providers", name, "main.ts"),
  ];
  return `#!/bin/sh\n${mark}\n# ${executableName(name)}\nexec ${words.map(quote).join(" ")} "$@"\n`;
}

/** Whether a file is such a script, of this checkout or another. */
export function isStandInShim(content: Buffer): boolean {
  return content.subarray(0, 400).toString("utf8").includes(mark);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
