import { readMark } from "./mark";
import { otherSlot, type PublishedRecord, slotNames } from "./record";
import { isPending, type RotationRequest } from "./requests";
import type { BegunUpdate } from "./state-view";

/** What an emergency's generation depends on beside the record. */
interface EmergencyFacts {
  readonly request?: RotationRequest | undefined;
  readonly begun?: BegunUpdate | undefined;
}

/** The newest generation that was published. */
export function newestGeneration({ slots }: PublishedRecord): number {
  return Math.max(...slotNames.map((name) => slots[name]?.generation ?? 0));
}

/**
 * An emergency publishes a secret that was minted for it. One that an earlier run minted and could not publish may have leaked with the
 * published one; only what an earlier attempt at the same request left goes on.
 */
export function emergencyGeneration(record: PublishedRecord, { request, begun }: EmergencyFacts): number {
  const newest = newestGeneration(record);
  const held = Math.max(
    0,
    ...slotNames.map((name) => readMark(begun?.slots[name]?.displayName ?? "")?.generation ?? 0),
  );
  if (held <= newest) return newest + 1;
  const target = otherSlot(record.current);
  const minted = begun?.record?.slots[target];
  const isItsOwn =
    minted?.generation === held &&
    minted.keyId === begun?.slots[target]?.keyId &&
    !isPending(request, begun.record?.handledRequests ?? []);
  return isItsOwn ? held : held + 1;
}
