import { type Link, vaultNameOf } from "./links";
import type { ManifestEntry, ManifestVault, VaultAccess } from "./manifest";
import { keepUnknownSettings, linkText, pick, type Reading, recordsOf, unreadable, writtenText } from "./reading";
import type { ResourceRecord } from "./records";
import { types } from "./resource-types";
import { accessSettings, entrySettings, vaultSettings } from "./settings";
import { hidden, isEmpty, isMap, readMap, unknown, type Value, type ValueMap } from "./values";

/** `…/vaults/NAME` and `…/vaults/NAME/secrets/NAME`, in any case: Azure ignores it. */
const vaultScope = /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.keyvault\/vaults\/([^/]+)$/i;
const entryScope =
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.keyvault\/vaults\/([^/]+)\/secrets\/([^/]+)$/i;
const roleId = /\/providers\/microsoft\.authorization\/roledefinitions\/([0-9a-f-]{36})$/i;
/** Resource names of readers end with the name the configuration gives them. */
const readerName = /-reader-(.+)$/;

/** The vaults this program declares. */
export function readVaults(reading: Reading): readonly ManifestVault[] {
  return recordsOf(reading, types.vault).map((record) => {
    const inputs = readMap(record.inputs);
    const properties = innerOf(reading, record, inputs);
    keepUnknownSettings(reading, record, properties, vaultSettings);
    return {
      vault: textOf(inputs["vaultName"]),
      isRoleBased: properties["enableRbacAuthorization"] === true,
      // The service's own defaults: soft delete is on unless refused, purge protection only when asked for.
      hasSoftDelete: properties["enableSoftDelete"] !== false,
      hasPurgeProtection: properties["enablePurgeProtection"] === true,
      retentionDays: numberOf(properties["softDeleteRetentionInDays"], 90),
      publicNetwork: networkOf(textOf(properties["publicNetworkAccess"])),
    };
  });
}

/** Azure ignores the case of its own words, and answers them in another one than they were written. */
function networkOf(text: string): string {
  const known = ["Enabled", "Disabled"].find((word) => word.toLowerCase() === text.toLowerCase());
  return known ?? (text || "Enabled");
}

/** The vault entries this program writes. */
export function readEntries(reading: Reading): readonly ManifestEntry[] {
  return recordsOf(reading, types.entry).map((record) => {
    const inputs = readMap(record.inputs);
    const properties = innerOf(reading, record, inputs);
    keepUnknownSettings(reading, record, properties, entrySettings);
    const attributes = isMap(properties["attributes"]) ? properties["attributes"] : {};
    return {
      vault: vaultNameOf(reading.links.follow(record, "vaultName")),
      entry: textOf(inputs["secretName"]),
      // Entries are enabled unless they say otherwise.
      isEnabled: attributes["enabled"] !== false,
      hasExpiry: !isEmpty(attributes["expires"]),
      isSecret: isSecretValue(record, properties["value"]),
    };
  });
}

/** A first preview says only that a value is unknown; one computed from a client secret counts as what it becomes. */
function isSecretValue({ propertyDependencies }: ResourceRecord, value: Value | undefined): boolean {
  if (value !== unknown) return value === hidden;
  return (propertyDependencies?.["properties"] ?? []).some((urn) => urn.includes(`${types.password}::`));
}

/** Every Azure role this program assigns, on whatever it is. */
export function readVaultAccess(reading: Reading): readonly VaultAccess[] {
  return recordsOf(reading, types.azureRole).flatMap((record) => {
    const inputs = readMap(record.inputs);
    keepUnknownSettings(reading, record, withoutReferences(inputs), accessSettings);
    const place = placeOf(reading.links.follow(record, "scope"));
    const principal = reading.links.follow(record, "principalId");
    const written = inputs["principalId"];
    const name = readerName.exec(record.name)?.[1] ?? null;
    const role = roleId.exec(textOf(inputs["roleDefinitionId"]))?.[1]?.toLowerCase();
    if (place === undefined || !role || ["none", "unknown", "hidden"].includes(principal.kind)) {
      reading.keep(record, `an Azure role: ${unreadable}`);
      return [];
    }
    return [
      {
        ...place,
        role,
        // Readers are written in the configuration; only the identity that writes a vault is looked up.
        principal: name !== null && typeof written === "string" ? writtenText(principal, written) : linkText(principal),
        // The SDK's own default, which mocks do not always write.
        principalType: textOf(inputs["principalType"]) || "User",
        name,
        condition: textOf(inputs["condition"]) || null,
      },
    ];
  });
}

type Place = Pick<VaultAccess, "on" | "vault" | "entry" | "scope">;

function placeOf(scope: Link): Place | undefined {
  if (scope.kind === "entry") return { on: "entry", vault: scope.vault, entry: scope.entry, scope: null };
  if (scope.kind === "vault") return { on: "vault", vault: scope.vault, entry: null, scope: null };
  if (scope.kind !== "id") return undefined;
  const [, entryVault, entry] = entryScope.exec(scope.id) ?? [];
  if (entryVault && entry) return { on: "entry", vault: entryVault, entry, scope: null };
  const [, vault] = vaultScope.exec(scope.id) ?? [];
  if (vault) return { on: "vault", vault, entry: null, scope: null };
  return { on: "other", vault: null, entry: null, scope: scope.id };
}

/** References are followed, and judged there. */
function withoutReferences(inputs: ValueMap): ValueMap {
  return pick(inputs, (name) => !["scope", "principalId", "roleDefinitionId"].includes(name));
}

function innerOf(reading: Reading, record: ResourceRecord, inputs: ValueMap): ValueMap {
  const { properties } = inputs;
  if (isMap(properties)) return properties;
  reading.keep(record, unreadable, { properties: properties ?? null });
  return {};
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : typeof value === "symbol" ? "(unreadable)" : "";
}

function numberOf(value: Value | undefined, whenLeftOut: number): number {
  return typeof value === "number" ? value : whenLeftOut;
}
