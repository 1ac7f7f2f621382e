import { canonical, isEmpty, normalised, normalisedItem } from "./normal-form";
import type { Fields, Property, Shape } from "./schema";
import { isList, isProperties, isSame, isUnknown, type Properties, reveal, Secret, type Value } from "./value";

/** What happens to one property, in the engine's words. */
type Kind = "add" | "update" | "delete";

/** One changed place, for example `tags.record` or `owners[1]`. */
export interface Difference {
  readonly path: string;
  readonly kind: Kind;
  /** Whether it forces a replacement. */
  readonly replaces: boolean;
}

/** The answer to a diff: nothing changed when `differences` is empty. */
export interface Diff {
  readonly differences: readonly Difference[];
  readonly deleteBeforeReplace: boolean;
  /** True when old inputs were compared, false when the old state was: the engine shows the old value accordingly. */
  readonly comparesInputs: boolean;
}

/** How to compare: Terraform providers take an empty value for a missing one, azure-native does not. */
export interface Comparison {
  readonly emptyIsAbsent: boolean;
}

/** Every place in which the new properties differ from the old ones, by the table of properties. */
export function findDifferences(olds: Properties, news: Properties, fields: Fields, how: Comparison): Difference[] {
  return Object.entries(fields).flatMap(([name, property]) => {
    const compare = how.emptyIsAbsent ? (value: Value | undefined) => normalised(value, property) : plain;
    const [before, after] = [olds[name], news[name]];
    // What the service chose stays as it is until a program says otherwise.
    if (property.role === "chosen" && plain(after) === undefined) return [];
    if (isSame(compare(before), compare(after))) return [];
    return locate({ path: name, before, after }, property, how).map((found) => ({
      ...found,
      replaces: property.replaces === true,
    }));
  });
}

type Place = Omit<Difference, "replaces">;
type Nested = Extract<Shape, { kind: "object" }> | (Extract<Shape, { of: Shape }> & { kind: "map" });

/** One place of both sides, before and after. */
interface Change {
  readonly path: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

function locate({ path, before, after }: Change, property: Property, how: Comparison): Place[] {
  const shape = property.shape;
  const [old, now] = [plain(before), plain(after)];
  // With a default even false and an empty text are something given.
  const mayBeEmpty = how.emptyIsAbsent && property.default === undefined;
  const isBlank = (value: Value | undefined) => value === undefined || (mayBeEmpty && isEmpty(value, shape));
  if (isUnknown(old) || isUnknown(now)) return [{ path, kind: old === undefined ? "add" : "update" }];
  if (isBlank(old) && !isContainer(now)) return [{ path, kind: "add" }];
  if (isBlank(now) && !isContainer(old)) return [{ path, kind: "delete" }];
  if (shape.kind === "set" && how.emptyIsAbsent) return locateInSet(path, old, now, shape.of);
  if (shape.kind === "list" || shape.kind === "set")
    return locateInList({ path, before: old, after: now }, shape.of, how);
  if (shape.kind === "object") return locateInObject({ path, before: old, after: now }, shape, how);
  if (shape.kind === "map") return locateInObject({ path, before: old, after: now }, { ...shape, kind: "map" }, how);
  return [{ path, kind: "update" }];
}

function locateInSet(path: string, old: Value | undefined, now: Value | undefined, of: Shape): Place[] {
  const [before, after] = [items(old), items(now)];
  const key = (item: Value) => canonical(normalisedItem(reveal(item), of));
  const [had, has] = [new Set(before.map(key)), new Set(after.map(key))];
  const added = after.flatMap((item, index) =>
    had.has(key(item)) ? [] : [{ path: `${path}[${index}]`, kind: "add" as const }],
  );
  const gone = before.flatMap((item, index) =>
    has.has(key(item)) ? [] : [{ path: `${path}[${index}]`, kind: "delete" as const }],
  );
  // Both under one index would be two kinds for one path: that index was changed.
  const both = new Set(added.map((place) => place.path).filter((place) => gone.some((other) => other.path === place)));
  const once = [...added, ...gone.filter((place) => !both.has(place.path))];
  return once.map((place) => (both.has(place.path) ? { ...place, kind: "update" as const } : place));
}

function locateInList({ path, ...change }: Change, of: Shape, how: Comparison): Place[] {
  const [before, after] = [items(change.before), items(change.after)];
  const length = Math.max(before.length, after.length);
  const property: Property = { shape: of, role: "optional" };
  return Array.from({ length }, (_, index): Place[] => {
    const place = `${path}[${index}]`;
    if (index >= before.length) return [{ path: place, kind: "add" }];
    if (index >= after.length) return [{ path: place, kind: "delete" }];
    return isSame(before[index], after[index])
      ? []
      : locate({ path: place, before: before[index], after: after[index] }, property, how);
  }).flat();
}

function locateInObject({ path, ...change }: Change, shape: Nested, how: Comparison): Place[] {
  const before = isProperties(change.before) ? change.before : {};
  const after = isProperties(change.after) ? change.after : {};
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const fields: Fields =
    shape.kind === "object"
      ? shape.fields
      : Object.fromEntries([...names].map((name) => [name, { shape: shape.of, role: "optional" as const }]));
  return findDifferences(before, after, fields, how).map(({ path: inner, kind }) => ({
    // A map's key may hold anything; the engine reads quoted keys too.
    path: /^[A-Za-z_][\w-]*([.[].*)?$/.test(inner) ? `${path}.${inner}` : `${path}[${JSON.stringify(inner)}]`,
    kind,
  }));
}

function plain(value: Value | undefined): Value | undefined {
  if (value instanceof Secret) return plain(reveal(value));
  return value === null ? undefined : value;
}

function items(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : [];
}

function isContainer(value: Value | undefined): boolean {
  return isList(value) || isProperties(value);
}
