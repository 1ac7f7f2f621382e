import { createHash } from "node:crypto";
import { counted } from "../model/command-line";
import type { ManifestSetting } from "../permissions/manifest/manifest";
import { isMapping } from "./read-value";
import { rememberLast } from "./remember-last";
import { secretsIn } from "./values";
import { readYaml } from "./yaml-text";

/** A file as a revision holds it: its text, or the target of a link in its place. */
export interface FileContent {
  readonly kind: "text" | "link";
  readonly content: string;
}

const longest = 200;
/** Ciphertexts: to be recognised, not to be read. */
const hashed = /^(encryptedkey|encryptionsalt)$/i;
/** What of our own keys no resource shows: which identity writes the vault (the SDK makes it a secret), and in whose resource group. `solo`
 * is the other one: who acts at all. */
const unseen = new Map([["vault", ["clientId", "resourceGroup"]]]);
/** How far a key of `Pulumi.yaml` is taken apart; each part is a setting of its own. */
const depths: Readonly<Record<string, number>> = {
  runtime: 3,
  config: 2,
  options: 2,
  backend: 2,
  plugins: 2,
  packages: 2,
};

/** Every setting of a stack file that no resource shows. Nothing is left out because it is unknown: a later engine may give it a meaning. */
export const readStackSettings = rememberLast((kind: FileContent["kind"], content: string) =>
  settingsOf("stack", kind, content, stackSettings),
);

/** Every setting of `Pulumi.yaml`. */
export function readProjectSettings(kind: FileContent["kind"], content: string): readonly ManifestSetting[] {
  return settingsOf("project", kind, content, projectSettings);
}

type Named = readonly (readonly [string, unknown])[];

function settingsOf(
  file: ManifestSetting["file"],
  kind: FileContent["kind"],
  content: string,
  read: (top: Named) => Named,
): readonly ManifestSetting[] {
  if (kind === "link") return [{ file, key: "(file)", value: `a link to ${shownSetting(content, "link")}` }];
  const { value, problems } = readYaml(content, file);
  if (problems.length > 0) return [{ file, key: "(file)", value: `unreadable, ${hashOf(content)}` }];
  const top = isMapping(value) ? Object.entries(value) : [];
  return read(top).map(([key, item]) => ({ file, key, value: shownSetting(item, key) }));
}

function stackSettings(top: Named): Named {
  return top.flatMap(([key, value]): Named => {
    if (key !== "config" || !isMapping(value)) return value === null || value === "" ? [] : [[key, value]];
    return Object.entries(value).flatMap(([name, item]): Named => {
      const cleaned = name.replace(":config:", ":");
      if (cleaned.startsWith("pulumi:")) return [[`config.${name}`, item]];
      // In whatever namespace: the project's name may change in the same pull request.
      const key = cleaned.slice(cleaned.indexOf(":") + 1);
      // Written out, its default says the same as nothing.
      if (key === "solo") return item === null || String(item) === "false" ? [] : [[name, item]];
      const fields = unseen.get(key) ?? [];
      return fields.flatMap((field): Named => {
        const content = mappingIn(item)[field];
        return content === undefined ? [] : [[`${name}.${field}`, content]];
      });
    });
  });
}

function projectSettings(top: Named): Named {
  // `runtime: nodejs` is short for the name alone.
  return top.flatMap(([key, value]) =>
    parts(key, key === "runtime" && !isMapping(value) ? { name: value } : value, depths[key.toLowerCase()] ?? 1),
  );
}

function parts(path: string, value: unknown, depth: number): Named {
  if (depth <= 1 || !isMapping(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, item]) => parts(`${path}.${name}`, item, depth - 1));
}

/** A mapping that was written as JSON text is the same one. */
function mappingIn(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "string") return isMapping(value) ? value : {};
  try {
    const read: unknown = JSON.parse(value);
    return isMapping(read) ? read : {};
  } catch {
    return {};
  }
}

/** A setting as a manifest holds it: what could be a secret is closed, and still compares equal. */
export function shownSetting(value: unknown, key: string): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const isClosed = hashed.test(key) || text.length > longest || secretsIn(value, key).length > 0;
  return isClosed ? `(${counted(text.length, "character")}, ${hashOf(text)})` : text;
}

function hashOf(text: string): string {
  return `sha256 ${createHash("sha256").update(text, "utf8").digest("hex").slice(0, 32)}`;
}
