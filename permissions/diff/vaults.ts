import { findAzureRole } from "../../model/azure-roles";
import type { AccessManifest, ManifestEntry, ManifestVault, VaultAccess } from "../manifest/manifest";
import type { Risk } from "../risk-levels";
import type { AccessChange } from "./change";
import type { DiffContext } from "./context";
import { plainChange, type SettingRule, settingChange, widerWhenOff, widerWhenOn } from "./plain-change";
import { added, groupedBy } from "./sets";

/** What an entry of the vault contract holds, by the end of its name. */
export type EntryContent = "client-id" | "client-secret" | "refresh-token" | "other";

const readingRisks: Readonly<Record<EntryContent, { readonly risk: Risk; readonly because: string }>> = {
  "client-id": { risk: "low", because: "the client id is not a secret" },
  "client-secret": { risk: "high", because: "anyone who reads the client secret can act as the application" },
  "refresh-token": { risk: "critical", because: "it carries a user's access, with MFA already done, for 90 days" },
  other: { risk: "high", because: "the content of this entry is not known" },
};

const vaultRules: readonly SettingRule<ManifestVault, boolean>[] = [
  {
    code: "vault-setting",
    of: ({ isRoleBased }) => isRoleBased,
    isWider: widerWhenOff,
    detail: "access by Azure roles",
    risk: "high",
    because: "access policies on the whole vault then apply, not the readers listed here",
  },
  {
    code: "vault-setting",
    of: ({ hasSoftDelete }) => hasSoftDelete,
    isWider: widerWhenOff,
    detail: "soft delete",
    risk: "medium",
    because: "a deleted secret is then gone at once",
  },
  {
    code: "vault-setting",
    of: ({ hasPurgeProtection }) => hasPurgeProtection,
    isWider: widerWhenOff,
    detail: "purge protection",
    risk: "medium",
    because: "deleted secrets can then be removed for good before their time",
  },
];
const vaultTexts: readonly SettingRule<ManifestVault, number | string>[] = [
  {
    code: "vault-setting",
    of: ({ retentionDays }) => retentionDays,
    isWider: ({ before, after }) => after < before,
    detail: "days deleted secrets are kept",
    risk: "low",
    because: "deleted secrets can be brought back for a shorter time",
  },
  {
    code: "vault-setting",
    of: ({ publicNetwork }) => publicNetwork,
    isWider: ({ before, after }) => {
      const known = ["disabled", "enabled"];
      const [from, to] = [known.indexOf(String(before).toLowerCase()), known.indexOf(String(after).toLowerCase())];
      return from < 0 || to < 0 ? undefined : to > from;
    },
    detail: "access from public networks",
    risk: "medium",
    because: "the vault is then reachable from any network",
  },
];
const entryRules: readonly SettingRule<ManifestEntry, boolean>[] = [
  {
    code: "entry-setting",
    of: ({ isSecret }) => isSecret,
    isWider: widerWhenOff,
    detail: "the value is a secret in Pulumi's state and output",
    risk: "high",
    because: "the value may then appear in state and logs",
  },
  {
    code: "entry-setting",
    of: ({ hasExpiry }) => hasExpiry,
    isWider: widerWhenOff,
    detail: "the entry expires",
    risk: "low",
    because: "nothing then warns when the value stops working",
  },
  {
    code: "entry-setting",
    of: ({ isEnabled }) => isEnabled,
    isWider: widerWhenOn,
    detail: "the entry can be read",
    risk: "low",
    because: "readers can then read it",
  },
];

/** What an entry holds, if its name is one of the vault contract. */
export function contentOf(entry: string | null): EntryContent {
  const [, content] = /(?:^|-)(client-id|client-secret|refresh-token)$/.exec(entry ?? "") ?? [];
  return (content as EntryContent | undefined) ?? "other";
}

/** Vaults this stack declares, and the entries it writes. */
export function vaultChanges(base: AccessManifest, head: AccessManifest): AccessChange[] {
  const vaults = groupedBy(base.vaults, head.vaults, ({ vault }) => vault).flatMap(({ key, sides }) => {
    const [before] = sides.before;
    const [after] = sides.after;
    if (before && after) {
      return [
        ...vaultRules.flatMap((rule) => settingChange(rule, { vault: key }, before, after)),
        ...vaultTexts.flatMap((rule) => settingChange(rule, { vault: key }, before, after)),
      ];
    }
    const loose = after && (!after.isRoleBased || !after.hasSoftDelete || !after.hasPurgeProtection);
    const risk = loose ? "high" : "low";
    const because = loose ? "it is created without roles, soft delete or purge protection" : "a place for credentials";
    return [
      plainChange({ code: "vault", direction: after ? "added" : "removed", subject: { vault: key }, risk, because }),
    ];
  });
  return [...vaults, ...entryChanges(base, head)];
}

/** Who may read an entry, or do more than read. */
export function accessChanges(base: AccessManifest, head: AccessManifest, context: DiffContext): AccessChange[] {
  return added(base.vaultAccess, head.vaultAccess).map(({ item, direction }) => {
    const role = findAzureRole(item.role)?.name ?? `role ${item.role}`;
    const holder = item.name ?? item.principal;
    return plainChange({
      code: "reader",
      direction,
      subject: {
        holder: { kind: "principal", name: holder, id: item.name === null ? null : item.principal },
        vault: item.vault ?? item.scope,
        entry: item.entry,
        detail: [role, item.principalType, ...(item.condition === null ? [] : [`if ${item.condition}`])].join(", "),
      },
      ...accessRisk(item),
      reason: context.reasons.readers.find(({ principalId }) => principalId === item.principal)?.reason ?? null,
    });
  });
}

function entryChanges(base: AccessManifest, head: AccessManifest): AccessChange[] {
  const keyOf = ({ vault, entry }: ManifestEntry) => ({ vault, entry });
  return groupedBy(base.entries, head.entries, keyOf).flatMap(({ key, sides }) => {
    const [before] = sides.before;
    const [after] = sides.after;
    if (before && after) return entryRules.flatMap((rule) => settingChange(rule, key, before, after));
    const isKnown = contentOf(key.entry) !== "other";
    const because = isKnown ? "it belongs to the vault contract" : "the content of this entry is not known";
    const risk = isKnown ? "low" : "medium";
    return [plainChange({ code: "vault-entry", direction: after ? "added" : "removed", subject: key, risk, because })];
  });
}

function accessRisk(access: VaultAccess): { readonly risk: Risk; readonly because: string } {
  const role = findAzureRole(access.role);
  if (access.principal === "vault-writer" && access.on === "vault") {
    return { risk: "medium", because: "the identity that writes the entries needs it on a vault it creates" };
  }
  if (role === undefined) return { risk: "critical", because: "what this Azure role allows is not known" };
  if (!role.isReader) return { risk: "critical", because: "it may do more than read" };
  if (access.on !== "entry") return { risk: "critical", because: "it reaches every entry, including other tenants'" };
  return readingRisks[contentOf(access.entry)];
}
