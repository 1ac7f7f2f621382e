import type { Day } from "../model/day";
import { type PublishedRecord, readRecord } from "./record";
import { movedHash, withHashes } from "./requests";

/** What a move is of, and why. */
export interface Move {
  readonly deployment: string;
  readonly tenantId: string;
  readonly reason: string;
  readonly today: Day;
}

/**
 * The record that goes on where a move or a purge has left none, from the tags that the state holds of the entry: the same secrets, with
 * their overlap and their requests, so that a move mints nothing and can be taken back. Undefined when they are no record of this
 * deployment and tenant.
 */
export function movedRecord(
  tags: Readonly<Record<string, string>>,
  { deployment, tenantId, reason, today }: Move,
): PublishedRecord | undefined {
  const { record } = readRecord(tags);
  if (record === undefined || record.deployment !== deployment) return undefined;
  if (record.tenantId.toLowerCase() !== tenantId.toLowerCase()) return undefined;
  // The reason makes it another record, and so a write, also where the engine believes that the entry is still there.
  return { ...record, publishedOn: today, handledRequests: withHashes(record.handledRequests, [movedHash(reason)]) };
}
