import type { CloudEndpoints } from "../../clients/entra/clouds";
import { entryNames } from "../entry-names";
import type { EntryAddress } from "../live-entry";
import type { Scope } from "../scope";
import type { ProgramDependencies } from "./dependencies";
import type { AccessSettings } from "./settings";

/** One PartnerAccess in one run of a program: what it was told, and what it asks with. */
export interface Run {
  readonly scope: Scope;
  /** Name of the stack; part of the mark of new credentials. */
  readonly stack: string;
  readonly settings: AccessSettings;
  readonly dependencies: ProgramDependencies;
  readonly endpoints: CloudEndpoints;
}

/** The client secret's entry in the vault. */
export interface EntryPlace {
  /** As the vault's provider asks for it. */
  readonly address: EntryAddress;
  /** As the vault itself answers, without a trailing slash. */
  readonly uri: string;
}

/** Where this run publishes; undefined in a preview that does not know the vault yet. */
export function entryPlace({
  settings: { vault },
  endpoints,
}: Pick<Run, "settings" | "endpoints">): EntryPlace | undefined {
  if (vault.place === undefined) return undefined;
  const { resourceGroup: resourceGroupName, name: vaultName } = vault.place;
  const secretName = entryNames(vault.prefix).clientSecret;
  return {
    address: { resourceGroupName, vaultName, secretName },
    uri: `https://${vaultName}.${endpoints.keyVaultSuffix}/secrets/${secretName}`,
  };
}
