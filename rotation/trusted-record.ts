import { dayOf } from "../model/day";
import { disagreements, slotDisagreements } from "./agreement";
import type { LiveCredential } from "./credentials";
import { type PublishedRecord, readRecord, recordTags, slotNames } from "./record";
import { repairHash, withHashes } from "./requests";
import type { StateSlots, StateView, Tags } from "./state-view";

/** Everything that may say what was published. */
export interface RecordEvidence {
  readonly tenantId: string;
  /** Tags and address of the entry's latest version. */
  readonly live: Tags;
  readonly address: string;
  /** Undefined where the state is lost. */
  readonly state: StateView | undefined;
  /** The deployment that the state remembers; undefined where the state is lost. */
  readonly deployment: string | undefined;
  /** Tags of every version of the entry, oldest first. */
  readonly versions: readonly Tags[];
  /** The application's credentials in Entra; undefined when the application cannot be found. */
  readonly credentials: readonly LiveCredential[] | undefined;
}

/**
 * The tags to go by: the entry's own where nothing contradicts them, else those of the state's last publish, else the newest older version
 * that nothing contradicts. Undefined when nothing is left: then no record may be guessed.
 */
export function trustedTags(evidence: RecordEvidence): Tags | undefined {
  const { live, address, state, versions } = evidence;
  const isOwn = state === undefined || disagreements(live, address, state).length === 0;
  const candidates = [isOwn ? live : undefined, state?.entry?.tags, state?.begun, ...[...versions].reverse()];
  return candidates.find((tags) => tags !== undefined && isCredible(tags, evidence));
}

/** Tags that bring about a publish although they name the same secrets, and that say which version they replaced. */
export function repairTags(tags: Tags, damagedVersion: string): Tags {
  const { record } = readRecord(tags);
  if (record === undefined) throw new RangeError("only a readable record can be repaired from");
  const handledRequests = withHashes(record.handledRequests, [repairHash(damagedVersion)]);
  return { ...recordTags({ ...record, handledRequests }), clientId: tags["clientId"] ?? "" };
}

/** Where a record describes a secret otherwise than Entra does; empty when they agree about all that both know. */
export function entraDisagreements(record: PublishedRecord, credentials: readonly LiveCredential[]): readonly string[] {
  const slots: StateSlots = Object.fromEntries(
    slotNames.flatMap((name) => {
      const keyId = record.slots[name]?.keyId.toLowerCase();
      const found = credentials.find((credential) => credential.keyId.toLowerCase() === keyId);
      if (found === undefined) return [];
      const end = dayOf(new Date(found.endDateTime));
      return [[name, { displayName: found.displayName ?? "", end, keyId: found.keyId }]];
    }),
  );
  return slotDisagreements(record, slots).map(
    ({ tag, published, found }) => `tag ${tag} says ${found}, Entra says ${published}`,
  );
}

function isCredible(tags: Tags, { tenantId, deployment, state, credentials }: RecordEvidence): boolean {
  const { record } = readRecord(tags);
  if (record === undefined || !tags["clientId"]) return false;
  if (record.tenantId.toLowerCase() !== tenantId.toLowerCase()) return false;
  if (deployment !== undefined && record.deployment !== deployment) return false;
  if (state !== undefined && slotDisagreements(record, state.slots).length > 0) return false;
  return credentials === undefined || entraDisagreements(record, credentials).length === 0;
}
