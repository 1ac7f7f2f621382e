import { readApplications, readRequested } from "./applications";
import { sortManifest } from "./canonical";
import { type FreshRun, readCredentials } from "./credentials";
import { readAssigned, readDelegated } from "./grants";
import type { KnownIdentity } from "./identities";
import { type AccessManifest, type ManifestSetting, type ManifestSignIn, manifestSchema } from "./manifest";
import { keepUnknownSettings, pick, type Reading, recordsOf, startReading } from "./reading";
import type { ResourceRecord } from "./records";
import { componentPrefix, providerPrefix, types } from "./resource-types";
import { isEmpty, readMap, type Value } from "./values";
import { readEntries, readVaultAccess, readVaults } from "./vaults";

/** What a caller knows beside the records. All of it may be left out. */
export interface BuildOptions extends FreshRun {
  /** What look-ups answered. Believed instead of what the program remembers of its own look-ups. */
  readonly identities?: readonly KnownIdentity[] | undefined;
  /** Of the stack's file and of `Pulumi.yaml`. */
  readonly settings?: readonly ManifestSetting[] | undefined;
}

const readTypes = new Set<string>([
  types.application,
  types.principal,
  types.delegatedGrant,
  types.roleAssignment,
  types.password,
  types.vault,
  types.entry,
  types.azureRole,
]);
const grantsNothing = new Set<string>([types.memory, types.stack]);

/**
 * Everything the recorded resources grant. The order of the records does not matter, nor do ids that Microsoft, a mock or a
 * day has chosen.
 */
export function buildManifest(records: readonly ResourceRecord[], options: BuildOptions = {}): AccessManifest {
  const reading = startReading(records, options.identities ?? []);
  const assigned = readAssigned(reading);
  keepOthers(reading);
  keepTakenOver(reading);
  keepNamesakes(reading);
  const found = {
    settings: options.settings ?? [],
    signIns: readSignIns(reading, options),
    applications: readApplications(reading),
    requested: readRequested(reading),
    granted: [...readDelegated(reading), ...assigned.granted],
    assignments: assigned.assignments,
    credentials: readCredentials(reading, options),
    vaults: readVaults(reading),
    entries: readEntries(reading),
    vaultAccess: readVaultAccess(reading),
  };
  // Last: the readers above keep what they cannot judge.
  return sortManifest({ schema: manifestSchema, ...found, unrecognised: reading.unrecognised });
}

/** A resource type that is not read here may grant anything. Components only declare others, which have records of their own. */
function keepOthers({ records, keep }: Reading): void {
  for (const record of records) {
    // What a name says counts only where the engine does not: any plugin may offer a resource under our components' prefix.
    const isComponent =
      record.custom === false || (record.custom === undefined && record.type.startsWith(componentPrefix));
    const isKnown = readTypes.has(record.type) || grantsNothing.has(record.type) || isComponent;
    if (isKnown || record.isRead === true || record.type.startsWith(providerPrefix)) continue;
    keep(record, "a type of resource that the manifest does not know");
  }
}

/** Taken over with whatever credentials and owners it has by then: the inputs alone do not say what is granted, and to whom. */
function keepTakenOver({ records, keep }: Reading): void {
  for (const record of records) {
    if (!record.importId || record.isRead === true) continue;
    // With a word before it, so that no link replaces the id: what it leads to is known in the tenant only.
    keep(record, "it adopts a resource that already exists", { import: `id ${record.importId}` });
  }
}

/** What a manifest tells apart by, for each type of which it keeps one of a name. */
const namedBy: Readonly<Record<string, (record: ResourceRecord) => Value>> = {
  [types.application]: ({ name }) => name,
  [types.vault]: ({ inputs }) => readMap(inputs)["vaultName"] ?? null,
  [types.entry]: ({ inputs }) => readMap(inputs)["secretName"] ?? null,
};

/** Report both resources in full when names collide; otherwise the second would be silently dropped. */
function keepNamesakes(reading: Reading): void {
  for (const [type, nameOf] of Object.entries(namedBy)) {
    const places = new Map<string, ResourceRecord[]>();
    for (const record of recordsOf(reading, type)) {
      const name = String(nameOf(record)).toLowerCase();
      // A preview shows what is replaced in several steps, under one URN.
      const others = places.get(name) ?? [];
      if (record.urn === undefined || others.every(({ urn }) => urn !== record.urn)) others.push(record);
      places.set(name, others);
    }
    for (const records of places.values()) {
      if (records.length < 2) continue;
      for (const record of records)
        reading.keep(record, "another one has the same name, so the two cannot be told apart");
    }
  }
}

const signInSettings = ["environment", "tenantId", "subscriptionId"];
/** They say how to sign in, not where; in a preview they come from the environment. */
const signInMeans = [
  "clientId",
  "location",
  "partnerId",
  "disableTerraformPartnerId",
  "disablePulumiPartnerId",
  "version",
];

function readSignIns(reading: Reading, { freshOn }: FreshRun): readonly ManifestSignIn[] {
  const providers = reading.records.filter(
    ({ type }) => type.startsWith(providerPrefix) && type !== `${providerPrefix}pulumi`,
  );
  return providers.map((record) => {
    const inputs = readMap(record.inputs);
    const settings = pick(inputs, (_, value) => !isEmpty(value) && value !== "false");
    // Only where the environment is empty can a setting be told from it: in a review.
    if (freshOn !== undefined) {
      keepUnknownSettings(reading, record, settings, { read: signInSettings, harmless: signInMeans });
    }
    return {
      provider: record.type.slice(providerPrefix.length),
      environment: textOf(settings["environment"]) ?? "public",
      tenantId: textOf(settings["tenantId"])?.toLowerCase() ?? null,
      subscriptionId: textOf(settings["subscriptionId"])?.toLowerCase() ?? null,
    };
  });
}

function textOf(value: Value | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "symbol" ? "(unreadable)" : undefined;
}
