import { nearMisses } from "../model/near-misses";
import type { Problem } from "./problem";
import { isMapping, unknownKey } from "./read-value";
import { type SectionName, sectionSchemas } from "./schemas";
import { secretShape } from "./secret-shapes";
import { masked, showKey } from "./show-value";

/**
 * A stack's configuration as the engine hands it to a program: full keys, and texts; lists and mappings are JSON texts.
 * `pulumi.runtime.allConfig()` returns one, and `readStackFile` makes one from a stack file.
 */
export type ConfigurationValues = Readonly<Record<string, string>>;

/** The name of this repository's own project, and of one whose `Pulumi.yaml` names none. */
export const usualProjectName = "partner-insights-access";

/** The keys of one stack, as plain values that no schema has seen yet. */
export interface Sections {
  readonly values: Readonly<Partial<Record<SectionName, unknown>>>;
  readonly problems: readonly Problem[];
}

const sectionNames = Object.keys(sectionSchemas) as SectionName[];
const providerNamespaces = ["azuread", "azure-native"];

/** Sorts a stack's configuration into our keys, and refuses every unused key. `ownNamespace` is the project's name, which begins each of ours. */
export function readSections(values: ConfigurationValues, ownNamespace: string): Sections {
  const problems: Problem[] = [];
  const sections: Partial<Record<SectionName, unknown>> = {};
  // In the order of the keys, so that the same problems come in the same order from any file.
  for (const fullKey of Object.keys(values).sort()) {
    const [namespace, key] = splitKey(fullKey);
    if (namespace === "pulumi") continue;
    const name = sectionNames.find((section) => section === key);
    if (namespace !== ownNamespace) problems.push(foreignKey(fullKey, namespace, ownNamespace));
    else if (name === undefined) problems.push(unknownKey(showKey(key), key, values[fullKey], sectionNames));
    else sections[name] = plainValue(name, values[fullKey] ?? "");
  }
  return { values: sections, problems };
}

/** Splits at the first colon, after removing the `:config:` that old files still write, as the engine does. */
function splitKey(fullKey: string): readonly [string, string] {
  const clean = fullKey.replace(":config:", ":");
  const colon = clean.indexOf(":");
  return colon < 0 ? ["", clean] : [clean.slice(0, colon), clean.slice(colon + 1)];
}

function foreignKey(fullKey: string, namespace: string, ownNamespace: string): Problem {
  const provider = providerNamespaces.includes(namespace);
  const meant = nearMisses(namespace, [ownNamespace]);
  let fix = "remove it";
  if (meant.length > 0) fix = `did you mean the namespace ${ownNamespace}`;
  if (provider) fix = "remove it: both providers are set up from tenant, vault and the environment";
  return {
    path: showKey(fullKey),
    message: provider ? "configures a provider that is never used" : "is not a key of this project",
    received: masked,
    allowed: `keys that begin with ${ownNamespace}: or pulumi:`,
    fix,
  };
}

function plainValue(name: SectionName, text: string): unknown {
  // An empty text is what the engine makes of a key with nothing behind it, and the default of keys that have none.
  if (text === "") return undefined;
  if (name === "migrate") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A plain text instead of a mapping or a list: the schema will report it.
    return text;
  }
}

/** Every text in a configuration that looks like a secret, named by its key; the value is never shown. */
export function pastedSecrets(values: ConfigurationValues, ownNamespace: string): readonly Problem[] {
  return Object.keys(values)
    .sort()
    .flatMap((fullKey) => {
      const [namespace, key] = splitKey(fullKey);
      const path = namespace === ownNamespace ? key : fullKey;
      return secretsIn(parsed(values[fullKey] ?? ""), showKey(path));
    });
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Walks a plain value and names each text that looks like a secret by its path. */
export function secretsIn(value: unknown, path: string): readonly Problem[] {
  if (typeof value === "string") {
    const shape = secretShape(value);
    return shape === undefined ? [] : [pastedSecret(path, `contains what looks like ${shape}`)];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => secretsIn(item, `${path}[${index}]`));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = `${path}.${showKey(key)}`;
    const own = secretShape(key) === undefined ? [] : [pastedSecret(here, "is named with what looks like a secret")];
    return [...own, ...secretsIn(item, here)];
  });
}

function pastedSecret(path: string, message: string): Problem {
  return {
    path,
    message,
    received: masked,
    allowed: "no secret: this file is committed, and credentials live in the vault",
    fix: "remove it, and replace the secret at its source, because it may already have been read",
  };
}
