import { buildManifest } from "./build";
import { manifestDigest } from "./canonical";
import { type KnownIdentity, rememberedIdentities } from "./identities";
import type { ResourceRecord } from "./records";
import { types } from "./resource-types";
import { readMap } from "./values";

/**
 * What a program remembers of its look-ups and its manifest rests on: without it the manifest would be another one. A memory to
 * which nothing refers, such as a first owner that a person has replaced since, says nothing that could be false.
 */
export function reliedIdentities(records: readonly ResourceRecord[]): readonly KnownIdentity[] {
  const remembered = rememberedIdentities(records);
  const whole = manifestDigest(buildManifest(records));
  // All memories of an id at once: two that agree would vouch for each other.
  const objectIds = [...new Set(remembered.map(idOf))].filter((objectId) => {
    const others = records.filter((record) => !rememberedIdentities([record]).some((it) => idOf(it) === objectId));
    return manifestDigest(buildManifest(others)) !== whole;
  });
  return remembered.filter((it) => objectIds.includes(idOf(it)));
}

/** Whether two object ids stand for the same by what each says: the id in any case, the meaning to the letter. */
export function isSameIdentity(one: KnownIdentity, other: KnownIdentity): boolean {
  return idOf(one) === idOf(other) && JSON.stringify(one.identity) === JSON.stringify(other.identity);
}

/** Client ids of the applications that the records declare; of a state, those that exist by its word. */
export function applicationClientIds(records: readonly ResourceRecord[]): readonly string[] {
  const declared = records.filter(({ type, isRead }) => type === types.application && isRead !== true);
  return declared.flatMap(({ outputs }) => {
    const { clientId } = readMap(outputs);
    return typeof clientId === "string" ? [clientId] : [];
  });
}

function idOf({ objectId }: KnownIdentity): string {
  return objectId.toLowerCase();
}
