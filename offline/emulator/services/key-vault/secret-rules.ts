import type { Secret, SecretVersion } from "../../world/subscription";

/** Key Vault's limits of a secret (learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates and .../secrets/about-secrets). */
const limits = {
  valueBytes: 25 * 1024,
  contentTypeLength: 255,
  tags: 15,
  /** The about page says 512 for a tag's name, and 512 for its value. */
  tagNameLength: 512,
  tagValueLength: 512,
} as const;

/** What a caller can set on a secret. Left out, a new version gets the default and a change keeps the current value. */
export interface SecretContent {
  readonly value?: string | undefined;
  readonly contentType?: string | null | undefined;
  readonly enabled?: boolean | null | undefined;
  readonly notBefore?: number | null | undefined;
  readonly expires?: number | null | undefined;
  readonly tags?: Readonly<Record<string, string>> | null | undefined;
}

/** Whether a secret can have this name: 1 to 127 letters, digits and hyphens. */
export const isSecretName = (name: string): boolean => /^[0-9A-Za-z-]{1,127}$/.test(name);

/** What is wrong with the content; never repeats its value. */
export function contentProblem(content: SecretContent): string | undefined {
  const { value, contentType, tags } = content;
  if (value !== undefined && Buffer.byteLength(value, "utf8") > limits.valueBytes) {
    return `The secret value is too long: ${Buffer.byteLength(value, "utf8")} bytes, at most ${limits.valueBytes} are allowed.`;
  }
  if (typeof contentType === "string" && contentType.length > limits.contentTypeLength) {
    return `The content type is too long: ${contentType.length} characters, at most ${limits.contentTypeLength} are allowed.`;
  }
  const entries = Object.entries(tags ?? {});
  if (entries.length > limits.tags) return `Too many tags: ${entries.length}, at most ${limits.tags} are allowed.`;
  for (const [name, text] of entries) {
    if (name.length === 0 || name.length > limits.tagNameLength || text.length > limits.tagValueLength) {
      return `The tag '${name.slice(0, 40)}' is too long: ${name.length} and ${text.length} characters, at most ${limits.tagNameLength} and ${limits.tagValueLength} are allowed.`;
    }
  }
  return undefined;
}

/** A new version with Key Vault's defaults: enabled, no dates, no content type, no tags. */
export function newVersion(version: string, content: SecretContent & { value: string }, now: number): SecretVersion {
  return {
    version,
    value: content.value,
    contentType: content.contentType ?? null,
    enabled: content.enabled ?? true,
    notBefore: content.notBefore ?? null,
    expires: content.expires ?? null,
    created: now,
    updated: now,
    tags: content.tags ?? {},
  };
}

/** A version with changed attributes. Fields left out stay; tags, when given, replace all tags. */
export function changedVersion(version: SecretVersion, content: SecretContent, now: number): SecretVersion {
  return {
    ...version,
    contentType: content.contentType ?? version.contentType,
    enabled: content.enabled ?? version.enabled,
    notBefore: content.notBefore ?? version.notBefore,
    expires: content.expires ?? version.expires,
    tags: content.tags ?? version.tags,
    updated: now,
  };
}

/** Whether a version already has this content. */
export function holdsSame(version: SecretVersion, content: SecretContent & { value: string }): boolean {
  const wanted = newVersion(version.version, content, version.created);
  const sorted = (tags: SecretVersion["tags"]) => JSON.stringify(Object.entries(tags).sort());
  return (
    wanted.value === version.value &&
    wanted.contentType === version.contentType &&
    wanted.enabled === version.enabled &&
    wanted.notBefore === version.notBefore &&
    wanted.expires === version.expires &&
    sorted(wanted.tags) === sorted(version.tags)
  );
}

/** The version that a read without version returns: the newest, enabled or not. */
export function latestOf(secret: Secret): SecretVersion {
  const latest = secret.versions.at(-1);
  if (latest === undefined) throw new Error(`secret ${secret.id} has no version`);
  return latest;
}
