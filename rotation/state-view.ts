import { type Day, dayOf } from "../model/day";
import { type PublishedRecord, type SlotName, slotNames } from "./record";

/** The tags of an entry. */
export type Tags = Readonly<Record<string, string>>;

/** A client secret as a stack's state holds it. */
export interface StateSlot {
  readonly displayName: string;
  readonly end: Day;
  readonly keyId: string;
}

/** What a stack's state holds in its slots before a run: what the last run minted, published or not. */
export type StateSlots = Readonly<Partial<Record<SlotName, StateSlot>>>;

/** The client secret's entry in a state. */
export interface StateEntry {
  /** As Azure gave it, "" when the state does not say it. */
  readonly address: string;
  readonly tags: Tags;
}

/** What a stack's state knew of its client secrets before a run. */
export interface StateView {
  readonly slots: StateSlots;
  /** What the last publish wrote that was answered; undefined when none was. */
  readonly entry: StateEntry | undefined;
  /** What the last update was about to write: an entry holds it when the write succeeded and its answer was lost. */
  readonly begun: Tags | undefined;
  /** Whether the state holds a vault that this stack created or recovered. */
  readonly hasVault: boolean;
}

/** What an update left in the state, whether it succeeded or not. */
export interface BegunUpdate {
  readonly slots: StateSlots;
  /** The record that it was about to write. */
  readonly record: PublishedRecord | undefined;
}

/** Finds the outputs of a resource by type and logical name; undefined when there is none. */
export type OutputsOf = (type: string, name: string) => Readonly<Record<string, unknown>> | undefined;

/** The view from the outputs of a state's resources; `component` is the name of their PartnerAccess. */
export function stateView(outputsOf: OutputsOf, component: string): StateView {
  const { recordTags } = outputsOf("partner-access:index:RotatingClientSecret", component) ?? {};
  const begun = tagsIn(recordTags);
  const { clientId } = outputsOf("azuread:index/application:Application", `${component}-application`) ?? {};
  return {
    slots: Object.fromEntries(slotNames.flatMap((name) => slotIn(name, component, outputsOf))),
    entry: entryIn(outputsOf("azure-native:keyvault:Secret", `${component}-client-secret`)),
    begun: begun && typeof clientId === "string" ? { ...begun, clientId } : undefined,
    hasVault: outputsOf("azure-native:keyvault:Vault", `${component}-vault`) !== undefined,
  };
}

function slotIn(name: SlotName, component: string, outputsOf: OutputsOf): readonly (readonly [SlotName, StateSlot])[] {
  const type = "azuread:index/applicationPassword:ApplicationPassword";
  const outputs = outputsOf(type, `${component}-secret-${name}`) ?? {};
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
