import { isDeepStrictEqual } from "node:util";

/** A resource as the engine writes it down, in a state and in the document of a preview. */
export interface EngineResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  /** URN and id of its provider, as `urn::id`. */
  readonly provider?: string;
  /** Id of what exists already and is taken over. */
  readonly importID?: string;
  /** URNs each input was computed from: the only link there is while a value is unknown. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

/** One step of a preview. */
export interface EngineStep {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: EngineResource;
  readonly newState?: EngineResource;
  /** Inputs that differ. */
  readonly diffReasons?: readonly string[];
}

/** The steps in the document of `pulumi preview --json --show-sames`. */
export function previewSteps(document: string): readonly EngineStep[] {
  return (JSON.parse(document) as { readonly steps?: readonly EngineStep[] }).steps ?? [];
}

/** The logical name at the end of a URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The inputs, flattened to paths, whose values are not the same. What is secret is left out: it is encrypted anew at every write. */
export function changedInputs(before: EngineResource, now: EngineResource): readonly string[] {
  const [old, current] = [flat(before.inputs), flat(now.inputs)];
  return [...new Set([...old.keys(), ...current.keys()])].filter(
    (path) => !isDeepStrictEqual(old.get(path), current.get(path)),
  );
}

/** What decides whose a resource is beside its inputs; the name of each that is not as before. */
export function changedOptions(before: EngineResource, now: EngineResource): readonly string[] {
  const options = ["type", "parent", "provider"] as const;
  return [...options.filter((option) => before[option] !== now[option]), ...(now.importID ? ["import"] : [])];
}

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

function flat(value: unknown, path = ""): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map([[path, value]]);
  if (SECRET_MARK in value) return new Map([[path, "[secret]"]]);
  const inner = Object.entries(value).map(([key, it]) => flat(it, path === "" ? key : `${path}.${key}`));
  return new Map(inner.flatMap((entries) => [...entries]));
}
