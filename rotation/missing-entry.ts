import type { Day } from "../model/day";

/** The result of looking for a deleted entry of our name. */
export type DeletedLook =
  | { readonly kind: "none" }
  | { readonly kind: "deleted"; readonly deployment: string | undefined; readonly on: Day }
  /** Unknown: `why` is the reason the read failed. */
  | { readonly kind: "unknown"; readonly why: string };

/** What is known when the vault shows no entry where this stack is to publish. */
export interface MissingEntry {
  readonly deployment: string;
  readonly vaultName: string;
  readonly entryName: string;
  /** Address at which this run would publish, without a trailing slash. */
  readonly address: string;
  /** Address of the entry in this stack's state, "" when the state does not say it; undefined when the state has no entry. */
  readonly published: string | undefined;
  readonly deleted: DeletedLook;
  /** Why the place of publishing changes on purpose. */
  readonly migrate: string | undefined;
}

/** Problems refuse the run; warnings are said and the run goes on. */
export interface MissingEntryFindings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Why a vault without the entry must not be treated as one that never had it: a run would mint a first secret again and revoke, without an
 * overlap, the one that consumers use. "Not found" is not "never published": the state and the vault's deleted entries are checked too.
 */
export function missingEntryFindings(facts: MissingEntry): MissingEntryFindings {
  const { deleted, deployment, published, address, migrate } = facts;
  if (deleted.kind === "deleted" && deleted.deployment === deployment)
    return refused(deletedSentence(facts, deleted.on));
  if (published === undefined) {
    return { problems: [], warnings: deleted.kind === "unknown" ? [unknownSentence(facts, deleted.why)] : [] };
  }
  const isElsewhere = published !== "" && published.toLowerCase() !== address.toLowerCase();
  // A reason does not help if it is not known what happened to the entry.
  if (migrate !== undefined && (isElsewhere || deleted.kind === "none")) return { problems: [], warnings: [] };
  return refused(isElsewhere ? movedSentence(facts, published) : lostSentence(facts));
}

/** The command that brings a deleted entry back. */
export function recoverCommand(vaultName: string, entryName: string): string {
  return `az keyvault secret recover --vault-name ${vaultName} --name ${entryName}`;
}

function refused(sentence: string): MissingEntryFindings {
  return { problems: [sentence], warnings: [] };
}

function deletedSentence({ vaultName, entryName }: MissingEntry, on: Day): string {
  return (
    `the vault's entry ${entryName} was deleted on ${on}, and this stack published it. Recover it first: ` +
    recoverCommand(vaultName, entryName)
  );
}

function movedSentence({ address }: MissingEntry, published: string): string {
  return (
    `the configuration says to publish to ${address}, but this stack publishes to ${published}: consumers would break. ` +
    "Restore vault.name and vault.prefix, or set migrate to the reason for the move"
  );
}

function lostSentence({ vaultName, entryName, deleted }: MissingEntry): string {
  const what = `this stack published the vault's entry ${entryName}, and ${vaultName} shows none`;
  if (deleted.kind === "unknown") {
    return (
      `${what}; it is not known whether it was deleted (${deleted.why}). Let the vault's writer read deleted secrets, or ` +
      `recover it by hand: ${recoverCommand(vaultName, entryName)}`
    );
  }
  return (
    `${what}, nor a deleted one of this deployment: it was purged, or its vault is gone. Recover the vault, or restore the entry from ` +
    "a backup (az keyvault secret restore). Only if it is gone for good: set migrate to the reason for one up, which publishes the " +
    "secret that the state holds again"
  );
}

function unknownSentence({ vaultName, entryName }: MissingEntry, why: string): string {
  return (
    `Cannot tell whether an entry ${entryName} of this stack was deleted in ${vaultName}; its state knows of none, so this counts as ` +
    `the first publish: ${why}`
  );
}
