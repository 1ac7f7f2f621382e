import { commandLine } from "../../model/command-line";
import { invalidOption } from "./document";

/** What was approved for one stack: the digest that `diff --json` gave its head manifest. */
export type Digest = `sha256:${string}`;

export function isDigest(text: unknown): text is Digest {
  return typeof text === "string" && /^sha256:[0-9a-f]{64}$/.test(text);
}

/** The text of `--expect-digest`. Anything but one whole digest is refused: it could never match. */
export function readDigest(given: string): Digest {
  const text = given.trim().toLowerCase();
  if (isDigest(text)) return text;
  throw invalidOption(
    `--expect-digest must be sha256: and 64 hexadecimal digits, got ${JSON.stringify(text.slice(0, 80))}`,
    `Take stacks[].digest.head of the document, as the approved check run shows it: ${commandLine("diff", "--json")}`,
  );
}
