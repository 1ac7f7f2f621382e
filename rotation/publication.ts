import type { SlotPlan } from "./plan";
import { type PublishedRecord, type SlotName, slotNames } from "./record";

/** The key ids Entra gave to the declared slots. */
export type KeyIds = { readonly [slot in SlotName]?: string | undefined };

/** The record a successful run leaves: what the plan says, with the key ids of the credentials that exist. */
export function recordAfter(
  plan: SlotPlan,
  deployment: { readonly id: string; readonly tenantId: string },
  keyIds: KeyIds,
): PublishedRecord {
  if (!plan.isPublish && plan.record) return keptRecord(plan.record, keyIds);
  const slots = Object.fromEntries(
    slotNames.flatMap((name) => {
      const planned = plan.slots[name];
      return planned ? [[name, { ...planned, keyId: keyIds[name] ?? "" }]] : [];
    }),
  );
  const { current, publishedOn, overlapEnds, nextRotationOn: dueOn, handledRequests } = plan;
  return {
    deployment: deployment.id,
    tenantId: deployment.tenantId,
    current,
    publishedOn,
    overlapEnds,
    dueOn,
    slots,
    handledRequests,
  };
}

/** Nothing is published anew, but a credential that was lost in Entra and minted again has another key id. */
function keptRecord(record: PublishedRecord, keyIds: KeyIds): PublishedRecord {
  const slots = Object.fromEntries(
    slotNames.flatMap((name) => {
      const recorded = record.slots[name];
      return recorded ? [[name, { ...recorded, keyId: keyIds[name] ?? recorded.keyId }]] : [];
    }),
  );
  return { ...record, slots };
}
