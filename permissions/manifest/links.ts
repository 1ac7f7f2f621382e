import { type Identity, identityIndex, type KnownIdentity } from "./identities";
import type { ResourceRecord } from "./records";
import { types } from "./resource-types";
import { hidden, readMap, readValue, unknown, type Value } from "./values";

/** What a reference in an input leads to. */
export type Link =
  | Identity
  | { readonly kind: "application"; readonly application: string }
  /** The service principal of an application of this program. */
  | { readonly kind: "principal"; readonly application: string }
  | { readonly kind: "vault"; readonly vault: string }
  | { readonly kind: "entry"; readonly vault: string; readonly entry: string }
  /** A text that nothing in the records explains. */
  | { readonly kind: "id"; readonly id: string }
  /** Left out. */
  | { readonly kind: "none" }
  | { readonly kind: "unknown" }
  | { readonly kind: "hidden" };

/** Follows references from one resource to another. */
export interface Links {
  /** What an input of a record refers to. */
  readonly follow: (record: ResourceRecord, property: string) => Link;
  /** What a text refers to, wherever it stands. */
  readonly followText: (text: string) => Link;
}

/**
 * Follows references by value: an id that some record or look-up owns. Only while a value is unknown does the engine's list of what it was
 * computed from decide. Values are the truth; a list of sources can be made to say anything. What a program looks up (`Application.get`)
 * explains no id: under a name of its choice, another application would look like its own.
 */
export function createLinks(records: readonly ResourceRecord[], known: readonly KnownIdentity[]): Links {
  const values = new Map<string, Link | undefined>(identityIndex(records, known));
  const resources = new Map<string, Link>();
  const followText = (text: string): Link => values.get(text.toLowerCase()) ?? { kind: "id", id: text };
  const follow = (record: ResourceRecord, property: string): Link => {
    const value = readValue(record.inputs[property]);
    if (typeof value === "string" && value !== "") return followText(value);
    if (value === hidden) return { kind: "hidden" };
    if (value !== unknown) return { kind: "none" };
    return onlyOne((record.propertyDependencies?.[property] ?? []).map((urn) => resources.get(urn)));
  };
  // In the order in which they refer to each other: principals to applications, entries to vaults.
  for (const type of [types.application, types.principal, types.vault, types.entry]) {
    for (const record of records.filter((candidate) => candidate.type === type && candidate.isRead !== true)) {
      const { resource, texts } = naming(record, follow);
      if (resource === undefined) continue;
      if (record.urn !== undefined) resources.set(record.urn, resource);
      for (const [text, link] of texts) claim(values, text, link);
    }
  }
  return { follow, followText };
}

interface Naming {
  readonly resource: Link | undefined;
  /** The texts others use to refer to it. */
  readonly texts: readonly (readonly [Value | undefined, Link])[];
}

function naming(record: ResourceRecord, follow: Links["follow"]): Naming {
  const outputs = readMap(record.outputs);
  const own = (link: Link, ...texts: (Value | undefined)[]): Naming => ({
    resource: link,
    texts: [record.id, ...texts].map((text) => [text, link] as const),
  });
  switch (record.type) {
    case types.application:
      return own({ kind: "application", application: record.name }, outputs["clientId"], outputs["objectId"]);
    case types.principal: {
      const link = principalLink(follow(record, "clientId"));
      return link === undefined ? { resource: undefined, texts: [] } : own(link, outputs["objectId"]);
    }
    case types.vault:
      return own({ kind: "vault", vault: textOf(record.inputs["vaultName"]) }, outputs["name"]);
    default: {
      const vault = vaultNameOf(follow(record, "vaultName"));
      return own({ kind: "entry", vault, entry: textOf(record.inputs["secretName"]) });
    }
  }
}

/** A principal stands for the application it presents: one of ours, or an API known by its client id. */
function principalLink(client: Link): Link | undefined {
  if (client.kind === "application") return { kind: "principal", application: client.application };
  return client.kind === "id" ? { kind: "api", clientId: client.id.toLowerCase() } : undefined;
}

/** The vault a reference names; a text that is no record's is the name of a vault that exists already. */
export function vaultNameOf(link: Link): string {
  if (link.kind === "vault") return link.vault;
  return link.kind === "id" ? link.id : `(${link.kind})`;
}

/** Two resources that claim one id cannot be told apart: then it names neither. */
function claim(values: Map<string, Link | undefined>, text: Value | undefined, link: Link): void {
  if (typeof text !== "string" || text === "") return;
  const key = text.toLowerCase();
  const isTaken = values.has(key) && JSON.stringify(values.get(key)) !== JSON.stringify(link);
  values.set(key, isTaken ? undefined : link);
}

function onlyOne(links: readonly (Link | undefined)[]): Link {
  const found = new Map(links.flatMap((link) => (link ? [[JSON.stringify(link), link] as const] : [])));
  const [first] = [...found.values()];
  return found.size === 1 && first !== undefined ? first : { kind: "unknown" };
}

function textOf(raw: unknown): string {
  const value = readValue(raw);
  return typeof value === "string" ? value : "";
}
