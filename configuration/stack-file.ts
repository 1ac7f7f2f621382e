import type { Problem } from "./problem";
import { isMapping } from "./read-value";
import { showKey } from "./show-value";
import type { ConfigurationValues } from "./values";
import { readYaml } from "./yaml-text";

/** Stands for a value that only the stack's secrets provider could decrypt. */
export const encrypted = "encrypted";

/** A stack file as the engine would hand it to the program, but for encrypted values and Pulumi.yaml's defaults. */
export interface StackFile {
  readonly values: ConfigurationValues;
  /** Full keys that hold an encrypted value, at any depth. */
  readonly encryptedKeys: readonly string[];
  readonly problems: readonly Problem[];
}

/** Reads the text of `Pulumi.<stack>.yaml`, without Pulumi and without its passphrase. */
export function readStackFile(text: string, file: string): StackFile {
  const { value, problems } = readYaml(text, file);
  if (problems.length > 0) return { values: {}, encryptedKeys: [], problems };
  const config = isMapping(value) ? value["config"] : undefined;
  if (config === undefined || config === null || config === "") return { values: {}, encryptedKeys: [], problems: [] };
  if (!isMapping(config)) return { values: {}, encryptedKeys: [], problems: [notAMapping(file)] };

  const values: Record<string, string> = {};
  const encryptedKeys: string[] = [];
  const unnamed: Problem[] = [];
  for (const [key, item] of Object.entries(config)) {
    if (!key.includes(":")) unnamed.push(withoutNamespace(file, key));
    else {
      const decoded = withoutCiphertext(item);
      if (decoded.hasCiphertext) encryptedKeys.push(key);
      values[key] = asText(decoded.value);
    }
  }
  return { values, encryptedKeys, problems: unnamed };
}

/** The engine hands scalars on as texts, everything else as JSON, and a key with nothing behind it as an empty text. */
function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function withoutCiphertext(value: unknown): { readonly value: unknown; readonly hasCiphertext: boolean } {
  if (Array.isArray(value)) {
    const items = value.map(withoutCiphertext);
    return { value: items.map((item) => item.value), hasCiphertext: items.some((item) => item.hasCiphertext) };
  }
  if (!isMapping(value)) return { value, hasCiphertext: false };
  const keys = Object.keys(value);
  // This is how Pulumi writes an encrypted value: a mapping with this one key.
  if (keys.length === 1 && keys[0] === "secure") return { value: encrypted, hasCiphertext: true };
  const items = Object.entries(value).map(([key, item]) => [key, withoutCiphertext(item)] as const);
  return {
    value: Object.fromEntries(items.map(([key, item]) => [key, item.value])),
    hasCiphertext: items.some(([, item]) => item.hasCiphertext),
  };
}

function notAMapping(file: string): Problem {
  return {
    path: file,
    message: "has a config that is not a mapping",
    received: undefined,
    allowed: "config: with one key a line",
    fix: "compare with Pulumi.dev.yaml",
  };
}

function withoutNamespace(file: string, key: string): Problem {
  return {
    path: `${file}: ${showKey(key)}`,
    message: "is a key without a namespace",
    received: undefined,
    allowed: "keys such as partner-insights-access:tenant",
    fix: "write partner-insights-access: before it",
  };
}
