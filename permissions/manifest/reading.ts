import { createHash } from "node:crypto";
import { counted } from "../../model/command-line";
import { compareText } from "./canonical";
import type { KnownIdentity } from "./identities";
import { createLinks, type Link, type Links } from "./links";
import type { UnrecognisedGrant } from "./manifest";
import type { ResourceRecord } from "./records";
import { types } from "./resource-types";
import { hidden, isEmpty, isMap, isUnreadable, readMap, unknown, type Value, type ValueMap } from "./values";

/** The records of one program run, and what could not be read of them so far. */
export interface Reading {
  readonly records: readonly ResourceRecord[];
  readonly links: Links;
  readonly unrecognised: readonly UnrecognisedGrant[];
  /** Keeps what this version cannot judge. Without `properties`, everything the record holds. */
  readonly keep: (record: ResourceRecord, why: string, properties?: ValueMap) => void;
  /** Whether owners were written down by a person; undefined where the program does not say. */
  readonly hasConfiguredOwners: boolean | undefined;
}

/** Why a setting is kept although its name is known. */
export const unreadable = "its value is secret or known only after the update, so it cannot be reviewed";

const longestValue = 500;
/** A plain text under such a name may be an unmarked secret. */
const secretName = /password|secret|token|credential|certificate|key|value/i;

/** Starts reading records, in an order of its own: where two claim the same place, the same one must win every time. */
export function startReading(recorded: readonly ResourceRecord[], known: readonly KnownIdentity[]): Reading {
  const nameOf = ({ type, name, urn }: ResourceRecord) => `${type} ${name} ${urn ?? ""}`;
  const records = [...recorded].sort((one, other) => compareText(nameOf(one), nameOf(other)));
  const links = createLinks(records, known);
  const unrecognised: UnrecognisedGrant[] = [];
  const keep: Reading["keep"] = (record, why, properties = readMap(record.inputs)) => {
    const kept = Object.entries(properties).filter(([, value]) => !isEmpty(value));
    unrecognised.push({
      type: record.type,
      name: record.name,
      properties: kept.map(([property, value]) => ({ property, value: shown(property, value, record, links) })),
      why,
    });
  };
  const stated = records.find(({ type }) => type === types.applicationComponent)?.inputs;
  const configured = readMap(stated)["ownersAreConfigured"];
  const hasConfiguredOwners = typeof configured === "boolean" ? configured : undefined;
  return { records, links, unrecognised, keep, hasConfiguredOwners };
}

/** The declared records of one type, by name. */
export function recordsOf({ records }: Reading, type: string): readonly ResourceRecord[] {
  return records.filter((record) => record.type === type && record.isRead !== true);
}

/** Keeps the settings that are neither read by the manifest nor known to be harmless, and those that cannot be read. */
export function keepUnknownSettings(
  { keep }: Reading,
  record: ResourceRecord,
  settings: ValueMap,
  names: { readonly read: readonly string[]; readonly harmless: readonly string[] },
): void {
  const foreign = pick(settings, (name) => !names.read.includes(name) && !names.harmless.includes(name));
  if (!isEmpty(foreign)) keep(record, "the manifest does not know what these settings allow", foreign);
  const closed = pick(settings, (name, value) => names.read.includes(name) && isUnreadable(value));
  if (Object.keys(closed).length > 0) keep(record, unreadable, closed);
}

/** The properties that pass a test. */
export function pick(settings: ValueMap, isWanted: (name: string, value: Value) => boolean): ValueMap {
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => isWanted(name, value)));
}

/** What a link leads to, in words that hold on every machine. */
export function linkText(link: Link): string {
  switch (link.kind) {
    case "application":
      return `application ${link.application}`;
    case "principal":
      return `the application ${link.application}`;
    case "api":
      return `API ${link.clientId}`;
    case "user":
      // Another revision, or the directory, may spell the same user with capitals.
      return link.userPrincipalName.toLowerCase();
    case "vault":
      return `vault ${link.vault}`;
    case "entry":
      return `entry ${link.vault}/${link.entry}`;
    case "id":
      return link.id.toLowerCase();
    case "unknown":
      return "(known after the update)";
    case "hidden":
      return "(secret)";
    default:
      return link.kind;
  }
}

/**
 * Who owns something. The identity that deployed first is "deployer", whatever its object id is here; in a list that a person
 * wrote, everyone is the id they wrote. A program that does not say which of the two it is wrote none if the deployer stands alone.
 */
export function ownerTexts({ links, hasConfiguredOwners }: Reading, objectIds: readonly string[]): readonly string[] {
  const isWritten = hasConfiguredOwners ?? objectIds.length > 1;
  return objectIds.map((objectId) => {
    const link = links.followText(objectId);
    return isWritten ? writtenText(link, objectId) : linkText(link);
  });
}

/**
 * Principals that the configuration names by id. They keep their id even if a look-up could name them: that works only in the tenant, so
 * the manifest of an apply would differ from the approved one, which is built without a tenant.
 */
export function writtenText(link: Link, written: string): string {
  return ["api", "user", "deployer", "vault-writer"].includes(link.kind) ? written.toLowerCase() : linkText(link);
}

function shown(property: string, value: Value, record: ResourceRecord, links: Links): string {
  if (value === unknown) return linkText(links.follow(record, property));
  const told = withTexts(value, links, property);
  const text = typeof told === "string" ? told : JSON.stringify(told);
  if (text.length <= longestValue) return text;
  const rest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return `${text.slice(0, longestValue)}… (${counted(text.length, "character")}, sha256 ${rest})`;
}

function plain(property: string, value: string, links: Links): string {
  const link = links.followText(value);
  if (link.kind !== "id") return linkText(link);
  return secretName.test(property) ? "(not shown)" : value;
}

function withTexts(value: Value, links: Links, property = ""): unknown {
  if (value === hidden) return "(secret)";
  if (value === unknown) return "(known after the update)";
  if (typeof value === "string") return plain(property, value, links);
  if (Array.isArray(value)) return value.map((item: Value) => withTexts(item, links, property));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTexts(item, links, name)]));
}
