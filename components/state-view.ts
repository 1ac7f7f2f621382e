import { dayOf } from "../rotation/day";
import { type SlotName, slotNames } from "../rotation/record";
import type { StateEntry, StateSlot, StateView, Tags } from "../rotation/state-view";
import { type OutputsOf, readStateOutputs } from "./memory";

/** Reads what this stack's state knew of its client secrets and their entry before this run. */
export async function readStateView(): Promise<StateView> {
  return stateView(await readStateOutputs());
}

/** The same from the outputs of a state's resources, found by type and logical name. */
export function stateView(outputsOf: OutputsOf): StateView {
  const { recordTags } = outputsOf("partner-access:index:RotatingClientSecret", "partner") ?? {};
  const begun = tagsIn(recordTags);
  const { clientId } = outputsOf("azuread:index/application:Application", "partner-application") ?? {};
  return {
    slots: Object.fromEntries(slotNames.flatMap((name) => slotIn(name, outputsOf))),
    entry: entryIn(outputsOf("azure-native:keyvault:Secret", "partner-client-secret")),
    begun: begun && typeof clientId === "string" ? { ...begun, clientId } : undefined,
  };
}

function slotIn(name: SlotName, outputsOf: OutputsOf): readonly (readonly [SlotName, StateSlot])[] {
  const outputs = outputsOf("azuread:index/applicationPassword:ApplicationPassword", `partner-secret-${name}`) ?? {};
  const { displayName, endDate, keyId } = outputs;
  if (typeof displayName !== "string" || typeof endDate !== "string" || typeof keyId !== "string") return [];
  return [[name, { displayName, end: dayOf(new Date(endDate)), keyId }]];
}

function entryIn(outputs: Readonly<Record<string, unknown>> | undefined): StateEntry | undefined {
  if (outputs === undefined) return undefined;
  const { secretUri } = (outputs["properties"] ?? {}) as { readonly secretUri?: unknown };
  return { address: typeof secretUri === "string" ? secretUri : "", tags: tagsIn(outputs["tags"]) ?? {} };
}

function tagsIn(value: unknown): Tags | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).filter((tag): tag is [string, string] => typeof tag[1] === "string"));
}
