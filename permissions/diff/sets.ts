/** What a list held before and after. */
export interface Sides<T> {
  readonly before: readonly T[];
  readonly after: readonly T[];
}

/** One item that only one side has. */
export interface SetChange<T> {
  readonly item: T;
  readonly direction: "added" | "removed";
}

/** The items that only one of two sets has. Items are equal when their content is. */
export function added<T>(before: readonly T[], after: readonly T[]): readonly SetChange<T>[] {
  const [was, is] = [byContent(before), byContent(after)];
  const removed = [...was].filter(([content]) => !is.has(content));
  const gained = [...is].filter(([content]) => !was.has(content));
  return [
    ...removed.map(([, item]) => ({ item, direction: "removed" as const })),
    ...gained.map(([, item]) => ({ item, direction: "added" as const })),
  ];
}

/** Both sides side by side, for each key that occurs on either. */
export function groupedBy<T, Key>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => Key,
): readonly { readonly key: Key; readonly sides: Sides<T> }[] {
  const groups = new Map<string, { key: Key; sides: { before: T[]; after: T[] } }>();
  const group = (item: T) => {
    const key = keyOf(item);
    const text = keyText(key);
    const known = groups.get(text) ?? { key, sides: { before: [], after: [] } };
    groups.set(text, known);
    return known.sides;
  };
  for (const item of before) group(item).before.push(item);
  for (const item of after) group(item).after.push(item);
  return [...groups.values()];
}

function byContent<T>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [keyText(item), item]));
}

/** Content as text, whatever the order of the properties. */
function keyText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
}
