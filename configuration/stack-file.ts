import type { Problem } from "./problem";
import { isMapping } from "./read-value";
import { secretShape } from "./secret-shapes";
import { showKey } from "./show-value";
import type { ConfigurationValues } from "./values";
import { readYaml } from "./yaml-text";

/** Stands for a value that only the stack's secrets provider could decrypt. */
const encrypted = "encrypted";

/** A stack file as the engine would hand it to the program, but for encrypted values and Pulumi.yaml's defaults. */
export interface StackFile {
  readonly values: ConfigurationValues;
  /** Full keys that hold an encrypted value, at any depth. */
  readonly encryptedKeys: readonly string[];
  /** Every top-level key beside `config`: what opens the state (`secretsprovider`, `encryptionsalt`, …), and any others. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** Where the engine keeps what opens a stack's state. */
const textSettings = ["secretsprovider", "encryptedkey", "encryptionsalt"];

/** Reads the content of `Pulumi.<stack>.yaml`, without Pulumi and without its passphrase. */
export function readStackFile(source: Uint8Array | string, file: string): StackFile {
  const { value, problems } = readYaml(source, file);
  if (problems.length > 0) return unreadableStackFile(problems);
  if (value !== null && !isMapping(value)) return unreadableStackFile([wrongType(file, "holds", "a mapping")]);
  const { config = null, ...settings } = value ?? {};
  const wrong = textSettings.filter((name) => !["string", "undefined"].includes(typeof settings[name]));
  if (wrong.length > 0) return unreadableStackFile(wrong.map((name) => wrongType(file, `has in ${name}`, "a text")));
  if (config !== null && !isMapping(config))
    return unreadableStackFile([wrongType(file, "has in config", "a mapping")]);
  return { ...readConfig(config ?? {}, file), settings };
}

/** A stack file that says nothing but why. */
export function unreadableStackFile(problems: readonly Problem[]): StackFile {
  return { values: {}, encryptedKeys: [], settings: {}, problems };
}

function readConfig(config: Readonly<Record<string, unknown>>, file: string): Omit<StackFile, "settings"> {
  const values: Record<string, string> = {};
  const encryptedKeys: string[] = [];
  const problems: Problem[] = [];
  for (const [key, item] of Object.entries(config)) {
    const name = key.slice(key.lastIndexOf(":") + 1);
    if (!/^[^:]+:[^:]+$/.test(key)) problems.push(otherForm(file, key, name));
    else {
      const decoded = withoutCiphertext(item);
      if (decoded.hasCiphertext) encryptedKeys.push(key);
      values[key] = configurationText(decoded.value);
    }
  }
  return { values, encryptedKeys, problems };
}

/** The engine hands scalars on as texts, everything else as JSON, and a key with nothing behind it as an empty text. */
export function configurationText(value: unknown): string {
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
  if (keys.length === 1 && typeof value["secure"] === "string") return { value: encrypted, hasCiphertext: true };
  const items = Object.entries(value).map(([key, item]) => [key, withoutCiphertext(item)] as const);
  return {
    value: Object.fromEntries(items.map(([key, item]) => [key, item.value])),
    hasCiphertext: items.some(([, item]) => item.hasCiphertext),
  };
}

function wrongType(file: string, where: string, type: string): Problem {
  return {
    path: file,
    message: `${where} something that is not ${type}`,
    received: undefined,
    allowed: type,
    fix: "compare with Pulumi.dev.yaml",
  };
}

/**
 * The engine reads `consent` and `PROJECT:config:consent` as `PROJECT:consent`. If a file contains two of them, either may win, from run to
 * run.
 */
function otherForm(file: string, key: string, name: string): Problem {
  return {
    path: `${file}: ${showKey(key)}`,
    message: "is a key of another form than namespace:name",
    received: undefined,
    allowed: "keys such as PROJECT:tenant, with one colon; PROJECT is the name in Pulumi.yaml",
    fix: secretShape(name) === undefined ? `write PROJECT:${name}` : "rename it",
  };
}
