import { isDeepStrictEqual } from "node:util";
import type { Problem } from "./problem";
import { showKey } from "./show-value";
import type { ConfigurationValues } from "./values";

/** The values of one stack, from both who read its file. */
export interface BothReadings {
  /** What the engine gave to the program. */
  readonly engine: ConfigurationValues;
  /** What commands and reviews read: the stack's file, and the defaults of Pulumi.yaml. */
  readonly files: ConfigurationValues;
  /** Full keys that only the engine can decrypt. */
  readonly encryptedKeys: readonly string[];
  readonly file: string;
}

/**
 * Where the engine has other values than a review of the files saw: then something else would be applied than was approved. A reader that
 * differs from the engine's is one cause; a Pulumi environment, another file or an option are others.
 */
export function disagreements({ engine, files, encryptedKeys, file }: BothReadings): readonly Problem[] {
  const keys = [...new Set([...Object.keys(files), ...Object.keys(engine)])].sort();
  return keys
    .filter((key) => !encryptedKeys.includes(key) && !isAddedByEngine(key, files) && !isSame(engine[key], files[key]))
    .map((key) => ({
      path: `${file}: ${showKey(key)}`,
      message:
        files[key] === undefined ? "is not in the file, but the engine has a value" : "has another value in the engine",
      received: undefined,
      allowed: "values that the stack's file or Pulumi.yaml holds, as a review reads them",
      fix: "write the value into that file, in quotes if it is a text, and do not set values by an environment or an option",
    }));
}

/** Settings of the engine itself, which no program of ours reads. */
function isAddedByEngine(key: string, files: ConfigurationValues): boolean {
  return key.startsWith("pulumi:") && files[key] === undefined;
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && isDeepStrictEqual(plain(one), plain(other)));
}

/** The order of the keys in a mapping says nothing. */
function plain(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
