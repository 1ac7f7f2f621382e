import type { Collection } from "./collection";
import type { JsonObject } from "./directory";

export interface Subscription {
  /** The subscription's GUID. */
  readonly id: string;
  readonly displayName: string;
}

export interface ResourceGroup {
  /** `<subscription>/<name in lower case>` */
  readonly id: string;
  readonly subscriptionId: string;
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Vault {
  /** The vault's name in lower case: names are global across tenants. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ARM `properties` without vaultUri, which is derived. */
  readonly properties: JsonObject;
}

export interface SecretVersion {
  /** 32 hexadecimal digits. */
  readonly version: string;
  /** The secret's text. Never in `/_emulator/state`, the journal or the log. */
  readonly value: string;
  readonly contentType: string | null;
  readonly enabled: boolean;
  /** Unix seconds, or null when unset. */
  readonly notBefore: number | null;
  readonly expires: number | null;
  readonly created: number;
  readonly updated: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Secret {
  /** `<vault>/<name in lower case>` */
  readonly id: string;
  readonly vault: string;
  readonly name: string;
  /** Oldest first; the last one is "latest", enabled or not. */
  readonly versions: readonly SecretVersion[];
}

export interface RoleAssignment {
  /** Full ARM resource id in lower case. */
  readonly id: string;
  readonly name: string;
  /** ARM scope in lower case, for example a subscription, a vault or one of its secrets. */
  readonly scope: string;
  /** GUID of the role definition. */
  readonly roleDefinitionId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly description: string | null;
  /** When the role counts, and the language this is said in; null: always. */
  readonly condition: string | null;
  readonly conditionVersion: string | null;
  readonly createdOn: string;
}

/** What a tenant's subscriptions hold. */
export interface Subscriptions {
  readonly subscriptions: Collection<Subscription>;
  readonly resourceGroups: Collection<ResourceGroup>;
  readonly vaults: Collection<Vault>;
  readonly deletedVaults: Collection<Vault & { readonly deletionDate: string; readonly scheduledPurgeDate: string }>;
  readonly secrets: Collection<Secret>;
  readonly deletedSecrets: Collection<Secret & { readonly deletedDate: number; readonly scheduledPurgeDate: number }>;
  readonly roleAssignments: Collection<RoleAssignment>;
}
